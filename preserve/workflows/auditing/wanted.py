"""What a person, or the timer, asks of an audit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) ?%", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which copies are to be read: what is due, unless something else is said.

    *names* are ids, names or paths of packages; *everything* all packages; *sample* a part of all, drawn by *seed*.
    With *spread* a run reads ahead what is due next, so that the nights are alike.  *location* restricts all of this to
    the copies in that location, or with ``packages`` to those in the package store.
    """

    names: tuple[str, ...] = ()
    everything: bool = False
    sample: Fraction | None = None
    seed: str = ""
    spread: bool = False
    location: str | None = None

    @property
    def chosen(self) -> str:
        """How the packages are chosen, in the word of an ``AuditRun``."""
        if self.names:
            return "ids"
        if self.sample is not None:
            return "sample"
        return "all" if self.everything else "due"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run may go: at most so long, so many octets, and so many octets a second.  None is no limit."""

    duration: timedelta | None = None
    octets: int | None = None
    rate: int | None = None


def percentage(text: str) -> Fraction:
    """The part that *text*, such as ``5%``, names.  ``ValueError`` if it is none, or not above 0 and up to 100."""
    found = _PERCENT.fullmatch(text.strip())
    part = Fraction(found[1]) / 100 if found else Fraction(0)
    if not 0 < part <= 1:
        raise ValueError(f"{text!r} must be a percentage above 0% and up to 100%, such as 5%")
    return part
