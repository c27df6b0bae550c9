"""Mending one damaged copy: planned file by file, put together, put into its place, and read once more there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from preserve.bag.sealing.assembling import Plan, Wanted, plan
from preserve.errors import BagError, StoreUnreachable
from preserve.model import Package, Problem
from preserve.ports import CopyFiles, Location, Progress, Word
from preserve.storage import names
from preserve.storage.sizes import plural
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.copying.asked import Asked, Became, Repaired
from preserve.workflows.copying.checking import check
from preserve.workflows.copying.evidence import keep_beside
from preserve.workflows.copying.notes import as_text, recorder, write_down
from preserve.workflows.record import reconcile
from preserve.workflows.states import changed_meanwhile

_MOST_TOLD = 20
_MOST_OBJECTS = 1000


def mend(archive: Archive, package: Package, asked: Asked, progress: Progress) -> Repaired:
    """Mend the copy of *package* that was found damaged.  ``BagError`` if what was mended is damaged again.

    A file that is good nowhere refuses it: nothing is changed then.
    """
    here, donors = asked.here.copy_of(package.name), _Donors()
    for location in asked.others:
        donors.ask(location, package)
    wanted = Wanted.of(package.pinned, [copy for copy in (here, *donors.copies) if copy])
    planned = plan(wanted, here, donors.copies)
    if gone := tuple(sorted({*planned.gone, *wanted.lost})):
        return _no_good_copy(package, asked, gone, donors)
    brought = tuple((part.path, part.source.where) for part in planned.brought)
    if asked.dry_run:
        return Repaired(package, asked.here.name, Became.WOULD_MEND, brought, problems=tuple(donors.problems))
    aside = _put(archive, package, asked, planned, progress)
    after = check(archive, package, asked.here, progress)
    write_down(archive, package.id, package.name, [after.event])
    if not after.good:
        text = f"{asked.copy_of(package)} was mended, and is damaged again: {after.why}"
        raise BagError(text, hint="The disk or the memory of this machine may be failing. Look at them first.")
    told = keep_beside(archive, package, asked.here) if asked.here.name else ()
    problems = (*donors.problems, *_kept(package, aside), *told)
    return Repaired(package, asked.here.name, Became.MENDED, brought, aside=aside, problems=problems)


def _put(archive: Archive, package: Package, asked: Asked, planned: Plan, progress: Progress) -> str:
    now, known = archive.clock.now(), archive.catalog.get(package.id) is not None
    counts = Counter(part.source.where or "the package store" for part in planned.brought)
    came = ", ".join(f"{plural(count, 'file')} from {where}" for where, count in sorted(counts.items()))
    paths = [part.path for part in planned.brought]
    more = f"; and {len(paths) - _MOST_TOLD:,} more" if len(paths) > _MOST_TOLD else ""
    note = "; ".join(names.shown(path) for path in paths[:_MOST_TOLD]) + more
    detail = f"Mended: {came or 'what did not belong to it was set aside'}."
    event = asked.event(now, detail, note, paths[:_MOST_OBJECTS])

    def still() -> None:
        if known and (error := changed_meanwhile(archive, package)):
            raise error

    aside = f"{now:%Y-%m-%dT%H%M%SZ}"
    word = Word(as_text(package.id, [event]), recorder(archive), aside, still, second_opinion=True)
    kept = asked.here.put(package, planned.parts, word, progress)
    if not known:
        reconcile(archive)
    return kept


def _no_good_copy(package: Package, asked: Asked, gone: tuple[str, ...], donors: _Donors) -> Repaired:
    tried = f"looked for in {', '.join(donors.asked)}" if donors.asked else "there is no other copy that could be asked"
    problems = [
        rules.NO_GOOD_COPY.at(path, f"{names.shown(path)} is good in no copy of {names.shown(package.name)} ({tried}).")
        for path in gone
    ]
    text = f"{asked.copy_of(package)} cannot be mended: {plural(len(gone), 'file')} good nowhere ({tried})."
    error = BagError(text, hint="Nothing was changed in it.")
    told = (*problems, *donors.problems)
    return Repaired(package, asked.here.name, Became.REFUSED, gone=gone, problems=told, error=error)


def _kept(package: Package, aside: str) -> tuple[Problem, ...]:
    if not aside:
        return ()
    text = f"What was in {names.shown(package.name)} and is not in the mended package is kept in {names.shown(aside)}."
    return (rules.KEPT_ASIDE.at(package.name, text),)


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
