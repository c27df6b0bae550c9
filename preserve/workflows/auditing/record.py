"""Verdicts on their way into the histories and the catalogue: each as soon as may be, with few syncs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from preserve.errors import CatalogError, HistoryBroken, Locked, StoreUnwritable
from preserve.history import file as history
from preserve.history import rules as history_rules
from preserve.history.entry import NewEntry
from preserve.history.readings import Readings
from preserve.model import Audited, Copy, Event, Outcome, Package, Problem, Verdict
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.storage.times import rfc3339
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.handed import deposits_amiss
from preserve.workflows.auditing.subject import Subject
from preserve.workflows.auditing.witnesses import Witnesses
from preserve.workflows.pending import announced
from preserve.workflows.recorded import known_readings, record_reading

_PATIENCE = 0.5
"""Seconds for which good results may wait, to be written with others: so much work a crash can cost."""

_REFUSALS = (HistoryBroken, Locked, StoreUnwritable, CatalogError)
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
    witnesses: Witnesses
    unwritable: StoreUnwritable | None = None
    _waiting: list[Finding] = field(default_factory=list)
    _since: float = 0.0
    _mended: set[Path] = field(default_factory=set)
    _doubted: dict[str, str] = field(default_factory=dict)

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
        copies = self._copies(said)
        with announced(self.archive.config, {one.audited.id for one in said}) as catalogued:
            why = self._into_histories(said, copies)
            kept = [one for one in said if id(one) not in why]
            behind = self._into_catalogue(kept, why, said)
            still = self._still_bad(kept) if behind is None else {}
            if behind is None:
                catalogued()
        beside = {name: self.witnesses.keep(copies.get(name, ())) for name in {one.audited.id for one in kept}}
        remarks = {
            id(one): (
                *self._torn(one),
                *beside.pop(one.audited.id, ()),
                *still.get(id(one), ()),
                *deposits_amiss(self.archive, one.subject.copy),
            )
            for one in kept
        }
        return [_with(one, why.get(id(one)), behind, remarks.get(id(one), ())) for one in waiting]

    def _copies(self, said: Sequence[Finding]) -> dict[str, tuple[Copy, ...]]:
        """The copies in other locations of all packages about which something is *said*, by their ids."""
        try:
            return self.archive.catalog.copies_of_all({one.audited.id for one in said})
        except CatalogError:  # that it cannot be read is told when it is written
            return {}

    def _into_histories(self, news: Sequence[Finding], copies: Mapping[str, Sequence[Copy]]) -> dict[int, Problem]:
        """Which of *news* could not be written down, and why."""
        refused: dict[int, Problem] = {}
        for group in _each_once(news):
            additions = [self._addition(one, copies.get(one.audited.id, ())) for one in group]
            try:
                history.append_all(additions, torn=self._mended.add)
            except _REFUSALS:  # the others need not suffer from one
                for one, addition in zip(group, additions, strict=True):
                    if problem := self._alone(addition):
                        refused[id(one)] = problem
        return refused

    def _alone(self, addition: history.Addition) -> Problem | None:
        try:
            history.append_all([addition], torn=self._mended.add)
        except _REFUSALS as error:
            if isinstance(error, StoreUnwritable):
                self.unwritable = error
            if isinstance(error, HistoryBroken):
                self._doubted[addition.package_id] = error.message
            problem = rules.NOT_RECORDED.at("", f"This result was not recorded. {error.message}")
            return replace(problem, hint=f"The judgement itself stands. {error.hint}")
        return None

    def _addition(self, one: Finding, copies: Sequence[Copy]) -> history.Addition:
        package = one.subject.copy.package
        entry = NewEntry(event_of(self.archive, one), id=self._entry_id(package, one.audited.location))
        known = {copy.location: Readings(copy.last_read_ok, copy.last_read_bad) for copy in copies}
        known[""] = Readings(package.last_read_ok, package.last_read_bad)
        return history.Addition(self.archive.history_of(package.name), package.id, [entry], known, package.pinned)

    def _torn(self, one: Finding) -> tuple[Problem, ...]:
        """That the last line of its history had been torn, told once."""
        place = self.archive.history_of(one.audited.name)
        if place not in self._mended:
            return ()
        self._mended.discard(place)
        text = f"The last line of {names.shown(place.name)} was torn, as after a power cut; it was set aside."
        return (history_rules.TORN.at("", text),)

    def _entry_id(self, package: Package, location: str) -> str:
        return str(uuid.uuid5(uuid.UUID(package.id), f"audit:{self.run}:{location}"))

    def _still_bad(self, kept: Sequence[Finding]) -> dict[int, tuple[Problem]]:
        """Which of those that were good still count as damaged, because nobody has mended them as far as is known."""
        found: dict[int, tuple[Problem]] = {}
        for one in kept:
            if one.subject.copy.last_read_bad and _is_good(one):
                package = self.archive.catalog.get(one.audited.id) or one.subject.copy.package
                known = known_readings(self.archive, package)
                since = known.get(one.audited.location, Readings()).bad
                if since is not None:
                    text = f"It is good now, and still counts as damaged since {rfc3339(since)}: nobody has mended it."
                    found[id(one)] = (rules.STILL_FAILED.at("", text),)
        return found

    def _into_catalogue(
        self, kept: Sequence[Finding], refused: Mapping[int, Problem], said: Sequence[Finding]
    ) -> Problem | None:
        """Why the catalogue does not know of those that were *kept*, if so: the histories do.

        It remembers which histories cannot be trusted, until something can be recorded there again.
        """
        try:
            doubted, self._doubted = self._doubted, {}
            trusted = {one.audited.id for one in said if id(one) not in refused} - doubted.keys()
            self.archive.catalog.note_doubts(doubted, self.archive.clock.now(), trusted)
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


def _with(one: Finding, refused: Problem | None, behind: Problem | None, told: Sequence[Problem]) -> Audited:
    found = (*(problem for problem in (refused, None if refused else behind) if problem), *told)
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
