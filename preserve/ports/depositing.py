"""The contract between a deposit and the targets to which packages go.

A *consignment* is what is to be sent; a *target* sends it; a *log* remembers, before each step, what is about to be
done.  The workflow drives: it plans, looks, sends, confirms and verifies, in this order, and may do so again in another
process, years later.  ``preserve.testing`` holds every target to what is said here.

Who does what:

- **Names.**  ``Consignment.label`` is unique at the far end: the same state of the same package always has the same,
  and nothing else ever has it.  Where the far end gives out names of its own, the label or ``Consignment.key`` goes
  into a field by which it can be found again.
- **Durability.**  What is needed to find the far end's object again (an upload's id, a draft's URL) is given to
  ``Log.note`` before the call that would need it is made.  ``note`` returns when it is on disk.
- **Repeating.**  Targets repeat nothing but a call that has no effect (GET, HEAD, stat) and one that the far end
  refused before it did anything (503 with Retry-After).  Everything else is the workflow's to repeat, after ``look``.
- **Errors.**  ``TargetUnreachable``: no connection, or an answer was lost; the workflow takes a sending for *unknown*
  then.  ``NoRoom``, which is one of these: the far end is full, or a quota used up; what arrived stays there, and the
  next run goes on with it, but not this one.  ``AccessRefused``: credentials, host key, certificate; nothing is said of
  the deposit.  ``ConfigError``: the target's table is wrong, or a program that it needs is missing, here or there;
  nothing is said of the deposit either.  ``DepositRefused``: the far end said no to this consignment, in its words.
  ``DescriptionError``: the package's own description lacks what the target demands; the far end is not asked, and
  ``plan`` tells it as a problem of this code.  ``BagError``: the package here is not what was validated; the sending is
  broken off so that the far end never takes it for whole.  Nothing else is raised.
- **Whole or not at all.**  Under its label the far end has all of a consignment or nothing; parts have other names.
- **Never over another.**  What lies at the far end under the label and is not this consignment is never touched:
  ``DepositRefused``.
- **Hostile answers.**  Whatever the far end says is bounded, parsed as hostile, and never leads out of the place that
  the configuration names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from preserve.model import Package, Problem
    from preserve.model.deposits import Promises, Sighting, Verification
    from preserve.ports import Progress


class Piece(Protocol):
    """One file of a consignment."""

    @property
    def path(self) -> str:
        """Its path below the consignment's label, with ``/``; of a consignment of one file the label's own file name.

        It never leads out: no ``..``, no absolute path.  It may hold bytes that are not UTF-8 (surrogateescape).
        """
        ...

    @property
    def size(self) -> int:
        """Its octets, exactly; known before it is read."""
        ...

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Its octets from *start*, in blocks of at most 1 MiB; the same ones whenever it is read.

        What is read is held against what was validated: ``BagError`` before the last block if it is not the same.  The
        rate limit and the progress are kept here.
        """
        ...

    def digest(self, algorithm: str) -> str:
        """Its digest in lower-case hex, by a name that ``storage.digests`` knows; reads the file if nobody has yet."""
        ...

    def place(self) -> Path | None:
        """Where it lies as a file of its own, if it does; only to be read."""
        ...


class Consignment(Protocol):
    """One package in one state and one form, as it is to be sent.  It was validated a moment ago."""

    @property
    def package(self) -> Package:
        """The package, as the catalogue knows it."""
        ...

    @property
    def label(self) -> str:
        """Its unique name at the far end: the package's name; of a later state followed by ``.v2``, ``.v3`` and so on.

        Plain letters, digits, ``.``, ``_`` and ``-`` in any script, no ``/``, at most 200 octets of UTF-8.
        """
        ...

    @property
    def key(self) -> str:
        """A URN, ``urn:uuid:…``, that only this state of this package has."""
        ...

    @property
    def state(self) -> int:
        """Which state of the package it is: 1 as it was sealed, 2 after its first change, and so on."""
        ...

    @property
    def form(self) -> str:
        """One of ``FORMS``."""
        ...

    @property
    def files(self) -> int:
        """How many pieces there are."""
        ...

    @property
    def octets(self) -> int:
        """How many octets they have together."""
        ...

    def pieces(self) -> Iterator[Piece]:
        """All pieces, in a fixed order.  May be called as often as one likes."""
        ...

    def described(self, form: str) -> bytes:
        """The description, as ``preserve export --as`` *form* writes it.  ``DescriptionError`` says what it lacks."""
        ...


FORMS: Mapping[str, str] = {
    "bag": "the package as it is: a folder",
    "tar": "the package in one tar file",
    "zip": "the package in one zip file",
    "payload": "only the documents: a folder",
    "payload-zip": "only the documents, in one zip file",
    "saf": "DSpace's Simple Archive Format: a folder",
    "saf-zip": "DSpace's Simple Archive Format, in one zip file",
    "eark": "an E-ARK SIP (METS): a folder",
    "eark-tar": "an E-ARK SIP, in one tar file",
    "eark-zip": "an E-ARK SIP, in one zip file",
}
"""What a package can be sent as.  In a form of one file, that file is called ``<label>.tar`` or ``<label>.zip``."""


class Log(Protocol):
    """The journal of one deposit, as its target sees it.  Each call returns when it is on disk."""

    @property
    def handle(self) -> Mapping[str, str]:
        """What was noted so far, in this process or before: short texts by short names."""
        ...

    def note(self, **facts: str) -> None:
        """Add *facts* to the handle; to be called before the call that depends on them."""
        ...

    def keep(self, name: str, content: bytes) -> None:
        """Keep an answer of the far end, verbatim, as a receipt called *name* (``created.xml``).

        A name may come again; all are kept, numbered.  Credentials are taken out before.
        """
        ...


class DepositTarget(Protocol):
    """One place to which packages can be handed over.  An instance is used by one thread, and for many packages."""

    @property
    def promises(self) -> Promises:
        """What it can promise, as it is configured."""
        ...

    def check(self) -> str:
        """Go there, log in, change nothing; one line on what is there (``OpenSSH 9.2, /deposits, 1.2 TB free``)."""
        ...

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """What a person should know before *what* is sent.  Changes nothing; an error among them stops the deposit."""
        ...

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """What the far end has of *what* now.  Changes nothing.

        *handle* may be empty though it was sent before: the journal may be lost.  An askable target finds it by its
        label or key.
        """
        ...

    def send(self, what: Consignment, log: Log) -> Sighting:
        """Send *what*, or what of it ``look`` did not see: the far end has nothing of it, or a part to go on with.

        Returns what the far end then says it has: ``SENT``, ``ACCEPTED`` or ``STORED``.
        """
        ...

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """Ask once what became of *what*, which was sent.  Keeps the answer as a receipt where it says something new.

        May do what is safe to repeat and has to follow the sending.
        """
        ...

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """Hold what is stored there against *what*.  Never takes the far end's word for what it was told by us."""
        ...

    def close(self) -> None:
        """Let go of connections.  The target is not used any more."""
        ...


class Secret:
    """A credential.  It shows itself to nobody: only ``reveal`` tells it, to who speaks to the far end."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The credential itself, to be handed to the far end and nowhere else."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        raise TypeError("a credential is not written down")
