"""The rules of BagIt Profiles 1.4, each with the field of the profile that it comes from."""

from __future__ import annotations

from preserve.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING

_ASK = "Ask whoever made the bag for one that follows the profile."
_PROFILE = "Correct the profile, or ask whoever published it."


def _clause(field: str) -> str:
    return f"BagIt Profiles 1.4, {field}"


# --- the profile itself -------------------------------------------------------------------------------------

MALFORMED = Rule("profile-malformed", _E, _clause("Implementation Details"), _PROFILE)
INCOMPLETE = Rule("profile-incomplete", _E, _clause("Implementation Details"), _PROFILE)
CONTRADICTION = Rule("profile-contradicts-itself", _E, _clause("Implementation Details"), _PROFILE)
VERSION = Rule("profile-version-unknown", _E, _clause("BagIt-Profile-Version"), "Known are versions 1.0 to 1.4.")
UNKNOWN_KEY = Rule(
    "profile-key-unknown", _W, _clause("Implementation Details"), "It was not checked. Look for a slip in its spelling."
)
ADVICE = Rule("profile-advice", _W, _clause("Implementation Details"), _PROFILE)

# --- bag-info.txt -------------------------------------------------------------------------------------------

IDENTIFIER = Rule("profile-identifier", _E, _clause("BagIt-Profile-Info"), "Check that this is the profile of the bag.")
INFO_REQUIRED = Rule("profile-info-required", _E, _clause("Bag-Info"), _ASK)
INFO_RECOMMENDED = Rule("profile-info-recommended", _W, _clause("Bag-Info"), "The bag is acceptable without it.")
INFO_EMPTY = Rule("profile-info-empty", _W, _clause("Bag-Info"), "Ask whoever made the bag for the value.")
INFO_VALUE = Rule("profile-info-value", _E, _clause("Bag-Info"), _ASK)
INFO_REPEATED = Rule("profile-info-repeated", _E, _clause("Bag-Info"), _ASK)

# --- manifests and files ------------------------------------------------------------------------------------

MANIFEST_REQUIRED = Rule("profile-manifest-required", _E, _clause("Manifests-Required"), _ASK)
MANIFEST_ALLOWED = Rule("profile-manifest-not-allowed", _E, _clause("Manifests-Allowed"), _ASK)
TAG_MANIFEST_REQUIRED = Rule("profile-tag-manifest-required", _E, _clause("Tag-Manifests-Required"), _ASK)
TAG_MANIFEST_ALLOWED = Rule("profile-tag-manifest-not-allowed", _E, _clause("Tag-Manifests-Allowed"), _ASK)
TAG_FILE_REQUIRED = Rule("profile-tag-file-required", _E, _clause("Tag-Files-Required"), _ASK)
TAG_FILE_ALLOWED = Rule("profile-tag-file-not-allowed", _E, _clause("Tag-Files-Allowed"), _ASK)
PAYLOAD_REQUIRED = Rule("profile-payload-file-required", _E, _clause("Payload-Files-Required"), _ASK)
PAYLOAD_ALLOWED = Rule("profile-payload-file-not-allowed", _E, _clause("Payload-Files-Allowed"), _ASK)
DATA_EMPTY = Rule("profile-data-not-empty", _E, _clause("Data-Empty"), _ASK)
FETCH_REQUIRED = Rule("profile-fetch-required", _E, _clause("Fetch.txt-Required"), _ASK)
FETCH_FORBIDDEN = Rule("profile-fetch-not-allowed", _E, _clause("Allow-Fetch.txt"), _ASK)

# --- the bag as a whole -------------------------------------------------------------------------------------

SERIALIZATION_REQUIRED = Rule("profile-serialization-required", _E, _clause("Serialization"), _ASK)
SERIALIZATION_FORBIDDEN = Rule("profile-serialization-forbidden", _E, _clause("Serialization"), _ASK)
SERIALIZATION_KIND = Rule("profile-serialization-not-accepted", _E, _clause("Accept-Serialization"), _ASK)
BAGIT_VERSION = Rule("profile-bagit-version", _E, _clause("Accept-BagIt-Version"), _ASK)

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
