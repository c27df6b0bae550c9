"""Copies of packages in other locations: made, looked after, and mended from each other."""
