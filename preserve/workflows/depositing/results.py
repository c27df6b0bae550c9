"""What a person orders of a deposit, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from preserve.errors import PreserveError
from preserve.model import Agent, Package, Problem
from preserve.model.deposits import Stage
from preserve.ports import Progress, Silent

if TYPE_CHECKING:
    from preserve.workflows.depositing.configured import Configured


class Outcome(StrEnum):
    """How one deposit stands when the run is done with it."""

    VERIFIED = "verified"
    """The far end's octets, or its own digest of them, were held against the package now, and are the same."""
    STORED = "stored"
    """The far end said that it is where it belongs; it was not verified, or cannot be there."""
    ACCEPTED = "accepted"
    """The far end said that it took it, and no more."""
    SENT = "sent"
    """The last octet left; the far end has not said what it does with them."""
    UNKNOWN = "unknown"
    """An answer was lost.  The next run asks the far end before it sends anything."""
    REFUSED = "refused"
    """The far end said no."""
    HELD = "held"
    """An embargo holds it back; nothing was sent."""
    PLANNED = "planned"
    """A dry run: nothing was sent and nothing was changed."""
    THERE = "there"
    """It was deposited and verified before; nothing was sent."""
    GIVEN_UP = "given-up"
    """A person ended it."""
    BUSY = "busy"
    """Another run is depositing it just now."""
    FAILED = "failed"
    """Something else stood against it, here or there: *error* says what."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """What became of the deposit of *package* at *target*.

    *deposit* is the deposit's id in the journal, *stage* how far its journal says that it came, None if it has none.
    *where* is where the far end says that it is, and *note* what it said.  *files* and *bytes* are what there was to be
    sent, *seconds* how long it took.  *receipts* is the folder of the far end's answers.  *error* is what stood against
    it.
    """

    package: Package
    target: str
    status: Outcome
    deposit: str = ""
    stage: Stage | None = None
    where: str = ""
    note: str = ""
    files: int = 0
    bytes: int = 0
    seconds: float = 0.0
    receipts: Path | None = None
    problems: tuple[Problem, ...] = ()
    error: PreserveError | None = None
    needs_a_person: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Hand packages over to *target*.

    *wait*: how many seconds to go on asking until the far end says that it stored them; 0 is: without end, None: ask
    once.  *resume*: only go on with what is unfinished.  *dry_run*: plan, and change nothing anywhere.  *verify*: send
    nothing, and hold what was deposited earlier against the packages again.  *again*: send what was deposited before,
    too.  *everything*: nobody named the packages one by one, so that what was refused is not tried again.  *arrived*:
    send nothing; where it is there, says who looked, of a deposit of which nobody else can tell.  *given_up*: send
    nothing; why what is unfinished is to be waited for no more.

    *despite_embargo* holds the ids of the packages that go though an embargo holds them back.  *jobs* packages are sent
    at the same time, *rate* octets a second together, 0 for as fast as it goes.  *profile* is the BagIt profile the bag
    is derived for, by its name or place, "" for none; *tags* are the labels and values for bag-info.txt that it
    demands.  *agents* answer for it.
    """

    target: Configured
    wait: float | None = None
    resume: bool = False
    dry_run: bool = False
    verify: bool = False
    again: bool = False
    everything: bool = False
    arrived: str = ""
    given_up: str = ""
    despite_embargo: frozenset[str] = frozenset()
    jobs: int = 1
    rate: int = 0
    profile: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    progress: Progress = field(default_factory=Silent)
    agents: tuple[Agent, ...] = ()
