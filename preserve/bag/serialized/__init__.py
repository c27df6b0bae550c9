"""Bags in one file: tar, compressed tar and zip, read in one pass and never unpacked."""
