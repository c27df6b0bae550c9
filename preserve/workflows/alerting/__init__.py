"""Alerts: a person hears of it, by mail or through a webhook, when a check fails or a run has ended."""
