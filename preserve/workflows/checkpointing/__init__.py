"""Checkpoints: made of all histories, compared with what the archive has become, and proofs taken from them."""
