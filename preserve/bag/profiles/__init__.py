"""BagIt Profiles 1.1 to 1.4: what an institution asks of a bag beyond RFC 8493."""
