"""The targets: one file or folder each, each with a ``KIND``."""
