"""What former deposits of a package mean for a new order: is it there already, is it gone on with, may it go at all."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.deposit.journal.reading import Entry
from preserve.errors import DepositRefused
from preserve.history import file as history
from preserve.model import Package
from preserve.model.deposits import Stage
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.embargo import held_back
from preserve.workflows.depositing.journal import LEFT, deposits_of, latest, receipts_of
from preserve.workflows.depositing.recording import settle, told_by
from preserve.workflows.depositing.results import Deposited, Order, Outcome

_OVER = frozenset([Stage.VERIFIED, Stage.REFUSED])


@dataclass(frozen=True, slots=True)
class Going:
    """A deposit that may go: the journal *entry* to go on with, None to begin a new one.

    *left*: all of it was sent already; what is to be done is to ask, and to verify.  *embargo* is the one that a person
    overrode, or "".  *lost*: the history tells of a deposit of the very same, whose journal is gone.
    """

    entry: Entry | None
    left: bool
    embargo: str = ""
    lost: bool = False


def decide(archive: Archive, package: Package, order: Order, label: str, key: str) -> Going | Deposited | None:
    """Whether *package*, which has this *label* and *key*, is to go; None if the order passes it over.

    ``DepositRefused`` if what was deposited before is not what is ordered now; ``CatalogError`` if its journal cannot
    be believed.
    """
    entries = deposits_of(archive, package.name)
    entry = latest(entries, order.target.name, key, LEFT if order.verify else tuple(Stage))
    if entry is not None and not order.dry_run:
        settle(archive, package, entry, order.agents)
    left = entry is not None and entry.story.stage in LEFT
    if (order.resume and (entry is None or entry.story.stage in _OVER)) or (order.verify and not left):
        return None
    if entry is not None and not order.verify and (order.again or entry.story.stage is Stage.REFUSED):
        entry, left = None, False
    if entry is not None:
        _must_be_the_same_place(entry, order)
        if entry.story.stage is Stage.VERIFIED and not order.verify:
            _must_be_as_ordered(entry, order)
            return _there(package, order, entry)
    embargo = "" if left else held_back(archive, package, archive.clock.now())
    if embargo and package.id not in order.despite_embargo:
        return Deposited(package, order.target.name, Outcome.HELD, note=embargo)
    lost = entry is None and not order.again and _journal_is_lost(archive, package, order, label, entries)
    return Going(entry, left, embargo, lost)


def _journal_is_lost(archive: Archive, package: Package, order: Order, label: str, entries: tuple[Entry, ...]) -> bool:
    past = history.read(archive.history_of(package.name), package_id=package.id)
    known = {entry.folder.name for entry in entries}
    told = told_by(past.events)
    return any((one.target, one.label) == (order.target.name, label) for name, one in told.items() if name not in known)


def _must_be_the_same_place(entry: Entry, order: Order) -> None:
    then, now, target = entry.story.opening.place, order.target.place, order.target.name
    if then != now:
        raise DepositRefused(
            f"{names.shown(entry.story.opening.name)} was deposited at {target} when that was {names.shown(then)}; "
            f"now it is {names.shown(now)}.",
            hint="Give the new place a target of its own in preserve.toml. If it is the same place: --again",
        )


def _must_be_as_ordered(entry: Entry, order: Order) -> None:
    opening = entry.story.opening
    then, now = _form(opening.form, opening.profile), _form(order.target.form, order.profile)
    if then != now:
        raise DepositRefused(
            f"{names.shown(opening.name)} is at {order.target.name} already, as {then}; it was not sent as {now}.",
            hint="Give the other form a target of its own in preserve.toml.",
        )


def _form(form: str, profile: str) -> str:
    return f"{form} for the profile {names.shown(profile)}" if profile else form


def _there(package: Package, order: Order, entry: Entry) -> Deposited:
    story = entry.story
    return Deposited(
        package,
        order.target.name,
        Outcome.THERE,
        story.opening.deposit,
        story.stage,
        story.where,
        dated_note(entry),
        story.opening.files,
        story.opening.bytes,
        receipts=receipts_of(entry),
    )


def dated_note(entry: Entry) -> str:
    """What the journal noted last, and when: it may be long ago."""
    story = entry.story
    return f"{story.changed:%Y-%m-%d}: {story.note}" if story.note and story.changed else story.note
