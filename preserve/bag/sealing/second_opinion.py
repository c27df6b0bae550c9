"""The second witness: the Library of Congress's ``bagit`` looks at the staged package before it is sealed.

Two implementations that share no code agree, or the package is not sealed.  Where bagit is known to misread
the standard, its complaint about such a name is recorded as a warning, not obeyed
(``docs/decisions/0004-second-opinion.md``).
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.model import Agent, Outcome
from preserve.storage import names

SMALL = 10_000
"""A package with fewer files than this is small."""

_MISREAD = re.compile(r"[%\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|\s$")
"""What in a name makes bagit 1.9 read its manifest line otherwise than RFC 8493 §2.1.3 says."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second witness said.  ``FAIL`` forbids sealing; ``NOT_DONE`` says in *note* why it was not asked."""

    outcome: Outcome
    note: str
    agent: Agent


def wanted(setting: str, files: int) -> bool:
    """Whether *setting* (always, small, never) asks for a second opinion on a package of so many files."""
    return setting == "always" or (setting == "small" and files < SMALL)


def misread(payload: Iterable[str]) -> tuple[str, ...]:
    """Those of the payload paths that bagit is known to misread: see ``_MISREAD``, and pairs in NFC and NFD."""
    paths = tuple(payload)
    twins = Counter(names.fold_normalisation(path) for path in paths)
    return tuple(p for p in paths if _MISREAD.search(p) or twins[names.fold_normalisation(p)] > 1)


def call_in() -> None:
    """Load bagit now, so that processes which are forked later share it and need not load it each."""
    import bagit  # noqa: F401, PLC0415


def ask(bag: Path, algorithms: Sequence[str], payload: Iterable[str], *, completeness_only: bool = False) -> Opinion:
    """Have bagit validate the bag in *bag*, every byte or only its completeness.  Never raises for what bagit does."""
    import bagit  # noqa: PLC0415  it costs 60 ms, and many commands never need it

    agent = Agent("bagit (Library of Congress)", str(bagit.VERSION))
    logging.getLogger("bagit").setLevel(logging.CRITICAL + 1)
    if not set(algorithms) & set(bagit.CHECKSUM_ALGOS):
        return Opinion(Outcome.NOT_DONE, f"bagit does not know {', '.join(algorithms)}.", agent)
    odd_names = misread(payload)
    try:
        bagit.Bag(str(bag)).validate(completeness_only=completeness_only)
    except bagit.BagError as error:
        if odd_names and not isinstance(error, bagit.BagValidationError):
            return Opinion(Outcome.NOT_DONE, f"bagit could not open a bag with such names: {error}", agent)
        return _weigh(error, odd_names, agent)
    except Exception as error:  # noqa: BLE001  bagit leaks exceptions of every kind; its crash proves nothing
        return Opinion(Outcome.NOT_DONE, f"bagit could not look: {type(error).__name__}: {error}", agent)
    return Opinion(Outcome.SUCCESS, "", agent)


def _weigh(error: Exception, odd_names: Sequence[str], agent: Agent) -> Opinion:
    details = list(getattr(error, "details", ())) or [error]  # without details it names no file
    text = names.shown("; ".join(str(detail) for detail in details))
    misreadings = {reading for name in odd_names for reading in _readings(name)}
    if all(_path_of(detail) in misreadings for detail in details):
        return Opinion(Outcome.WARNING, f"bagit misreads legal names and stopped there: {text}", agent)
    return Opinion(Outcome.FAIL, text, agent)


def _readings(name: str) -> set[str]:
    """The paths that bagit may make of *name*: itself, as it is written, and the pieces it takes for lines."""
    written = name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    pieces = [piece.strip() for piece in written.splitlines()]
    tails = [piece.partition(" ")[2].strip() for piece in pieces[1:]]  # it takes the first word for a digest
    found = {name, name.strip(), written, written.strip(), *pieces, *tails} - {""}
    return {names.fold_normalisation(reading) for reading in found}


def _path_of(detail: Exception) -> str:
    """The path that bagit complains of, or "" if it names none."""
    return names.fold_normalisation(str(getattr(detail, "path", "")))
