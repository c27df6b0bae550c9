"""What each file is: its format, charset, languages and embedded metadata, found by probes in their own process."""
