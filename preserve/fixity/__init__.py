"""When a package is to be checked, how a check is judged, how fast it may read.  Pure: no clock, no files."""
