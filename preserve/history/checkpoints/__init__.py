"""Signed checkpoints: one short text that vouches for all histories, and is kept where no forger of them reaches."""
