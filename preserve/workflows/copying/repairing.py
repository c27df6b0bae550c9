"""Repair: what is damaged in one copy of a package is brought from the others, wherever each file is good.

The mended state is put together beside the damaged one: files that are good there, verified in this very run, are
shared; the others are copied from where they are good, and verified too.  Both witnesses read the whole before it
takes its place in one step, and it is read once more there.  What was in the damaged copy and nobody had sealed is kept
aside.  With one file good nowhere, nothing is changed (``docs/decisions/0020-copies-and-mending.md``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from preserve.bag.sealing.assembling import Plan, Wanted, plan
from preserve.errors import BagError, PreserveError, StoreUnreachable
from preserve.history import file as history
from preserve.history.readings import copies_told, last_readings
from preserve.model import Agent, Event, Outcome, Package, Problem, Severity
from preserve.ports import CopyFiles, Location, Progress, Word
from preserve.storage import names
from preserve.storage.sizes import plural
from preserve.workflows.archive import Archive, software
from preserve.workflows.copying import rules
from preserve.workflows.copying.checking import Checked, check
from preserve.workflows.copying.notes import as_text, recorder, write_down
from preserve.workflows.copying.restoring import restore_history
from preserve.workflows.copying.witness import keep_witness
from preserve.workflows.states import changed_meanwhile, history_amiss

_MOST_TOLD = 20
_MOST_OBJECTS = 1000


class Became(StrEnum):
    """What became of a copy that was to be mended."""

    MENDED = "mended"
    WOULD_MEND = "would-mend"
    RESTORED = "restored"
    WHOLE = "whole"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of the copy of *package* in *location*, "" for the package store.

    *brought* are the files that were brought, each with the location that had it; *gone* those that are good nowhere;
    *aside* is where the rest of the damaged copy is kept, "" if there is none.  *error* is what stood against it.
    """

    package: Package
    location: str
    status: Became
    brought: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    aside: str = ""
    problems: tuple[Problem, ...] = ()
    error: PreserveError | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether there is something to look at."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks: mend the copy *here* from the *others*, or take note that it was mended by hand, and *how*.

    With *dry_run* nothing is written, only said.
    """

    here: Location
    others: Sequence[Location]
    agent: Agent
    how: str = ""
    dry_run: bool = False


@dataclass(slots=True)
class _Donors:
    """The other copies of one package that can be asked, and what is to be told of those that cannot."""

    copies: list[CopyFiles] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def ask(self, location: Location, package: Package) -> None:
        """Ask for the copy of *package* in *location*."""
        where = location.name or "the package store"
        try:
            location.reach()
        except StoreUnreachable as error:
            self.problems.append(rules.LOCATION_NOT_ASKED.at(package.name, error.message))
            return
        copy = location.copy_of(package.name)
        self.asked.append(where if copy else f"{where} (which has none)")
        if copy is not None:
            self.copies.append(copy)


def repair_all(archive: Archive, packages: Sequence[Package], asked: Asked, progress: Progress) -> Iterator[Repaired]:
    """Mend each of *packages*; what became of each.

    ``StoreUnreachable`` if the location that is to be mended is not there, ``StoreUnwritable``, ``CatalogError`` or
    ``Locked``: these end the run.  What was told by then is done.
    """
    asked.here.reach()
    if not asked.dry_run:
        asked.here.settle(recorder(archive))
    for package in packages:
        try:
            yield _repaired(archive, package, asked, progress)
        except StoreUnreachable:
            raise
        except BagError as error:
            asked.here.reach()
            yield _refused(package, asked, error)


def _repaired(archive: Archive, package: Package, asked: Asked, progress: Progress) -> Repaired:
    told = () if asked.dry_run else restore_history(archive, package, (*asked.others, asked.here))
    if amiss := history_amiss(archive, package):
        text = f"The package {names.shown(package.name)} cannot be mended: {amiss.message.partition(': ')[2]}"
        raise BagError(text, hint=_NO_HISTORY)
    past = history.read(archive.history_of(package.name), package_id=package.id).events
    if asked.here.name and asked.here.name not in copies_told(past):
        name = names.shown(package.name)
        text = f"No copy of {name} was ever made in {asked.here.name}."
        raise BagError(text, hint=f"Make one: preserve replicate {name} --to {asked.here.name}")
    found = check(archive, package, asked.here, progress)
    done = (
        _take_note(archive, package, asked, found)
        if asked.how
        else _whole(archive, package, asked, found, past)
        if found.good
        else _mend(archive, package, asked, found, progress)
    )
    return replace(done, problems=(*told, *done.problems))


def _take_note(archive: Archive, package: Package, asked: Asked, found: Checked) -> Repaired:
    """A person says that it was mended by hand: that counts if every byte is right."""
    if not found.good:
        _record(archive, package, asked, [found.event])
        text = f"{_copy_of(package, asked.here)} is not whole yet: {found.why}"
        raise BagError(text, hint="See all that is wrong with: preserve validate")
    event = _event(asked, found.event, f"Mended by hand: {asked.how}", "", ())
    _record(archive, package, asked, [event, found.event])
    return Repaired(package, asked.here.name, Became.RESTORED, problems=_witness(archive, package, asked))


def _whole(archive: Archive, package: Package, asked: Asked, found: Checked, past: tuple[Event, ...]) -> Repaired:
    """Nothing is wrong with it now; if its last check found damage, nobody has said yet who mended it."""
    _record(archive, package, asked, [found.event])
    since = last_readings([*past, found.event], asked.here.name).bad
    if since is None:
        told = (*_behind(package, asked, found), *_witness(archive, package, asked))
        return Repaired(package, asked.here.name, Became.WHOLE, problems=told)
    text = (
        f"{_copy_of(package, asked.here)} is whole now, but a check on {since:%Y-%m-%d} found damage, and nothing is "
        "recorded that mended it: it still counts as damaged."
    )
    problem = rules.ALREADY_WHOLE.at(package.name, text)
    return Repaired(package, asked.here.name, Became.WHOLE, problems=(problem,))


def _mend(archive: Archive, package: Package, asked: Asked, found: Checked, progress: Progress) -> Repaired:
    _record(archive, package, asked, [found.event])
    here, donors = asked.here.copy_of(package.name), _Donors()
    for location in asked.others:
        donors.ask(location, package)
    wanted = Wanted.of(package.pinned, [copy for copy in (here, *donors.copies) if copy])
    planned = plan(wanted, here, donors.copies)
    gone = tuple(sorted({*planned.gone, *wanted.lost}))
    if gone:
        return _no_good_copy(package, asked, gone, donors)
    brought = tuple((part.path, part.source.where) for part in planned.brought)
    if asked.dry_run:
        return Repaired(package, asked.here.name, Became.WOULD_MEND, brought, problems=tuple(donors.problems))
    aside = _put(archive, package, asked, planned, progress)
    after = check(archive, package, asked.here, progress)
    _record(archive, package, asked, [after.event])
    if not after.good:
        text = f"{_copy_of(package, asked.here)} was mended, and is damaged again: {after.why}"
        raise BagError(text, hint="The disk or the memory of this machine may be failing. Look at them first.")
    problems = (*donors.problems, *_kept(package, aside), *_witness(archive, package, asked))
    return Repaired(package, asked.here.name, Became.MENDED, brought, aside=aside, problems=problems)


def _put(archive: Archive, package: Package, asked: Asked, planned: Plan, progress: Progress) -> str:
    now = archive.clock.now()
    counts = Counter(part.source.where or "the package store" for part in planned.brought)
    came = ", ".join(f"{plural(count, 'file')} from {where}" for where, count in sorted(counts.items()))
    paths = [part.path for part in planned.brought]
    more = f"; and {len(paths) - _MOST_TOLD:,} more" if len(paths) > _MOST_TOLD else ""
    note = "; ".join(names.shown(path) for path in paths[:_MOST_TOLD]) + more
    detail = f"Mended: {came or 'what did not belong to it was set aside'}."
    checked = Event("fix", now, Outcome.SUCCESS, ())
    event = _event(asked, checked, detail, note, tuple(paths[:_MOST_OBJECTS]))

    def still() -> None:
        if error := changed_meanwhile(archive, package):
            raise error

    word = Word(
        as_text(package.id, [event]), recorder(archive), now.strftime("%Y-%m-%dT%H%M%SZ"), still, second_opinion=True
    )
    return asked.here.put(package, planned.parts, word, progress)


def _no_good_copy(package: Package, asked: Asked, gone: tuple[str, ...], donors: _Donors) -> Repaired:
    tried = f"looked for in {', '.join(donors.asked)}" if donors.asked else "there is no other copy that could be asked"
    problems = [
        rules.NO_GOOD_COPY.at(path, f"{names.shown(path)} is good in no copy of {names.shown(package.name)} ({tried}).")
        for path in gone
    ]
    text = f"{_copy_of(package, asked.here)} cannot be mended: {plural(len(gone), 'file')} good nowhere ({tried})."
    error = BagError(text, hint="Nothing was changed in it.")
    told = (*problems, *donors.problems)
    return Repaired(package, asked.here.name, Became.REFUSED, gone=gone, problems=told, error=error)


def _record(archive: Archive, package: Package, asked: Asked, events: Sequence[Event]) -> None:
    if not asked.dry_run:
        write_down(archive, package.id, package.name, events)


def _witness(archive: Archive, package: Package, asked: Asked) -> tuple[Problem, ...]:
    """A copy has its witness brought up to date when it is read anyway."""
    return keep_witness(archive, package, asked.here) if asked.here.name and not asked.dry_run else ()


def _behind(package: Package, asked: Asked, found: Checked) -> tuple[Problem, ...]:
    if not found.former:
        return ()
    text = f"{_copy_of(package, asked.here)} is whole, and in a state that is over: the package was described since."
    return (rules.COPY_BEHIND.at(package.name, text),)


def _kept(package: Package, aside: str) -> tuple[Problem, ...]:
    if not aside:
        return ()
    text = f"What was in {names.shown(package.name)} and is not in the mended package is kept in {names.shown(aside)}."
    return (rules.KEPT_ASIDE.at(package.name, text),)


def _event(asked: Asked, checked: Event, detail: str, note: str, paths: tuple[str, ...]) -> Event:
    agents = (asked.agent, software())
    return Event("rep", checked.time, Outcome.SUCCESS, agents, detail, note, paths, location=asked.here.name)


def _copy_of(package: Package, location: Location) -> str:
    name = names.shown(package.name)
    return f"The copy of {name} in {location.name}" if location.name else f"The package {name}"


def _refused(package: Package, asked: Asked, error: BagError) -> Repaired:
    problem = replace(Problem.of(error), path=package.name)
    return Repaired(package, asked.here.name, Became.REFUSED, problems=(problem,), error=error)


_NO_HISTORY = (
    "No location has a history of it that goes on to what the catalogue knows. Bring the file back from elsewhere; "
    "if its end is lost for good: preserve catalog rebuild --accept-loss NAME"
)
