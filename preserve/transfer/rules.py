"""What can be said about a transfer: one rule a code, stable for ever."""

from __future__ import annotations

from preserve.model import Rule, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

# --- what cannot be taken in --------------------------------------------------------------------------------

PATH_MISSING = Rule("path-missing", _ERROR, "", "Check the spelling of the path, and that its disk is connected.")
PATH_IS_LINK = Rule("path-is-link", _ERROR, "", "Name the file or folder that the link leads to.")
SPECIAL_FILE = Rule(
    "source-special-file",
    _ERROR,
    "",
    "Take it out of the transfer: only files, folders and links can be preserved.",
)
UNREADABLE = Rule(
    "source-unreadable", _ERROR, "", "Give this account the right to read it, or check the disk it lies on."
)
VANISHED = Rule("vanished", _ERROR, "", "Wait until nothing works on the transfer any more, then try again.")
PATH_TOO_LONG = Rule("path-too-long", _ERROR, "", "Shorten the names of the folders above it.")
NO_FILES = Rule("no-files", _ERROR, "", "Put the files in, or take the empty transfer away.")
SAME_NAME = Rule("same-name", _ERROR, "", "Rename one of them, or package them one by one.")
INCOMING_UNREADABLE = Rule(
    "incoming-unreadable", _ERROR, "", "Make the folder, or correct paths.incoming in preserve.toml."
)
ESCAPED_NAME_COLLISION = Rule("escaped-name-collision", _ERROR, "", "Rename one of the two.")

# --- what a person should know ------------------------------------------------------------------------------

NAME_NOT_UTF8 = Rule(
    "name-not-utf8",
    _WARNING,
    "RFC 8493 §2.1.3",
    "Nothing needs doing: such bytes are written as =XX, and the original name is recorded in premis.xml.",
)
CASE_DUPLICATE = Rule(
    "case-duplicate",
    _WARNING,
    "RFC 8493 §6.1.1.3",
    "Both are kept. On Windows and macOS only one of them can be unpacked; rename one if you can.",
)
NORMALISATION_DUPLICATE = Rule(
    "normalisation-duplicate",
    _WARNING,
    "RFC 8493 §6.1.1.3",
    "Both are kept. They look the same and differ in how accents are encoded; rename one if you can.",
)
WINDOWS_NAME = Rule(
    "windows-name", _WARNING, "RFC 8493 §6.1.1", "It is kept as it is. Rename it if people with Windows will need it."
)
CONTROL_CHARACTERS = Rule(
    "control-characters", _WARNING, "", "It is kept as it is. Rename it if the character came in by mistake."
)
BIDI_OVERRIDE = Rule(
    "bidi-override", _WARNING, "", "It is kept as it is. Look twice: the name may not end as it seems to on screen."
)
LINK_OUTSIDE = Rule(
    "link-outside",
    _WARNING,
    "",
    "The link is recorded and not followed. If what it leads to belongs here, copy it in.",
)
LINK_DANGLING = Rule(
    "link-dangling", _WARNING, "", "The link is recorded as it is. Check whether a file was forgotten."
)
LINK_AMONG_TAGS = Rule(
    "source-link-among-tags", _WARNING, "", "It is not kept. Replace it by a copy of what it leads to."
)
OTHER_DEVICE = Rule(
    "other-device", _WARNING, "", "Check that the disk mounted here is meant to be part of the transfer."
)

# --- checksums that the producer sent -----------------------------------------------------------------------

CHECKSUM_MISMATCH = Rule(
    "supplied-checksum-mismatch",
    _ERROR,
    "",
    "The file is damaged or another version: ask the producer to send it, or its checksum, again.",
)
CHECKSUM_NOT_CHECKED = Rule(
    "checksum-not-checked", _ERROR, "", "Try again; if it stays, the checksum list needs a look."
)
LISTED_NOT_THERE = Rule(
    "listed-not-there", _ERROR, "", "Ask the producer for the file, or for a list that does not name it."
)
LISTED_LINK = Rule(
    "listed-link", _WARNING, "", "Nothing needs doing: the file that the link leads to is checked if it is listed too."
)
LISTED_NOT_HERE = Rule(
    "listed-not-here",
    _WARNING,
    "",
    "If it should have arrived, ask the producer for it; otherwise nothing needs doing.",
)
CHECKSUM_LINE = Rule(
    "checksum-line", _WARNING, "", "Correct the line; a line is a checksum, two spaces and a file name."
)
CHECKSUM_PATH = Rule(
    "checksum-path", _WARNING, "", "Names in a checksum list must be relative to it and stay inside the transfer."
)
CHECKSUM_ALGORITHM = Rule("checksum-algorithm", _WARNING, "", "Ask for sha256 or sha512 checksums.")
CHECKSUMS_PARTIAL = Rule(
    "checksums-partial", _WARNING, "", "Nothing needs doing if the producer meant to list only some."
)
LIST_TOO_LARGE = Rule("list-too-large", _WARNING, "", "Split the list, if it is one.")

# --- companions in incoming/ --------------------------------------------------------------------------------

COMPANION_ALONE = Rule(
    "companion-alone",
    _WARNING,
    "",
    "It is treated as a transfer of its own. If its file is still to come, take it out until then.",
)
ROW_NOT_HERE = Rule("row-not-here", _WARNING, "", "Correct the file name in the table, or add the file.")

# --- while it was copied ------------------------------------------------------------------------------------

ADDED = Rule("added-during-ingest", _ERROR, "", "Wait until nothing works on the transfer any more, then try again.")
REMOVED = Rule(
    "removed-during-ingest", _ERROR, "", "Wait until nothing works on the transfer any more, then try again."
)
CHANGED = Rule(
    "changed-during-ingest", _ERROR, "", "Wait until nothing works on the transfer any more, then try again."
)

ALL: tuple[Rule, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
"""Every rule, in the order above."""
