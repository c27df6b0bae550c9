"""The whole archive as an OAI-PMH static repository, for harvesters; without what an embargo holds back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from preserve.config import FILE_NAME
from preserve.describe.crosswalks import oai_static as static
from preserve.describe.crosswalks import rules
from preserve.describe.crosswalks.subject import Notes
from preserve.describe.record.embargo import embargo
from preserve.errors import BagError, CatalogError, ConfigError, DescriptionError, UsageError
from preserve.history import file as history
from preserve.model import Package, Problem, Record
from preserve.storage.sizes import plural
from preserve.storage.spool import Spool
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.embargo import still_held
from preserve.workflows.export import Table, subject_of

_NEEDED = {
    "archive.name": "what the archive is called",
    "archive.email": "whom harvesters can write to",
    "archive.oai_url": "where the gateway answers for it",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One package: its identifier, since when its description is so, and that in each form, by its prefix."""

    identifier: str
    changed: date
    described: dict[str, bytes]


def static_repository(archive: Archive, rows: Spool[Row], packages: Iterable[Package]) -> Table:
    """*packages* as a static repository, in their order; each is read once, and waits in *rows*, not in memory.

    A package under an embargo is left out, and so is one that cannot be read, which is an error among the problems.
    ``ConfigError`` names what the configuration does not say; ``UsageError`` if no package is left.
    """
    repository = _repository(archive)
    collected = _Collected(archive.clock.now(), rows)
    for package in packages:
        collected.add(archive, package)
    if collected.earliest is None:
        raise UsageError(
            "There is no package that harvesters may have.", hint="A static repository has one record at least."
        )
    whole = replace(repository, earliest=collected.earliest)
    return Table(collected.number, _lines(whole, rows), collected.problems())


@dataclass(slots=True)
class _Collected:
    """What was gone through so far."""

    now: datetime
    rows: Spool[Row]
    number: int = 0
    earliest: date | None = None
    held: int = 0
    unreadable: list[Problem] = field(default_factory=list)
    notes: Notes = field(default_factory=lambda: Notes("OAI-PMH"))

    def add(self, archive: Archive, package: Package) -> None:
        try:
            subject = subject_of(archive, package)
            if still_held(subject.record, self.now):
                self.held += 1
                return
            described = {
                prefix: static.metadata(form, subject, Notes("OAI-PMH") if prefix != "dcterms" else self.notes)
                for prefix, form in static.FORMATS.items()
            }
            changed = _changed(archive, package, subject.record)
        except (BagError, DescriptionError, CatalogError) as error:
            self.unreadable.append(replace(rules.UNREADABLE.at(package.name, error.message), hint=error.hint))
            return
        self.number += 1
        self.earliest = changed if self.earliest is None else min(self.earliest, changed)
        self.rows.add(Row(subject.urn, changed, described))

    def problems(self) -> tuple[Problem, ...]:
        held = (
            [rules.HELD_BACK.at("", f"{plural(self.held, 'package')} left out: an embargo is on.")] if self.held else []
        )
        return (*self.unreadable, *held, *self.notes.problems())


def _repository(archive: Archive) -> static.Repository:
    config = archive.config
    missing = [f"{key} ({what})" for key, what in _NEEDED.items() if not config.text(key)]
    if missing:
        raise ConfigError(
            f"A static repository says what the configuration does not: {', '.join(missing)}.",
            hint=f"Write it into {FILE_NAME}, or add: -c archive.email=…",
        )
    name, email, url = (config.text(key) for key in _NEEDED)
    return static.Repository(name, url, email, earliest=date.max)


def _changed(archive: Archive, package: Package, record: Record) -> date:
    """Since when harvesters have this description: since it is so, or since its embargo ended, if that is later."""
    past = history.read(archive.history_of(package.name), package_id=package.id)
    since = past.states.get(frozenset(package.pinned), package.sealed).astimezone(UTC).date()
    return max(since, embargo(record) or since)


def _lines(repository: static.Repository, rows: Spool[Row]) -> Iterator[bytes]:
    yield static.opening(repository)
    for form in static.FORMATS.values():
        yield static.records_begin(form)
        for row in rows:
            yield static.record(row.identifier, row.changed, row.described[form.prefix])
        yield static.RECORDS_END
    yield static.CLOSING
