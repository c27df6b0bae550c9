"""Many packages get their new states: side by side where there are several, and some at a time.

The states of a batch are put together by a crew, made durable with one sync, read back by the crew, and take their
places together.  What cannot be done for one package does not hinder the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from preserve.bag.sealing.restating import must_be_whole
from preserve.errors import BagError, DescriptionError, PreserveError, StoreUnwritable
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.storage.batches import batched
from preserve.storage.crew import Crew
from preserve.workflows.archive import Archive
from preserve.workflows.reviewing.revising import Asked, Desk, Staged, open_package, read_back, revised, stage
from preserve.workflows.states import NewState, changed_meanwhile, publish

AT_ONCE = 200
"""Packages that get their new states together."""

_PORTION = 20
"""Packages that one process deals with in one go."""


@dataclass(frozen=True, slots=True)
class Described:
    """What came of a wish: *changes*, a line each, none if all was so already; *refused* if something was wrong.

    *error* is what stood against it, if that was not the wish itself.
    """

    package: Package
    changes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    error: PreserveError | None = None

    @classmethod
    def not_done(cls, package: Package, error: PreserveError) -> Described:
        """That *error* stood against it."""
        return cls(package, (), (replace(Problem.of(error), path=package.name),), refused=True, error=error)


class _Portion(NamedTuple):
    """Some wishes, and where new states are put together; None if they are only to be judged."""

    number: int
    desk: Desk
    bench: Path | None
    asked: Sequence[Asked]


class _Prepared(NamedTuple):
    described: Described
    staged: Staged | None


def judge_all(desk: Desk, asked: Sequence[Asked], progress: Progress, crew: Crew) -> Iterator[Described]:
    """What would become of each wish, in their order.  Nothing is written."""
    for prepared in _prepared(desk, None, asked, progress, crew):
        yield prepared.described


def change_all(
    archive: Archive, desk: Desk, asked: Iterable[Asked], progress: Progress, crew: Crew
) -> Iterator[Described]:
    """Let all wishes come true, some packages at a time, and tell of each what became of it.

    ``StoreUnwritable``, ``CatalogError`` and ``Locked`` end the run; what was told by then is done.  Former states are
    cleared away at the end: where many files were just deleted, ext4 takes long to make new ones.
    """
    with archive.workroom.begin() as bench:
        for some in batched(asked, AT_ONCE):
            prepared = list(_prepared(desk, bench.folder, some, progress, crew))
            staged = [one.staged for one in prepared if one.staged]
            if staged:
                bench.sync()
            refused = _published(archive, desk, staged, crew)
            for one in prepared:
                package = one.described.package
                error = refused.get(package.id)
                if one.described.error is not None:
                    error = changed_meanwhile(archive, package)
                yield Described.not_done(package, error) if error else one.described


def _prepared(
    desk: Desk, bench: Path | None, asked: Sequence[Asked], progress: Progress, crew: Crew
) -> Iterator[_Prepared]:
    """What came of each wish, in their order."""
    portions = (_Portion(number, desk, bench, some) for number, some in enumerate(batched(asked, _PORTION)))
    waiting: dict[int, list[_Prepared]] = {}
    next_ = 0
    for number, found in crew.work(_prepare, portions):
        waiting[number] = found
        progress.advance(len(found), 0)
        while next_ in waiting:
            yield from waiting.pop(next_)
            next_ += 1


def _prepare(portion: _Portion) -> tuple[int, list[_Prepared]]:
    """The task of a member."""
    return portion.number, [_prepare_one(portion.desk, portion.bench, each) for each in portion.asked]


def _prepare_one(desk: Desk, bench: Path | None, asked: Asked) -> _Prepared:
    package = asked.package
    try:
        opened = open_package(desk.config, package)
        news = revised(opened, asked.changes(opened), desk.who)
        if news.changes and bench is None:
            must_be_whole(opened.former)
        if news.refused or not news.changes or bench is None:
            changes = () if news.refused else news.changes
            return _Prepared(Described(package, changes, news.problems, news.refused), None)
        staged = stage(desk, bench / package.id, opened, news)
    except StoreUnwritable:  # the next one would meet it, too
        raise
    except (BagError, DescriptionError) as error:
        return _Prepared(Described.not_done(package, error), None)
    return _Prepared(Described(package, news.changes, news.problems), staged)


class _ToWitness(NamedTuple):
    desk: Desk
    staged: Sequence[Staged]


def _published(archive: Archive, desk: Desk, staged: Sequence[Staged], crew: Crew) -> dict[str, PreserveError]:
    """Have *staged* witnessed and let them take their places; by package id, why some did not."""
    ready: list[NewState] = []
    refused: dict[str, PreserveError] = {}
    for found in crew.work(_witness, (_ToWitness(desk, some) for some in batched(staged, _PORTION))):
        for package_id, outcome in found:
            if isinstance(outcome, PreserveError):
                refused[package_id] = outcome
            else:
                ready.append(outcome)
    return refused | publish(archive, ready)


def _witness(asked: _ToWitness) -> list[tuple[str, NewState | PreserveError]]:
    """The task of a member."""
    return [(one.former.id, _witness_one(asked.desk, one)) for one in asked.staged]


def _witness_one(desk: Desk, staged: Staged) -> NewState | PreserveError:
    try:
        return read_back(desk.config, staged)
    except StoreUnwritable:
        raise
    except PreserveError as error:
        return error
