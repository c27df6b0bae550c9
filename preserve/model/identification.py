"""What each file is, as the probes found."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.events import Agent, Outcome
from preserve.model.findings import Problem


@dataclass(frozen=True, slots=True)
class Format:
    """A format designation with the registry that says so (*registry* ``PRONOM`` and *key* ``fmt/…``, or "")."""

    name: str
    version: str = ""
    registry: str = ""
    key: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """A BCP 47 tag with the share of the text (0–1) that is in this language."""

    tag: str
    share: float
    reliable: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A language by the passages of a text that are in it.

    *share* is their part of all letters of the text (0–1); *text* is how the longest of them begins, to the letter;
    *letters* is how many were judged.
    """

    tag: str
    share: float
    letters: int
    text: str


APPLICATION = "premis:creatingApplicationName"
"""The field of an ``Embedded`` that names the program which a document says it was made with (PREMIS 3.0, 1.5.5.1)."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A value found inside a file: *field* is a ``dcterms:`` term or ``APPLICATION``, *method* says where.

    A method is written ``html:meta[author]``.
    """

    field: str
    value: str
    method: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """That a probe ran (or could not), for the record: one a file and probe."""

    probe: str
    agent: Agent
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True, slots=True)
class Identification:
    """What the probes found out about one payload file.  Empty values mean "not known", never a guess."""

    path: str
    mime: str = ""
    charset: str = ""
    formats: tuple[Format, ...] = ()
    languages: tuple[LanguageShare, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    runs: tuple[ProbeRun, ...] = ()
    problems: tuple[Problem, ...] = ()
    passages: tuple[Passage, ...] = ()
