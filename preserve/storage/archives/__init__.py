"""Archive files that are never on disk: their size is known before anything is read, and any part can be had again."""
