"""The journal of each deposit: its lines (pure), and reading and writing them."""
