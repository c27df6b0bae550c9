"""Deposits: how far one attempt to hand a package over has come, and what shows that it arrived."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from preserve.model.findings import Problem


class Stage(StrEnum):
    """How far a deposit has come.  Only what the far end said, or showed, takes it further than ``sent``."""

    PLANNED = "planned"
    """Everything is known that will be sent; nothing has been."""
    SENDING = "sending"
    """A call has begun that may change something at the far end."""
    SENT = "sent"
    """The last octet left, and the far end answered; what it will do with them it has not said."""
    ACCEPTED = "accepted"
    """The far end said that it took them; it may still refuse, or lose, them."""
    STORED = "stored"
    """The far end said that they are where they belong."""
    VERIFIED = "verified"
    """The far end's octets, or its own digest of them, are those of the package."""
    REFUSED = "refused"
    """The far end said no; nothing of it is kept there as a deposit."""
    UNKNOWN = "unknown"
    """An answer was lost: the far end must be asked what it has, before anything is sent again."""


class Proof(StrEnum):
    """What ``verified`` rests on at a target.  ``NONE``: there it cannot be reached, and ``stored`` is the end."""

    BYTES = "bytes"
    """Every octet was read back over the line, and hashed here."""
    DIGEST = "digest"
    """The far end read what it holds, when asked, and told the digest."""
    WORD = "word"
    """The far end told a digest that it took of what arrived, or that its own check of fixity passed."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Promises:
    """What a target can promise.

    *askable*: it can be asked what it has under our name, so that a lost answer, even a lost journal, never leads to a
    second deposit.  *resumes*: a sending that was cut goes on where it was cut.
    """

    askable: bool
    resumes: bool
    proof: Proof


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the far end has of a deposit, as it tells.

    *stage* is None if it has nothing of it, ``SENDING`` if a part that can be gone on with (*received* octets of it),
    ``UNKNOWN`` if it cannot tell, and ``REFUSED`` if it said no, with its words in *note*.  *where* is where it is to
    be found there: a URL, a path, an identifier.
    """

    stage: Stage | None
    where: str = ""
    note: str = ""
    received: int = 0


@dataclass(frozen=True, slots=True)
class Verification:
    """The far end held against what was sent: *good* only if all of it was, and is the same.

    *problems* name each file that is not.  *files* and *bytes* are what was compared.
    """

    good: bool
    proof: Proof
    files: int = 0
    bytes: int = 0
    problems: tuple[Problem, ...] = ()
