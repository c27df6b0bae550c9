"""Bags that are folders on disk: listing them, reading their files, and sharing that work among processes."""
