"""A description that is changed: the former record, what a person says → the next record, and what has changed.

Pure.  The former record is never lost; whoever calls this keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from preserve.describe.record.compose import ORIGIN
from preserve.describe.record.origins import Key, Origin, key_of
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import ORDER
from preserve.describe.record.values import title_from_name
from preserve.describe.record.write_xml import TITLE_STANDS_IN
from preserve.describe.review.choose import about_of
from preserve.model import Problem, Proposal, ProposalStatus, Record, Severity, Statement

_Place: TypeAlias = tuple[str, str]
"""What is described, and a term."""

ACCEPTED = "proposal"
"""The origin of a value that a program proposed and a person accepted."""

_TITLE, _IDENTIFIER, _PROVENANCE = "dcterms:title", "dcterms:identifier", "dcterms:provenance"


@dataclass(frozen=True, slots=True)
class Description:
    """All that one state of a package says about it.  The origins of the statements stand in *origins* as well."""

    record: Record
    proposals: tuple[Proposal, ...]
    origins: Mapping[Key, Origin]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is described: its identifier as ``urn:uuid:``, the name of its transfer, and whether it is a single file."""

    urn: str
    transfer: str
    one_file: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What a person wants.

    *puts* are statements whose values take the place of all values of the same term about the same thing; *drops*
    are pairs of what is described and the term that is to go; *accept* and *reject* are places of proposals.  *told* is
    what a person should know of how this was understood.
    """

    puts: tuple[Statement, ...] = ()
    drops: tuple[_Place, ...] = ()
    accept: tuple[int, ...] = ()
    reject: tuple[int, ...] = ()
    told: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Revised:
    """The next state.  *changes* tells a person in a line each what is different; without any, nothing is."""

    description: Description
    changes: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it may not be written."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def revise(thing: Thing, former: Description, changes: Changes, who: Origin) -> Revised:
    """*former* with the *changes* that *who* wants; *who.source* says how they were said (``set``, ``edit`` …).

    Our identifier always stays, and where no title is left the name of the transfer stands in.  An accepted proposal
    is said of the file that it came from, or of the package where that is its only file.  What the rules find in the
    new values is among the problems; the record as a whole is for the caller to judge.
    """
    work = _Work.on(thing, former, who)
    for place in changes.drops:
        work.drop(place)
    decided = list(former.proposals)
    for numbers, status in ((changes.accept, ProposalStatus.ACCEPTED), (changes.reject, ProposalStatus.REJECTED)):
        for number in numbers:
            decided[number] = replace(decided[number], status=status)
    for number in _said_anew(former.proposals, work.put(changes.puts), one_file=thing.one_file):
        decided[number] = replace(decided[number], status=ProposalStatus.ACCEPTED)
    work.take_back([former.proposals[number] for number in changes.reject])
    work.accept([former.proposals[number] for number in changes.accept])
    record = work.finished()
    said = {(s.about, s.term, s.value) for s in record.statements}
    decided = [_waiting_unless_said(one, said, one_file=thing.one_file) for one in decided]
    told = (*_differences(former.record, record), *_decisions(former.proposals, decided))
    return Revised(Description(record, tuple(decided), work.origins), told, (*changes.told, *work.problems))


@dataclass(slots=True)
class _Work:
    """The statements while they are being changed, by what they describe and their term."""

    thing: Thing
    who: Origin
    origins: dict[Key, Origin]
    statements: dict[_Place, list[Statement]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def on(cls, thing: Thing, former: Description, who: Origin) -> _Work:
        work = cls(thing, who, dict(former.origins))
        for statement in former.record.statements:
            work.statements.setdefault((statement.about, statement.term), []).append(statement)
        return work

    def drop(self, place: _Place) -> None:
        gone = self.statements.pop(place, [])
        for statement in gone:
            if self._is_ours(statement):
                self.statements[place] = [statement]
            else:
                self.origins.pop(key_of(statement), None)

    def put(self, puts: Sequence[Statement]) -> list[Statement]:
        """The statements as they were put.  Values that a person had given already keep their origin."""
        settled = [self._settled(statement) for statement in puts]
        before = {key: known for s in settled if (known := self.origins.get(key := key_of(s)))}
        for place in dict.fromkeys((s.about, s.term) for s in settled):
            self.drop(place)
        for statement in settled:
            known = before.get(key_of(statement))
            said_now = replace(self.who, source=statement.origin or self.who.source)
            stays = known and (known.source != ORIGIN or statement.origin == ORIGIN)
            self._add(statement, known if known and stays else said_now)
        return settled

    def take_back(self, proposals: Sequence[Proposal]) -> None:
        """A proposal that was accepted before and is rejected now takes its value with it."""
        for proposal in proposals:
            place = about_of(proposal, one_file=self.thing.one_file), proposal.field
            for statement in list(self.statements.get(place, ())):
                if (statement.value, statement.origin) == (proposal.value, ACCEPTED):
                    self.statements[place].remove(statement)

    def accept(self, proposals: Sequence[Proposal]) -> None:
        for proposal in proposals:
            about = about_of(proposal, one_file=self.thing.one_file)
            said = Statement(proposal.field, proposal.value, proposal.lang, about=about)
            self._add(self._settled(said), replace(self.who, source=ACCEPTED))

    def finished(self) -> Record:
        """The record in its order, with a title in any case; one that only stands in is said to do so."""
        titles = self.statements.get(("", _TITLE), [])
        given = [statement for statement in titles if statement.origin != ORIGIN]
        notes = [s for s in self.statements.pop(("", _PROVENANCE), []) if not _is_marker(s)]
        self.statements |= {("", _PROVENANCE): notes, ("", _TITLE): given}
        if not given:
            self._add(Statement(_TITLE, title_from_name(self.thing.transfer)), Origin(ORIGIN))
            self._add(Statement(_PROVENANCE, TITLE_STANDS_IN, "en"), Origin(ORIGIN))
        places = sorted(self.statements, key=lambda place: (place[0], ORDER.get(place[1], len(ORDER))))
        ordered = tuple(statement for place in places for statement in self.statements[place])
        kept = {key_of(statement) for statement in ordered}  # what is gone has no origin any more
        self.origins = {key: origin for key, origin in self.origins.items() if key in kept}
        return Record(ordered, any(_is_marker(s) for s in ordered))

    def _add(self, statement: Statement, origin: Origin) -> None:
        """Add it, or let a person's word take the place of the same word of a program."""
        some = self.statements.setdefault((statement.about, statement.term), [])
        new = replace(statement, origin=origin.source)
        for at, there in enumerate(some):
            if (there.value, there.lang) == (new.value, new.lang):
                if there.origin == ORIGIN and not self._is_ours(there):
                    some[at] = new
                    self.origins[key_of(new)] = origin
                return
        some.append(new)
        self.origins[key_of(new)] = origin

    def _is_ours(self, statement: Statement) -> bool:
        return (statement.about, statement.term, statement.value) == ("", _IDENTIFIER, self.thing.urn)

    def _settled(self, statement: Statement) -> Statement:
        settled, findings = settle(statement)
        path = statement.origin if statement.origin.endswith((".csv", ".xml", ".toml")) else ""
        self.problems += [rule.at(path, sentence) for rule, sentence in findings]
        return settled


def _waiting_unless_said(proposal: Proposal, said: AbstractSet[tuple[str, str, str]], *, one_file: bool) -> Proposal:
    """The proposal; it waits again if it was accepted and its value is not *said* any more."""
    if proposal.status is not ProposalStatus.ACCEPTED:
        return proposal
    about = about_of(proposal, one_file=one_file)
    if (about, proposal.field, proposal.value) in said:
        return proposal
    written, _ = settle(Statement(proposal.field, proposal.value, proposal.lang))
    return (
        proposal if (about, proposal.field, written.value) in said else replace(proposal, status=ProposalStatus.PENDING)
    )


def _said_anew(proposals: Sequence[Proposal], said: Iterable[Statement], *, one_file: bool) -> list[int]:
    """The pending proposals of just what a person has said."""
    values = {(s.about, s.term, s.value) for s in said}
    return [
        number
        for number, one in enumerate(proposals)
        if one.status is ProposalStatus.PENDING and (about_of(one, one_file=one_file), one.field, one.value) in values
    ]


def _is_marker(statement: Statement) -> bool:
    return statement.term == _PROVENANCE and statement.value == TITLE_STANDS_IN and not statement.about


def _differences(former: Record, record: Record) -> Iterator[str]:
    """What became of each term, a line each: ``dcterms:title: “a” → “b”``."""
    before, after = _by_term(former), _by_term(record)
    if former.title_stands_in and not record.title_stands_in and before["", _TITLE] == after["", _TITLE]:
        yield f"{_TITLE}: {', '.join(after['', _TITLE])} is the title, and not only stands in"
    for about, term in sorted({*before, *after}, key=lambda pair: (pair[0], ORDER.get(pair[1], len(ORDER)))):
        old, new = before.get((about, term), ()), after.get((about, term), ())
        if old != new and not (term == _PROVENANCE and {*old, *new} == {f"“{TITLE_STANDS_IN}”@en"}):
            of = f" of {about}" if about else ""
            yield f"{term}{of}: {', '.join(old) or 'nothing'} → {', '.join(new) or 'nothing'}"


def _by_term(record: Record) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for s in record.statements:
        key = (s.about, s.term)
        found[key] = (*found.get(key, ()), f"“{s.value}”" + (f"@{s.lang}" if s.lang else ""))
    return found


def _decisions(former: Iterable[Proposal], decided: Iterable[Proposal]) -> Iterator[str]:
    for before, after in zip(former, decided, strict=True):
        if before.status is not after.status:
            sure = f"{after.confidence:.0%}, {after.method}"
            what = "waits again:" if after.status is ProposalStatus.PENDING else after.status
            yield f"{what} the proposal {after.field} = “{after.value}” ({sure})"
