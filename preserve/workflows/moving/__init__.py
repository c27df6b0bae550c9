"""Sources that are removed once their packages are safe, and what killed runs have left of them."""
