"""A description in the words of others: one module a target, and the registry of all of them in ``targets``."""
