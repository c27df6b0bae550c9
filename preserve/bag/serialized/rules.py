"""The rules that an archive file is judged by when it holds a bag (RFC 8493 §4 and §5.1)."""

from __future__ import annotations

from preserve.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING

_AGAIN = "Get the archive again from where it came, or from another copy."
_HOSTILE = "It was not read. Treat this archive with suspicion, and ask whoever made it for a correct one."
_REPACK = "Unpack it in a safe place, look at it, and serialize the bag's base folder anew."

# --- the container ------------------------------------------------------------------------------------------

DAMAGED = Rule("archive-damaged", _E, "RFC 8493 §4", _AGAIN)
TRUNCATED = Rule("archive-truncated", _E, "RFC 8493 §4", "The end is missing. " + _AGAIN)
TRAILING_DATA = Rule("archive-trailing-data", _E, "RFC 8493 §4", "Something was added to the archive. " + _AGAIN)
HIDDEN_DATA = Rule("archive-hidden-data", _E, "RFC 8493 §5.1", "Some programs would show other files. " + _REPACK)
BOMB = Rule(
    "archive-bomb", _E, "RFC 8493 §5.1", "It was read no further. " + _HOSTILE.removeprefix("It was not read. ")
)
TOO_MANY = Rule("archive-too-many-members", _E, "RFC 8493 §5.1", "Split the bag, or validate it as a folder.")
HEADER_TOO_LARGE = Rule("archive-header-too-large", _E, "RFC 8493 §5.1", _HOSTILE)

# --- the base folder ----------------------------------------------------------------------------------------

NO_BASE_FOLDER = Rule(
    "archive-no-base-folder", _E, "RFC 8493 §4", "Serialize the base folder itself, from the folder that holds it."
)
SEVERAL_FOLDERS = Rule(
    "archive-several-folders", _E, "RFC 8493 §4", "An archive holds one bag and nothing beside it. " + _REPACK
)
NAME_DIFFERS = Rule("archive-name-differs", _W, "RFC 8493 §4", "Rename the archive file if that is a mistake.")
SUFFIX = Rule("archive-suffix", _W, "RFC 8493 §4", "Rename the file, so that other programs can open it.")

# --- the members --------------------------------------------------------------------------------------------

MEMBER_UNSAFE = Rule("archive-member-unsafe", _E, "RFC 8493 §5.1", _HOSTILE)
MEMBER_TWICE = Rule("archive-member-twice", _E, "RFC 8493 §5.1", "Programs disagree on which one counts. " + _REPACK)
MEMBER_LINK = Rule("archive-member-link", _E, "RFC 8493 §5.1", "Links are never followed. " + _REPACK)
MEMBER_SPECIAL = Rule("archive-member-special", _E, "RFC 8493 §5.1", _HOSTILE)
MEMBER_SPARSE = Rule(
    "archive-member-sparse", _E, "RFC 8493 §5.1", "Make the archive again without the option for sparse files."
)
MEMBER_ENCRYPTED = Rule("archive-member-encrypted", _E, "RFC 8493 §4", "Ask for the bag without a password.")
MEMBER_METHOD = Rule(
    "archive-member-method", _E, "RFC 8493 §4", "Ask for a zip with the usual compression (deflate), or a tar."
)
MEMBER_AMBIGUOUS = Rule("archive-member-ambiguous", _E, "RFC 8493 §5.1", _HOSTILE)
MEMBER_OVERLAPS = Rule("archive-member-overlaps", _E, "RFC 8493 §5.1", _HOSTILE)
MEMBER_DAMAGED = Rule("archive-member-damaged", _E, "RFC 8493 §4", _AGAIN)
MEMBER_ENCODING = Rule(
    "archive-name-encoding", _W, "RFC 8493 §4", "Make the archive again with a program that writes names in UTF-8."
)

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
