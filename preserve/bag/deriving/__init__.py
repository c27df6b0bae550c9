"""Bags that are derived from a package for somebody else's profile.  The package is read and never touched."""
