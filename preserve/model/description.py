"""What a package is about: what people said, and what programs propose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Statement:
    """One Dublin Core value: *term* is ``dcterms:title`` …, *scheme* an encoding scheme such as ``W3CDTF`` or "".

    *origin* says where it came from: ``set``, ``metadata.csv``, ``letter.txt.dc.xml``, ``config``, ``preserve`` …
    *about* is "" for the package as a whole, or the ``data/…`` path of the one file that it describes.
    """

    term: str
    value: str
    lang: str = ""
    scheme: str = ""
    origin: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A Dublin Core description: ordered statements.  *title_stands_in* is true while no person gave a title."""

    statements: tuple[Statement, ...]
    title_stands_in: bool = False

    def values(self, term: str) -> tuple[str, ...]:
        """All values of *term* that describe the package as a whole, in order."""
        return tuple(s.value for s in self.statements if s.term == term and not s.about)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The span that a proposal came from: byte offsets into *path*, and the text between them.

    The offsets are None where the text does not stand in the file as such, as in a compressed PDF.
    """

    path: str
    start: int | None
    end: int | None
    text: str


class ProposalStatus(StrEnum):
    """A proposal waits for a person."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A derived value that a person has not yet accepted.  It never reaches ``dc.xml`` by itself.

    *share* is given for languages: the part (0–1) of the letters of the text that is in this one.
    """

    field: str
    value: str
    lang: str
    confidence: float
    method: str
    tool: str
    version: str
    evidence: Evidence
    status: ProposalStatus = ProposalStatus.PENDING
    share: float | None = None
