"""Descriptions that are looked at and changed: one package or all, each change a new state."""
