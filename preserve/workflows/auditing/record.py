"""Verdicts on their way into the histories and the catalogue: each as soon as may be, with few syncs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from preserve.errors import CatalogError, HistoryBroken, Locked, StoreUnwritable
from preserve.history import file as history
from preserve.history.entry import NewEntry
from preserve.history.readings import Readings
from preserve.model import Audited, Event, Outcome, Package, Problem, Verdict
from preserve.storage.sizes import octets, plural
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.subject import Subject
from preserve.workflows.recorded import record_reading

_PATIENCE = 0.5
"""Seconds for which good results may wait, to be written with others: so much work a crash can cost."""

_MOST_WAITING = 200
_MOST_PATHS = 1_000
_MOST_MESSAGES = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict that is to be recorded, when the reading took place, and what is to be said of the reading."""

    subject: Subject
    audited: Audited
    time: datetime
    remark: str = ""


@dataclass(slots=True)
class Recorder:
    """Writes findings down.  *run* names the audit, so that nothing of it is ever written twice.

    *unwritable* tells why nothing can be written any more, if so.
    """

    archive: Archive
    run: str
    unwritable: StoreUnwritable | None = None
    _waiting: list[Finding] = field(default_factory=list)
    _since: float = 0.0

    def take(self, finding: Finding) -> list[Audited]:
        """One more; returns those that are on disk now, in order."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(finding)
        bad = finding.audited.outcome is not Verdict.SUCCESS
        late = time.monotonic() - self._since >= _PATIENCE
        return self.flush() if bad or late or len(self._waiting) >= _MOST_WAITING else []

    def flush(self) -> list[Audited]:
        """Write down all that waits.  What could not be recorded says so."""
        waiting, self._waiting = self._waiting, []
        said = [one for one in waiting if one.audited.outcome is not Verdict.UNREACHABLE]
        why = self._into_histories(said)
        kept = [one for one in said if id(one) not in why]
        behind = self._into_catalogue(kept)
        return [_with(one, why.get(id(one)), behind) for one in waiting]

    def _into_histories(self, news: Sequence[Finding]) -> dict[int, Problem]:
        """Which of *news* could not be written down, and why."""
        refused: dict[int, Problem] = {}
        for group in _each_once(news):
            try:
                history.append_all([self._addition(one) for one in group])
            except (HistoryBroken, Locked, StoreUnwritable, CatalogError):  # the others need not suffer from one
                for one in group:
                    try:
                        history.append_all([self._addition(one)])
                    except (HistoryBroken, Locked, StoreUnwritable, CatalogError) as error:
                        if isinstance(error, StoreUnwritable):
                            self.unwritable = error
                        problem = rules.NOT_RECORDED.at("", f"This result was not recorded. {error.message}")
                        refused[id(one)] = replace(problem, hint=f"The judgement itself stands. {error.hint}")
        return refused

    def _addition(self, one: Finding) -> history.Addition:
        copy = one.subject.copy
        package = copy.package
        entry = NewEntry(event_of(self.archive, one), id=self._entry_id(package, copy.location))
        known = Readings(copy.last_read_ok, copy.last_read_bad)
        place = self.archive.history_of(package.name)
        return history.Addition(place, package.id, [entry], known, package.pinned, copy.location)

    def _entry_id(self, package: Package, location: str) -> str:
        return str(uuid.uuid5(uuid.UUID(package.id), f"audit:{self.run}:{location}"))

    def _into_catalogue(self, kept: Sequence[Finding]) -> Problem | None:
        """Why the catalogue does not know of them, if so: the histories do."""
        try:
            plain = [one for one in kept if not (one.subject.copy.last_read_bad and _is_good(one))]
            self.archive.catalog.record_all(
                (one.audited.id, one.audited.location, one.time, _is_good(one)) for one in plain
            )
            for one in kept:
                if one.subject.copy.last_read_bad and _is_good(one):  # only the history tells whether it was mended
                    record_reading(self.archive, one.subject.copy.package, event_of(self.archive, one))
        except CatalogError as error:
            return rules.CATALOG_BEHIND.at("", f"The catalogue does not know of this result. {error.message}")
        return None


def _each_once(news: Sequence[Finding]) -> Iterable[Sequence[Finding]]:
    """*news* in groups in which no history is named twice: copies of one package share theirs."""
    rest = list(news)
    while rest:
        group: dict[str, Finding] = {}
        later: list[Finding] = []
        for one in rest:
            (later if one.audited.id in group else []).append(one)
            group.setdefault(one.audited.id, one)
        yield list(group.values())
        rest = later


def _with(one: Finding, refused: Problem | None, behind: Problem | None) -> Audited:
    found = tuple(problem for problem in (refused, None if refused else behind) if problem)
    return replace(one.audited, problems=(*one.audited.problems, *found)) if found else one.audited


def _is_good(one: Finding) -> bool:
    return one.audited.outcome is Verdict.SUCCESS


def event_of(archive: Archive, one: Finding) -> Event:
    """The fixity check, as the history tells it for ever."""
    audited = one.audited
    paths = tuple(dict.fromkeys(failure.path for failure in audited.failures if failure.path))
    detail = f"{plural(audited.files, 'file')}, {octets(audited.bytes)} read; every checksum held against its manifest"
    remarks = [one.remark] if one.remark else []
    return Event(
        type="fix",
        time=one.time,
        outcome=Outcome.SUCCESS if _is_good(one) else Outcome.FAIL,
        agents=archive.agents(),
        detail="; ".join([detail + " (RFC 8493 §3)", *remarks]),
        note=_note(audited, len(paths)),
        objects=() if _is_good(one) else paths[:_MOST_PATHS],
        location=audited.location,
    )


def _note(audited: Audited, paths: int) -> str:
    kinds = [failure.kind for failure in audited.failures]
    counts = "; ".join(f"{kind.value}: {kinds.count(kind)}" for kind in dict.fromkeys(kinds))
    errors = [problem for problem in audited.problems if problem.severity == "error"]
    parts = [f"Failures by kind: {counts}."] if counts else []
    parts += [problem.message for problem in errors[:_MOST_MESSAGES]]
    if paths > _MOST_PATHS:
        parts.append(f"{paths - _MOST_PATHS:,} more files are not named here.")
    return " ".join(parts)
