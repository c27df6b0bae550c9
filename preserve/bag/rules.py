"""Every rule that a bag is judged by: stable code, severity, clause, and what to do about it.

``TOLERABLE`` holds the codes of those errors that a lenient reader may take as warnings, because the files can
still be told apart and every byte can still be checked.  Nothing in it hides damage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from preserve.model import Problem, Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING

_ASK = "Ask whoever made the bag for a correct copy."
_REWRITE = "Have the bag made again with a tool that follows RFC 8493, or validate with --tolerant."
_RESTORE = "Bring the file back from another copy of this bag."
_RENAME = "Nothing has to be done here; rename the file if the bag will be used on other systems."

# --- the declaration ----------------------------------------------------------------------------------------

DECLARATION_MISSING = Rule("declaration-missing", _E, "RFC 8493 §2.1.1", "Without bagit.txt this is no bag. " + _ASK)
DECLARATION_MALFORMED = Rule("declaration-malformed", _E, "RFC 8493 §2.1.1", _ASK)
DECLARATION_SPELLING = Rule("declaration-spelling", _E, "RFC 8493 §2.1.1", _REWRITE)
DECLARATION_SPELLING_OLD = Rule(
    "declaration-spelling-old", _W, "RFC 8493 §2.1.1", "Version 1.0 forbids it; strict readers may reject this bag."
)
DECLARATION_CASE = Rule("declaration-case", _W, "RFC 8493 §2.1.1", "Other readers may not understand this bag.")
VERSION_UNKNOWN = Rule(
    "version-unknown", _E, "RFC 8493 §2.1.1", "Known versions are 0.93 to 0.97 and 1.0. Check bagit.txt."
)
VERSION_DOWNGRADED = Rule(
    "version-downgraded", _E, "RFC 8493 §2.1.1", "bagit.txt was changed after sealing; restore the package from a copy."
)
ENCODING_UNKNOWN = Rule(
    "encoding-unknown", _E, "RFC 8493 §2.1.1", "Correct Tag-File-Character-Encoding in bagit.txt; usually it is UTF-8."
)
ENCODING_NOT_UTF8 = Rule("encoding-not-utf8", _W, "RFC 8493 §2.3", "UTF-8 is strongly recommended for tag files.")

# --- text files ---------------------------------------------------------------------------------------------

BOM = Rule("byte-order-mark", _E, "RFC 8493 §2.3", "Save the file as UTF-8 without a byte-order mark (BOM).")
UNDECODABLE = Rule("undecodable", _E, "RFC 8493 §2.3", "The file is damaged, or bagit.txt names the wrong encoding.")
LAST_LINE_OPEN = Rule("last-line-open", _W, "RFC 8493 §2.3", "Check that the file was not cut off.")
TAG_FILE_TOO_LARGE = Rule("tag-file-too-large", _E, "RFC 8493 §2.3", "No honest tag file is that large. " + _ASK)
TAG_FILE_UNREADABLE = Rule(
    "tag-file-unreadable", _E, "RFC 8493 §3", "Check the permissions and the disk, then validate again."
)

# --- structure ----------------------------------------------------------------------------------------------

PAYLOAD_FOLDER_MISSING = Rule("payload-folder-missing", _E, "RFC 8493 §2.1.2", "Every bag has a folder data/. " + _ASK)
NO_MANIFEST = Rule("no-manifest", _E, "RFC 8493 §2.1.3", "Without a manifest nothing can be checked. " + _ASK)
NO_TAG_MANIFEST = Rule(
    "no-tag-manifest", _W, "RFC 8493 §2.2.1", "Changes to the tag files of this bag cannot be detected."
)
TAG_MANIFEST_GAP = Rule(
    "tag-manifest-gap", _W, "RFC 8493 §2.2.1", "Check that no tag manifest was removed from this bag."
)
ALGORITHM_UNKNOWN = Rule(
    "algorithm-unknown",
    _E,
    "RFC 8493 §2.4",
    "Its checksums cannot be verified here; ask for a sha256 or sha512 manifest.",
)
ALGORITHM_SPELLING = Rule("algorithm-spelling", _E, "RFC 8493 §2.4", _REWRITE)
ALGORITHM_SPELLING_OLD = Rule(
    "algorithm-spelling-old", _W, "RFC 8493 §2.4", "Version 1.0 forbids it; other readers may not find the manifest."
)
ALGORITHM_TWICE = Rule("algorithm-twice", _E, "RFC 8493 §2.4", _REWRITE)
LINK_LISTED = Rule("link-listed", _E, "RFC 8493 §5.1", "Links are never followed. Replace the link by the file itself.")
LINK_FOUND = Rule(
    "link-found", _E, "RFC 8493 §5.1", "Links are never followed. Remove the link, or replace it by the file."
)
LINK_AMONG_TAGS = Rule("link-among-tags", _W, "RFC 8493 §5.1", "Links are never followed; it was ignored.")
SPECIAL_FILE = Rule(
    "special-file", _E, "RFC 8493 §2.1.2", "Pipes, sockets and devices do not belong in a bag. Remove it."
)
FOLDER_FOR_TAG_FILE = Rule(
    "folder-for-tag-file",
    _E,
    "RFC 8493 §2",
    "RFC 8493 gives this name to a file. Rename the folder, or restore the file.",
)
FOLDER_UNREADABLE = Rule("folder-unreadable", _E, "RFC 8493 §3", "Check the permissions, then validate again.")

# --- manifests ----------------------------------------------------------------------------------------------

LINE_MALFORMED = Rule("manifest-line-malformed", _E, "RFC 8493 §2.1.3", _ASK)
BLANK_LINE = Rule("manifest-blank-line", _W, "RFC 8493 §2.1.3", "The empty line was skipped.")
DIGEST_MALFORMED = Rule("digest-malformed", _E, "RFC 8493 §2.1.3", "The line is damaged. " + _ASK)
PATH_UNSAFE = Rule(
    "path-unsafe", _E, "RFC 8493 §5.1", "The path was not touched. Treat this bag with suspicion. " + _ASK
)
PATH_OUTSIDE_PAYLOAD = Rule("path-outside-payload", _E, "RFC 8493 §2.1.3", "Payload manifests list data/ only. " + _ASK)
PATH_IS_FOLDER = Rule("path-is-folder", _E, "RFC 8493 §2.1.3", "Manifests list files, never folders. " + _ASK)
PATH_DOT_SLASH = Rule(
    "path-dot-slash", _W, "RFC 8493 §6.1.3", "Strict readers reject this bag; have its manifests rewritten."
)
LEGACY_LINE = Rule(
    "legacy-checksum-line", _W, "RFC 8493 §6.1.3", "Strict readers reject this bag; have its manifests rewritten."
)
PERCENT_RAW = Rule("percent-not-encoded", _E, "RFC 8493 §2.1.3", _REWRITE)
PERCENT_OTHER = Rule("percent-other-reading", _W, "RFC 8493 §2.1.3", "Other readers may report this file as missing.")
LISTED_TWICE_ALIKE = Rule("listed-twice", _E, "RFC 8493 §2.1.3", _REWRITE)
LISTED_TWICE_OLD = Rule(
    "listed-twice-alike", _W, "RFC 8493 §2.1.3", "The two lines agree; version 1.0 would forbid it."
)
LISTED_TWICE_DIFFERENT = Rule("listed-twice-different", _E, "RFC 8493 §2.1.3", "Only one can be right. " + _ASK)
TAG_LISTS_PAYLOAD = Rule("tag-manifest-lists-payload", _E, "RFC 8493 §2.2.1", _ASK)
TAG_LISTS_TAG_MANIFEST = Rule("tag-manifest-lists-tag-manifest", _E, "RFC 8493 §2.2.1", _REWRITE)
TAG_OMITS_MANIFEST = Rule(
    "tag-manifest-omits-manifest",
    _E,
    "RFC 8493 §2.2.1",
    "The unlisted manifest could have been changed unseen. " + _ASK,
)
TAG_FILE_UNLISTED = Rule("tag-file-unlisted", _W, "RFC 8493 §2.2.1", "No checksum protects this file.")

# --- complete and valid -------------------------------------------------------------------------------------

MISSING = Rule("missing", _E, "RFC 8493 §3", _RESTORE)
MISSING_TO_FETCH = Rule(
    "missing-to-fetch", _E, "RFC 8493 §2.2.3", "fetch.txt says where it can be had: validate with --fetch."
)
UNLISTED = Rule("unlisted", _E, "RFC 8493 §3", "The file was added after the bag was made; find out by whom.")
NOT_IN_EVERY_MANIFEST = Rule("not-in-every-manifest", _E, "RFC 8493 §3", _ASK)
NOT_CHECKABLE = Rule("not-checkable", _E, "RFC 8493 §3", "No checksum of a known algorithm is listed for it. " + _ASK)
CHECKSUM_MISMATCH = Rule("checksum-mismatch", _E, "RFC 8493 §3", "The file has changed. " + _RESTORE)
UNREADABLE = Rule("unreadable", _E, "RFC 8493 §3", "Check the permissions and the disk, then validate again.")
NOT_VERIFIED = Rule(
    "not-verified", _W, "RFC 8493 §3", "No byte was checked. Validate without --completeness-only to know more."
)
MANIFEST_TAMPERED = Rule(
    "manifest-tampered", _E, "RFC 8493 §3", "The package was changed after sealing; restore it from another copy."
)
CHANGED_AFTER_SEALING = Rule(
    "changed-after-sealing",
    _E,
    "RFC 8493 §2.2.1",
    "preserve seals every tag file under its checksums, so this came about later; restore the package from a copy.",
)

# --- bag-info.txt -------------------------------------------------------------------------------------------

INFO_MALFORMED = Rule(
    "bag-info-malformed", _E, "RFC 8493 §2.2.2", "Each line is “Label: value”. Correct it, or ask for it."
)
INFO_WHITESPACE = Rule("bag-info-whitespace", _E, "RFC 8493 §2.2.2", _REWRITE)
INFO_BLANK_LINE = Rule("bag-info-blank-line", _W, "RFC 8493 §2.2.2", "The empty line was skipped.")
OXUM_MALFORMED = Rule("oxum-malformed", _E, "RFC 8493 §2.2.2", "Payload-Oxum is two numbers: octets, full stop, files.")
OXUM_REPEATED = Rule("oxum-repeated", _E, "RFC 8493 §2.2.2", "Keep the one Payload-Oxum that is right.")
OXUM_MISMATCH = Rule("oxum-mismatch", _E, "RFC 8493 §2.2.2", "Look at the missing, unlisted and changed files.")

# --- fetch.txt ----------------------------------------------------------------------------------------------

FETCH_MALFORMED = Rule(
    "fetch-line-malformed", _E, "RFC 8493 §2.2.3", "Each line is: url, length or “-”, file name. " + _ASK
)
FETCH_URL = Rule("fetch-url-not-absolute", _E, "RFC 8493 §2.2.3", _ASK)
FETCH_NOT_PAYLOAD = Rule("fetch-not-payload", _E, "RFC 8493 §2.2.3", "fetch.txt may list payload files only. " + _ASK)
FETCH_UNLISTED = Rule(
    "fetch-not-in-manifest", _E, "RFC 8493 §2.2.3", "What would be fetched could not be checked. " + _ASK
)
FETCH_TWICE = Rule("fetch-listed-twice", _W, "RFC 8493 §2.2.3", "The first line counts.")
FETCH_LENGTH = Rule("fetch-length-differs", _W, "RFC 8493 §5.3", "The checksum decides; the length is only a hint.")

# --- names --------------------------------------------------------------------------------------------------

NAME_NORMALISATION = Rule(
    "name-normalisation", _W, "RFC 8493 §6.1.1.3", "Nothing is lost; a system on the way rewrote the accents (NFC/NFD)."
)
NAMES_DIFFER_IN_NORMALISATION = Rule("names-differ-in-normalisation", _W, "RFC 8493 §6.1.1.3", _RENAME)
NAMES_DIFFER_IN_CASE = Rule("names-differ-in-case", _W, "RFC 8493 §6.1.1.3", _RENAME)
NAME_WINDOWS = Rule("name-not-for-windows", _W, "RFC 8493 §6.1.2", _RENAME)
SYSTEM_FILE = Rule("system-file", _W, "RFC 8493 §6.1.2", "An operating system left it there; remove it before bagging.")

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))

TOLERABLE: frozenset[str] = frozenset(
    rule.code
    for rule in (
        DECLARATION_SPELLING,
        BOM,
        ALGORITHM_UNKNOWN,
        ALGORITHM_SPELLING,
        ALGORITHM_TWICE,
        LINK_FOUND,
        PERCENT_RAW,
        LISTED_TWICE_ALIKE,
        TAG_LISTS_TAG_MANIFEST,
        TAG_OMITS_MANIFEST,
        INFO_WHITESPACE,
        OXUM_REPEATED,
    )
)

BEYOND_COMPLETE: frozenset[str] = frozenset(
    rule.code
    for rule in (CHECKSUM_MISMATCH, OXUM_MISMATCH, UNREADABLE, NOT_CHECKABLE, MANIFEST_TAMPERED, VERSION_DOWNGRADED)
)
"""Errors that a complete bag may have: it is then not valid (RFC 8493 §3)."""


def soften(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same findings, in which the tolerable errors have become warnings."""
    return tuple(replace(p, severity=_W) if p.code in TOLERABLE else p for p in problems)


_NEVER_SEALED: frozenset[str] = frozenset(
    rule.code for rule in (NO_TAG_MANIFEST, TAG_MANIFEST_GAP, TAG_FILE_UNLISTED, LINK_AMONG_TAGS)
)
"""What is legal in the bags of others and never in one that preserve sealed."""


def as_sealed(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same findings for a package of ours: what can only have come about after sealing has become an error."""
    return tuple(CHANGED_AFTER_SEALING.at(p.path, p.message) if p.code in _NEVER_SEALED else p for p in problems)


def is_complete(problems: Iterable[Problem]) -> bool:
    """Whether a bag with these findings is complete in the sense of RFC 8493 §3."""
    return all(p.severity is _W or p.code in BEYOND_COMPLETE for p in problems)
