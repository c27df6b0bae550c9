"""What happened, and who or what did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How a probe or a check ended.  ``not-done`` is never a pass."""

    SUCCESS = "success"
    FAIL = "fail"
    WARNING = "warning"
    NOT_DONE = "not-done"


@dataclass(frozen=True, slots=True)
class Agent:
    """PREMIS agent: who or what did something.  *kind* is ``software``, ``person`` or ``organization``."""

    name: str
    version: str = ""
    kind: str = "software"


@dataclass(frozen=True, slots=True)
class Event:
    """PREMIS event, immutable.  *type* is a Library of Congress code (``fix``, ``ing``, ``val`` …).

    *objects* are paths in the bag; an empty tuple means the package as a whole.  *location* is the name of the
    location whose copy of the package it is about, "" for the package store.
    """

    type: str
    time: datetime
    outcome: Outcome
    agents: tuple[Agent, ...]
    detail: str = ""
    note: str = ""
    objects: tuple[str, ...] = ()
    location: str = ""
