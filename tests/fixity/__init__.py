"""When a package is to be read again, and whether that can be kept: decided without a clock and without files."""
