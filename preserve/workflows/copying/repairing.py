"""Repair: what is damaged in one copy of a package is brought from the others, wherever each file is good.

The mended state is put together beside the damaged one: files that are good there, verified in this very run, are
shared; the others are copied from where they are good, and verified too.  Both witnesses read the whole before it
takes its place in one step, and it is read once more there.  What was in the damaged copy and nobody had sealed is kept
aside.  With one file good nowhere, nothing is changed (``docs/decisions/0020-copies-and-mending.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from preserve.errors import BagError, StoreUnreachable, StoreUnwritable
from preserve.history import file as history
from preserve.history.readings import copies_told, last_readings
from preserve.model import Event, Package, Problem
from preserve.ports import Progress, Silent
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.copying.asked import Asked, Became, Repaired
from preserve.workflows.copying.checking import Checked, check
from preserve.workflows.copying.evidence import keep_beside
from preserve.workflows.copying.mending import mend
from preserve.workflows.copying.notes import recorder, write_down
from preserve.workflows.copying.recovering import restore_deposits
from preserve.workflows.copying.restoring import restore_history
from preserve.workflows.states import history_amiss


def repair_all(archive: Archive, packages: Sequence[Package], asked: Asked, progress: Progress) -> Iterator[Repaired]:
    """Mend each of *packages*; what became of each.

    ``StoreUnreachable`` if the location that is to be mended is not there, ``StoreUnwritable``, ``CatalogError`` or
    ``Locked``: these end the run.  What was told by then is done.
    """
    asked.here.reach()
    if not asked.dry_run:
        asked.here.settle(recorder(archive))
    several = len(packages) > 1
    if several:
        progress.start(f"Mending {len(packages):,} packages", len(packages), 0)
    for package in packages:
        try:
            yield _repaired(archive, package, asked, Silent() if several else progress)
        except (StoreUnreachable, StoreUnwritable):
            raise
        except BagError as error:
            asked.here.reach()  # what cannot be reached any more is not damaged
            yield _refused(package, asked, error)
        if several:
            progress.advance(1, 0)
    if several:
        progress.finish()


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
    if found.contradiction:
        done = _contradicted(archive, package, asked, found, found.contradiction)
    elif asked.how:
        done = _take_note(archive, package, asked, found, past)
    elif found.good:
        done = _whole(archive, package, asked, found, past)
    else:
        _record(archive, package, asked, [found.event])
        done = mend(archive, package, asked, progress)
    deposits = () if asked.here.name else restore_deposits(archive, package, asked.others, dry_run=asked.dry_run)
    return replace(done, problems=(*told, *done.problems, *deposits))


def _contradicted(archive: Archive, package: Package, asked: Asked, found: Checked, problem: Problem) -> Repaired:
    """What is there may be the one that is true: it is not touched."""
    _record(archive, package, asked, [found.event])
    error = BagError(problem.message, hint=problem.hint)
    return Repaired(package, asked.here.name, Became.REFUSED, problems=(problem,), error=error)


def _take_note(archive: Archive, package: Package, asked: Asked, found: Checked, past: tuple[Event, ...]) -> Repaired:
    """A person says that it was mended by hand: that counts if it had failed, and every byte is right now."""
    if not found.good:
        _record(archive, package, asked, [found.event])
        text = f"{asked.copy_of(package)} is not whole yet: {found.why}"
        raise BagError(text, hint="See all that is wrong with: preserve validate")
    if last_readings(past, asked.here.name).bad is None:
        text = f"Nothing had failed: {asked.copy_of(package)} was good when it was last read, and is so now."
        whole = _whole(archive, package, asked, found, past)
        return replace(whole, problems=(rules.NOTHING_FAILED.at(package.name, text), *whole.problems))
    event = asked.event(found.event.time, f"Mended by hand: {asked.how}")
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
        f"{asked.copy_of(package)} is whole now, but a check on {since:%Y-%m-%d} found damage, and nothing is "
        "recorded that mended it: it still counts as damaged."
    )
    problem = rules.ALREADY_WHOLE.at(package.name, text)
    return Repaired(package, asked.here.name, Became.WHOLE, problems=(problem,))


def _record(archive: Archive, package: Package, asked: Asked, events: Sequence[Event]) -> None:
    if not asked.dry_run:
        write_down(archive, package.id, package.name, events)


def _witness(archive: Archive, package: Package, asked: Asked) -> tuple[Problem, ...]:
    """A copy has its witness brought up to date when it is read anyway."""
    return keep_beside(archive, package, asked.here) if asked.here.name and not asked.dry_run else ()


def _behind(package: Package, asked: Asked, found: Checked) -> tuple[Problem, ...]:
    if not found.former:
        return ()
    text = f"{asked.copy_of(package)} is whole, and in a state that is over: the package was described since."
    return (rules.COPY_BEHIND.at(package.name, text),)


def _refused(package: Package, asked: Asked, error: BagError) -> Repaired:
    problem = replace(Problem.of(error), path=package.name)
    return Repaired(package, asked.here.name, Became.REFUSED, problems=(problem,), error=error)


_NO_HISTORY = (
    "No location has a history of it that goes on to what the catalogue knows. Bring the file back from elsewhere; "
    "if its end is lost for good: preserve catalog rebuild --accept-loss NAME"
)
