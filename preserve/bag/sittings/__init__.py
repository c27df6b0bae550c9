"""Reading a large bag in several sittings: to be stopped, to be slowed, and to go on where it was left."""
