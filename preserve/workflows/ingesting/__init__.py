"""What arrives becomes sealed packages: chosen, examined, copied, identified, described, witnessed, published."""
