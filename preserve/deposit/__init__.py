"""Handing packages over: targets, one file each, and the receipts of what they answered."""
