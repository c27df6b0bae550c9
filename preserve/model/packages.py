"""Packages, and the judgement on a bag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from preserve.model.findings import Problem, Severity


@dataclass(frozen=True, slots=True)
class PinnedDigest:
    """The digest of a manifest at sealing time, kept outside the package as a witness."""

    path: str
    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Package:
    """The preserved unit, as the catalogue knows it.  All of it can be read again from the package and its history.

    *last_read_ok* is when every byte of it was last read and found right, None if that never happened.
    *last_read_bad* is when damage was last found in it, None if there was none or it is mended.
    Both are about the copy in the package store.

    *text* is the line of the ``TextPrint`` of its text, where one text makes up the package, or "".
    """

    id: str
    name: str
    transfer: str
    title: str
    title_stands_in: bool
    sealed: datetime
    bag_version: str
    files: int
    bytes: int
    pinned: tuple[PinnedDigest, ...]
    external_identifier: str = ""
    group: str = ""
    last_read_ok: datetime | None = field(default=None, compare=False)
    last_read_bad: datetime | None = field(default=None, compare=False)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of *package*: that in the package store, whose *location* is "", or one in another location.

    *made* is when it was sealed there, or replicated to it.  The readings are those of this copy.
    """

    package: Package
    location: str
    made: datetime
    last_read_ok: datetime | None = None
    last_read_bad: datetime | None = None


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The judgement on one bag (RFC 8493 §3): *valid* only if every byte was read and every check passed."""

    target: str
    bag_version: str
    complete: bool
    valid: bool
    problems: tuple[Problem, ...]
    files: int
    bytes: int
    seconds: float
    info: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that make it invalid."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)
