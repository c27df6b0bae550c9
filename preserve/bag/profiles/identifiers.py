"""How a bag names the profile that it follows (BagIt Profiles 1.4, "BagIt-Profile-Identifier")."""

from __future__ import annotations

PROFILE_IDENTIFIER = "BagIt-Profile-Identifier"

OWN_IDENTIFIER = "urn:x-preserve:bagit-profile:1.0"
"""What the packages that preserve seals say there."""
