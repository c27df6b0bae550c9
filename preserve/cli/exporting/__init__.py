"""What ``preserve export`` can write, one file for each kind of thing."""
