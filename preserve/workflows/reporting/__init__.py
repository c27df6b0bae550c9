"""Reports: whether the promise holds, and the figures that prove it."""
