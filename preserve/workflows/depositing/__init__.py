"""Hand packages over to targets, and keep what shows that they arrived."""
