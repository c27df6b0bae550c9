"""What may be wrong with an OCFL object; each message ends in the validation code of the specification."""

from __future__ import annotations

from preserve.model import Rule, Severity

_E = Severity.ERROR
_SEE = "Nothing is added to such an object. Have those who keep the storage root mend it, or bring it back from a copy."

DECLARATION = Rule("ocfl-declaration", _E, "OCFL 1.1 §3.2", _SEE)
STRUCTURE = Rule("ocfl-structure", _E, "OCFL 1.1 §3.1", _SEE)
INVENTORY = Rule("ocfl-inventory", _E, "OCFL 1.1 §3.5", _SEE)
INVENTORY_DIGEST = Rule("ocfl-inventory-digest", _E, "OCFL 1.1 §3.6", _SEE)
VERSION_INVENTORY = Rule("ocfl-version-inventory", _E, "OCFL 1.1 §3.7", _SEE)
VERSIONS = Rule("ocfl-versions", _E, "OCFL 1.1 §3.3", _SEE)
CONTENT_MISSING = Rule("ocfl-content-missing", _E, "OCFL 1.1 §3.5.2", _SEE)
CONTENT_ALTERED = Rule("ocfl-content-altered", _E, "OCFL 1.1 §3.5.2", _SEE)
CONTENT_UNREADABLE = Rule("ocfl-content-unreadable", _E, "OCFL 1.1 §3.5.2", "See to the disk, then verify again.")
CONTENT_UNLISTED = Rule("ocfl-content-unlisted", _E, "OCFL 1.1 §3.3.1", _SEE)
NOT_THE_PACKAGE = Rule(
    "ocfl-not-the-package", _E, "", "Find out who changed the object; deposit the package again when it is mended."
)
NAME_NOT_UTF8 = Rule(
    "ocfl-name-not-utf8",
    _E,
    "OCFL 1.1 §3.5",
    'An inventory holds text only. Deposit it in another form (form = "tar").',
)
TOO_MANY_FILES = Rule(
    "ocfl-too-many-files", _E, "", 'Deposit it in a form of one file (form = "tar"): its inventory would be too large.'
)

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
