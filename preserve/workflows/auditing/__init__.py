"""The audit: every package is read whole within its interval, or somebody hears of it."""
