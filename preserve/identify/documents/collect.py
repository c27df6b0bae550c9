"""Gathers embedded values: tidied, without placeholders, without repetitions, with a bound."""

from __future__ import annotations

import langcodes
from langcodes.tag_parser import LanguageTagError

from preserve.identify import values
from preserve.model import Embedded

MOST_VALUES = 200

_TERMS = (
    "abstract accessRights alternative audience available bibliographicCitation conformsTo contributor "
    "coverage created creator date dateAccepted dateCopyrighted dateSubmitted description extent format "
    "hasFormat hasPart hasVersion identifier isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy "
    "issued isVersionOf language license mediator medium modified provenance publisher references relation "
    "replaces requires rights rightsHolder source spatial subject tableOfContents temporal title type valid "
)
"""The local names of DCMI Metadata Terms that a document may carry about itself."""

_BY_LOWER = {term.lower(): term for term in _TERMS.split()}


def term_named(name: str) -> str:
    """``dcterms:…`` for a local name in any case (``DATE.CREATED`` → ``dcterms:created``), or "" if there is none."""
    parts = [part for part in name.lower().replace(":", ".").split(".") if part]
    for part in reversed(parts[:2]):
        if part in _BY_LOWER:
            return f"dcterms:{_BY_LOWER[part]}"
    return ""


def tag(text: str) -> str:
    """A BCP 47 tag in its standard form, or "" if *text* is none."""
    text = text.strip()
    if not text or len(text) > 64:
        return ""
    try:
        standard = langcodes.standardize_tag(text)
    except (LanguageTagError, ValueError, IndexError, KeyError):
        return ""
    return standard if langcodes.tag_is_valid(standard) and standard not in ("und", "x-default") else ""


class Collector:
    """Takes in what a reader finds and keeps what is worth it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Embedded] = {}

    def add(self, field: str, value: object, method: str, lang: str = "") -> None:
        """Note *value* for *field*; a value that says nothing, or was noted by the same method already, is let go."""
        if not field or value is None or len(self._found) >= MOST_VALUES:
            return
        text = values.tidy(str(value))
        if field == "dcterms:language":
            text = tag(text) or text
        if values.worth_keeping(field, text):
            self._found.setdefault((field, text, method), Embedded(field, text, method, tag(lang)))

    def add_each(self, field: str, joined: str, method: str, lang: str = "") -> None:
        """Note each of several values that are separated by commas or semicolons, in any script."""
        separators = str.maketrans(dict.fromkeys(";,،؛、，；", "\0"))
        for part in joined.replace("\0", " ").translate(separators).split("\0")[:MOST_VALUES]:
            self.add(field, part, method, lang)

    def all(self) -> tuple[Embedded, ...]:
        """What was kept, in the order it was found."""
        return tuple(self._found.values())
