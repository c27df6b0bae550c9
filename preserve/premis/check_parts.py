"""What is wrong with one object, event or rights statement, whatever else the record holds; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from preserve.model import Rule
from preserve.premis import rules, vocabulary
from preserve.premis.elements import EVENT, OBJECT, RIGHTS, all_of, kind_of, text_of
from preserve.storage.digests import hex_length, is_known, normalise
from preserve.storage.names import shown
from preserve.storage.safe_xml import Element

Found: TypeAlias = tuple[Rule, str]
"""A rule that is broken, and the sentence about it."""

_HASHES = {(term.uri, term.label) for term in vocabulary.HASHES.values()}
_HEX = re.compile(r"[0-9a-f]+")
_SIZE = re.compile(r"[0-9]{1,19}")
_PRONOM_KEY = re.compile(r"(?:x-)?fmt/[1-9][0-9]*|UNKNOWN")
_INFORMATION = {
    "license": "licenseInformation",
    "copyright": "copyrightInformation",
    "statute": "statuteInformation",
    "other": "otherRightsInformation",
}


def entity(element: Element, line: int) -> Iterator[Found]:
    """Everything that is wrong in *element*, which begins on this *line*."""
    if element.tag == OBJECT and kind_of(element) == "file":
        yield from _file(element, line)
    elif element.tag == EVENT:
        yield from _event(element, line)
    elif element.tag == RIGHTS:
        basis = text_of(element, "rightsBasis").strip()
        if (wanted := _INFORMATION.get(basis)) and not all_of(element, wanted):
            yield rules.RIGHTS_INCOMPLETE, f"The rights on line {line} rest on a {basis} that is not described."


def _file(element: Element, line: int) -> Iterator[Found]:
    if not text_of(element, "storage/contentLocation/contentLocationValue"):
        yield rules.PATH_MISSING, f"It is not said where the file on line {line} is."
    if not all_of(element, "relationship/relatedObjectIdentifier"):
        yield rules.RELATION_MISSING, f"It is not said of what package the file on line {line} is part."
    size = text_of(element, "objectCharacteristics/size")
    if not _SIZE.fullmatch(size):
        yield rules.SIZE_UNREADABLE, f"The size {shown(size)!r} of the file on line {line} is not a number of bytes."
    fixities = all_of(element, "objectCharacteristics/fixity")
    if not fixities:
        yield rules.FIXITY_MISSING, f"The file on line {line} has no checksum."
    for fixity in fixities:
        yield from _fixity(fixity, line)
    for registry in all_of(element, "objectCharacteristics/format/formatRegistry"):
        key = text_of(registry, "formatRegistryKey")
        if text_of(registry, "formatRegistryName") == "PRONOM" and not _PRONOM_KEY.fullmatch(key):
            yield rules.FORMAT_KEY_MALFORMED, f"The file on line {line} has the format {shown(key)!r}, no PRONOM key."


def _fixity(fixity: Element, line: int) -> Iterator[Found]:
    if not text_of(fixity, "messageDigestOriginator").strip():
        yield rules.ORIGINATOR_MISSING, f"It is not said who computed a checksum of the file on line {line}."
    [word] = all_of(fixity, "messageDigestAlgorithm") or [None]
    uri, label = ("", "") if word is None else (word.get("valueURI") or "", (word.text or "").strip())
    algorithm, value = normalise(label), text_of(fixity, "messageDigest")
    if (uri, label) not in _HASHES:
        what = f"{shown(label)!r}" + (f" ({shown(uri)})" if uri else "")
        yield rules.ALGORITHM_UNKNOWN, f"The file on line {line} has a checksum by {what}, which is no known algorithm."
    elif not _HEX.fullmatch(value) or (is_known(algorithm) and len(value) != hex_length(algorithm)):
        yield rules.DIGEST_MALFORMED, f"{shown(value[:200])!r} (line {line}) cannot be a checksum by {label}."


def _event(element: Element, line: int) -> Iterator[Found]:
    if not all_of(element, "eventOutcomeInformation/eventOutcome"):
        yield rules.OUTCOME_MISSING, f"It is not said how the event on line {line} ended."
    if not all_of(element, "linkingAgentIdentifier"):
        yield rules.AGENT_MISSING, f"It is not said who or what did the event on line {line}."
