"""What happened to a package after sealing: an append-only, hash-chained file beside it."""
