"""How fast, and with how little memory: ours and the peers side by side.  See ``README.md``."""
