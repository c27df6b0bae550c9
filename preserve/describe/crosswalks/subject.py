"""What is exported, and what becomes of it: the words that all targets share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from preserve.describe.crosswalks import rules
from preserve.describe.record.terms import ELEMENT_OF
from preserve.describe.record.values import is_language_tag
from preserve.errors import DescriptionError
from preserve.model import Package, Problem, Record, Rule, Statement
from preserve.storage.names import shown

TOLD_BY_FORM = frozenset(
    ["", "EDTF", "W3CDTF", "URI", "DCMIType", "IMT", "RFC5646", "RFC4646", "RFC3066", "RFC1766", "ISO639-2", "ISO639-3"]
)
"""Schemes that a reader recognises by the value itself, so that they need not be named."""

_QUOTED = 80
_MOST = 20
_FEW = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A package and its description.  *organizations* are the names (in NFC) of bodies that are not persons."""

    package: Package
    record: Record
    organizations: frozenset[str] = frozenset()

    @property
    def urn(self) -> str:
        """What identifies the package everywhere."""
        return f"urn:uuid:{self.package.id}"

    @property
    def whole(self) -> tuple[Statement, ...]:
        """What is said about the package as a whole; blank values are no values."""
        return tuple(s for s in self.record.statements if not s.about and s.value.strip())

    def of(self, *terms: str) -> list[Statement]:
        """What is said about the whole with one of *terms* (``title`` for ``dcterms:title``), in the record's order."""
        wanted = {f"dcterms:{term}" for term in terms}
        return [s for s in self.whole if s.term in wanted]


@dataclass(frozen=True, slots=True)
class Crossed:
    """A description in the form of a target, and what a person should know about it."""

    data: bytes
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Notes:
    """What a target cannot carry, and what it demands and nobody has said.  *target* is its name for people."""

    target: str
    _told: dict[tuple[Rule, str, str], int] = field(default_factory=dict)
    _files: int = 0
    _others: dict[Problem, None] = field(default_factory=dict)
    _missing: dict[str, str] = field(default_factory=dict)

    def left_out(self, statement: Statement, why: str = "") -> None:
        """The value has no place in the target, because *why*."""
        self._count(rules.VALUE_LEFT_OUT, f"{statement.term} is left out", why or f"{self.target} has no place for it")

    def less_exact(self, statement: Statement, into: str) -> None:
        """The value is carried, and the target says less about what it is: only *into*."""
        self._count(rules.LESS_EXACT, f"{statement.term} is written less exactly", f"as {into}")

    def language_left_out(self, statement: Statement) -> None:
        """The value is carried and its language, if it has one, is not."""
        if statement.lang:
            why = f"{self.target} cannot say it here"
            self._count(rules.MARK_LEFT_OUT, f"The language of {statement.term} is left out", why)

    def scheme_left_out(self, statement: Statement) -> None:
        """The value is carried and the scheme that it is taken from is not."""
        what = f"{shown(statement.scheme)}, the scheme of {statement.term}, is left out"
        self._count(rules.MARK_LEFT_OUT, what, f"{self.target} cannot say it here")

    def remark(self, rule: Rule, sentence: str) -> None:
        """Anything else that a person should know."""
        self._others.setdefault(rule.at("", sentence))

    def rest(self, subject: Subject, carried: Collection[str]) -> None:
        """All that is about no term of *carried* (with its prefix), or about a single file, is left out."""
        for statement in subject.whole:
            if statement.term not in carried:
                self.left_out(statement)
            elif statement.lang and not is_language_tag(statement.lang):
                self.language_left_out(statement)
        self.files_left_out(subject)
        if subject.record.title_stands_in:
            self.remark(rules.TITLE_STANDS_IN, "Nobody has given a title yet; the file name stands in.")

    def files_left_out(self, subject: Subject) -> None:
        """What is said about single files is left out."""
        self._files += len({statement.about for statement in subject.record.statements} - {""})

    def missing(self, what: str, how: str) -> None:
        """The target demands *what*, and nobody has said it; *how* is a ``--set …`` that does, or a sentence."""
        self._missing.setdefault(what, how)

    def refuse(self, name: str) -> None:
        """``DescriptionError`` if anything is missing: it names all of it, and how to supply it."""
        if not self._missing:
            return
        wanted = list(self._missing)
        listed = "; ".join(wanted[:_MOST]) + (f"; and {len(wanted) - _MOST:,} more" if len(wanted) > _MOST else "")
        raise DescriptionError(
            f"{self.target} demands what the description of {shown(name)} does not say: {listed}.",
            hint=f"Nothing is invented. {_ways(name, dict.fromkeys(self._missing.values()))}",
        )

    def problems(self) -> tuple[Problem, ...]:
        """All that a person should know, each kind once."""
        counted = (
            rule.at("", f"{what} ({number:,} {'value' if number == 1 else 'values'}): {why}.")
            for (rule, what, why), number in self._told.items()
        )
        return (*self._others, *counted, *self._file_problems())

    def _file_problems(self) -> Iterable[Problem]:
        if self._files:
            which = "a single file" if self._files == 1 else f"{self._files:,} single files"
            yield rules.FILES_LEFT_OUT.at(
                "", f"What is said about {which} is left out: {self.target} is about the whole."
            )

    def _count(self, rule: Rule, what: str, why: str) -> None:
        self._told[rule, what, why] = self._told.get((rule, what, why), 0) + 1


def _ways(name: str, hows: Iterable[str]) -> str:
    """How to supply what is missing in the package called *name*, in one or two sentences."""
    options = [how for how in hows if how.startswith("--set ")]
    sentences = [how for how in hows if not how.startswith("--set ")]
    command = [f"Say it with: preserve describe {shown(name)} {' '.join(options)}"] if options else []
    return ". ".join([*sentences, *command])


def quoted(value: str) -> str:
    """*value* as a sentence names it: on one line, harmless, and not without end."""
    text = " ".join(value.split())
    return f"'{shown(text if len(text) <= _QUOTED else text[:_QUOTED] + '…')}'"


def it_says(statements: Sequence[Statement]) -> str:
    """`` (it says 'a', 'b')``, or nothing where nothing is said."""
    few = ", ".join(quoted(statement.value) for statement in statements[:_FEW])
    return f" (it says {few}{' …' if len(statements) > _FEW else ''})" if statements else ""


def all_terms(*names: str) -> frozenset[str]:
    """The terms called *names*, with their prefix.  ``KeyError`` if one is no DCMI term."""
    terms = frozenset(f"dcterms:{name}" for name in names)
    if unknown := terms - ELEMENT_OF.keys():
        raise KeyError(*unknown)
    return terms
