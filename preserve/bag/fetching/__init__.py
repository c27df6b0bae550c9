"""Completing a bag with holes (RFC 8493 §2.2.3), when a person asks for it."""
