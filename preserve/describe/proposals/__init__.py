"""What programs derive from a text without being certain, each with the bytes that it came from."""
