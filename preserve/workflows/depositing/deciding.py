"""What former deposits of a package mean for a new order: is it there already, is it gone on with, may it go at all."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from preserve.deposit.journal.lines import Story
from preserve.deposit.journal.reading import Entry
from preserve.errors import DepositRefused, UsageError
from preserve.history import file as history
from preserve.model import Package
from preserve.model.deposits import Stage
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.embargo import held_back
from preserve.workflows.depositing.journal import deposits_of, latest, receipts_of
from preserve.workflows.depositing.recording import settle, told_by
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.stages import LEFT, LOST, OVER


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
    entry = latest(entries, order.target.name, key)
    known = entry is None or order.dry_run or settle(archive, package, entry, order.agents)
    left = entry is not None and entry.story.stage in LEFT
    if order.arrived:
        return _said_to_be_there(package, order, entry)
    if _is_passed_over(package, order, entry, entries, key):
        return None
    if entry is not None and entry.story.stage is Stage.REFUSED and order.everything:
        note = f"{dated_note(entry)} (not sent again: name the package to try once more)"
        return replace(deposited(package, order, entry, Outcome.REFUSED, note), needs_a_person=True)
    if entry is not None and not order.verify and (order.again or entry.story.stage is Stage.REFUSED):
        entry, left = None, False
    if entry is not None:
        _must_be_the_same_place(entry, order)
        if entry.story.stage is Stage.VERIFIED and known and not order.verify:
            _must_be_as_ordered(entry, order)
            return deposited(package, order, entry, Outcome.THERE, dated_note(entry))
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
    then, target = entry.story.opening.place, order.target
    if not target.is_at(then):
        name, before, now = map(names.shown, (entry.story.opening.name, then, target.place))
        raise DepositRefused(
            f"{name} was deposited at {target.name} when that was {before}; now it is {now}.",
            hint="Give a new place a target of its own in preserve.toml. If it is the same place under a new address, "
            f"write into [targets.{target.name}]: formerly = {json.dumps(before, ensure_ascii=False)}",
        )


def _must_be_as_ordered(entry: Entry, order: Order) -> None:
    opening = entry.story.opening
    then = _form(opening.form, opening.profile, opening.tags)
    now = _form(order.target.form, order.profile, order.tags)
    if then != now:
        raise DepositRefused(
            f"{names.shown(opening.name)} is at {order.target.name} already, as {then}; it was not sent as {now}.",
            hint="Give the other form a target of its own in preserve.toml.",
        )


def _form(form: str, profile: str, tags: tuple[tuple[str, str], ...]) -> str:
    words = [f"for the profile {names.shown(profile)}"] if profile else []
    said = ", ".join(f"{label}={value}" for label, value in sorted(tags))
    return " ".join([form, *words, *([f"with {names.shown(said)}"] if said else [])])


def _is_passed_over(package: Package, order: Order, entry: Entry | None, entries: tuple[Entry, ...], key: str) -> bool:
    """Whether the order has nothing to do here.  ``DepositRefused`` if it would have, but for a former state."""
    others = [
        one.story for one in entries if one.story.opening.target == order.target.name and one.story.opening.key != key
    ]
    if order.verify and (entry is None or entry.story.stage not in LEFT):
        _refuse_to_verify(package, order, entry, others)
        return True
    if order.resume and (entry is None or entry.story.stage in OVER):
        _refuse_to_leave_behind(package, others)
        return True
    return False


def _refuse_to_verify(package: Package, order: Order, entry: Entry | None, others: list[Story]) -> None:
    name, target = names.shown(package.name), order.target.name
    if entry is not None:
        raise DepositRefused(
            f"{name} cannot be verified at {target}: its deposit there is {entry.story.stage}.",
            hint=f"Go on with: preserve deposit {name} --to {target}",
        )
    if others:
        last = others[-1]
        raise DepositRefused(
            f"{name}, as it is now, was never deposited at {target}; {last.opening.label} is {last.stage} there.",
            hint=f"To hand it over as it is now: preserve deposit {name} --to {target}",
        )


def _refuse_to_leave_behind(package: Package, others: list[Story]) -> None:
    name = names.shown(package.name)
    for story in others:
        label, target = story.opening.label, story.opening.target
        if story.stage in LOST:
            raise DepositRefused(
                f"The deposit of {label} at {target} was left in the middle, and {name} was changed since: it cannot "
                "be gone on with.",
                hint=f"Have what is there of it taken away; then: preserve deposit {name} --to {target} --given-up WHY",
            )


def _said_to_be_there(package: Package, order: Order, entry: Entry | None) -> Going:
    """The deposit of which a person says that it arrived, if nobody knows otherwise."""
    if entry is None or entry.story.stage not in (Stage.SENDING, Stage.UNKNOWN):
        stage = f"is {entry.story.stage}" if entry else "was never begun"
        raise UsageError(
            f"--arrived is for what may have arrived or not; the deposit of {names.shown(package.name)} at "
            f"{order.target.name} {stage}.",
            hint="See preserve show for what is known of it.",
        )
    _must_be_the_same_place(entry, order)
    return Going(entry, left=True)


def deposited(package: Package, order: Order, entry: Entry, status: Outcome, note: str) -> Deposited:
    """What is told of a deposit as its journal *entry* has it."""
    story = entry.story
    return Deposited(
        package,
        order.target.name,
        status,
        story.opening.deposit,
        story.stage,
        story.where,
        note,
        story.opening.files,
        story.opening.bytes,
        receipts=receipts_of(entry),
    )


def dated_note(entry: Entry) -> str:
    """What the journal noted last, and when: it may be long ago."""
    story = entry.story
    return f"{story.changed:%Y-%m-%d}: {story.note}" if story.note and story.changed else story.note
