"""Readers of documents: one file a format.  Each gives a ``Document`` and bounds what it reads and unpacks."""
