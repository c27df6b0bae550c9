"""Who a name belongs to, as far as the name itself says it: ``Family, Given`` is a person, nothing else is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from preserve.describe.crosswalks.subject import Notes, Subject, quoted
from preserve.model import Statement
from preserve.storage.names import fold_normalisation

_COMMA = "[,\u060c\uff0c]"  # also the Arabic and the full-width one
_PART = "[^,\u060c\uff0c]*[^,\u060c\uff0c\\s][^,\u060c\uff0c]*"
_DATES = r"\d{3,4}\??\s*[-\u2013]\s*(?:\d{3,4}\??)?"
_INVERTED = re.compile(rf"({_PART}){_COMMA}({_PART})(?:{_COMMA}\s*({_DATES})\s*\.?\s*)?")
_ONLY_DATES = re.compile(rf"\s*{_DATES}\s*\.?\s*")

HOW = "Write a person's name as 'Family, Given', or name an organisation with --organization NAME"
"""How a person says whether a name is a person's."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written; *family*, *given* and *dates* where it is written ``Family, Given, 1880-1950``."""

    written: str
    family: str = ""
    given: str = ""
    dates: str = ""
    is_organization: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it can be told to be a person's or a body's."""
        return bool(self.family) or self.is_organization


def name_of(statement: Statement, subject: Subject) -> Name:
    """The name in *statement*.  One comma parts family and given name; without one nobody knows where they part."""
    written = statement.value.strip()
    if fold_normalisation(written) in subject.organizations:
        return Name(written, is_organization=True)
    match = _INVERTED.fullmatch(written)
    if match is None or statement.scheme == "URI" or _ONLY_DATES.fullmatch(match[2]):
        return Name(written)
    return Name(written, match[1].strip(), match[2].strip(), (match[3] or "").strip())


def demand_known(name: Name, notes: Notes) -> None:
    """Note as missing whether *name* is a person's, and which part of it the family name is, if that is not known."""
    if not name.is_known:
        notes.missing(f"the family name of {quoted(name.written)}, or that it is an organisation", HOW)
