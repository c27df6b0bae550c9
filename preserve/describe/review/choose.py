"""Which proposals a person means: by number, by term, by term and value, or all of them.

Where several candidates stand side by side, none is chosen silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from preserve.describe.record.compose import ORIGIN
from preserve.describe.record.terms import nearest, term_of
from preserve.describe.review import rules
from preserve.errors import DescriptionError
from preserve.model import Problem, Proposal, ProposalStatus, Record
from preserve.storage.names import shown

ALL = "all"
TOGETHER = frozenset(["dcterms:language", "dcterms:subject", "dcterms:contributor", "dcterms:extent", "dcterms:format"])
"""Terms whose candidates do not exclude each other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The proposals that a person meant, by their places in the list, and what was not chosen and why."""

    places: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The *proposals* for the description *record*.

    With *one_file*, what is said of the file is said of the package.
    """

    proposals: Sequence[Proposal]
    record: Record
    one_file: bool = True

    def choose(
        self, words: Sequence[str], *, above: float = 0.0, rejecting: bool = False, if_any: bool = False
    ) -> Choice:
        """What *words* mean: ``3``, ``title``, ``title=The value`` or ``all``, of at least the confidence *above*.

        Of several candidates for one term of one file none is chosen by the term alone, and ``all`` leaves out terms
        for which the record has a person's word; both are told.  When *rejecting*, neither holds.
        ``DescriptionError`` for a word that means nothing here; *if_any* allows that there is no such proposal.
        """
        places: list[int] = []
        problems: list[Problem] = []
        for word in words:
            numbered = self._numbered(word)
            if numbered is not None:
                places.append(numbered)
                continue
            groups = self._groups(word, above)
            if not groups and word != ALL and not if_any:
                raise _none(word, above)
            for (about, term), group in groups.items():
                problem = None if rejecting else self._doubt(word, about, term, group)
                if problem is None:
                    places += group
                else:
                    problems.append(problem)
        return Choice(tuple(dict.fromkeys(places)), tuple(problems))

    def _numbered(self, word: str) -> int | None:
        if not (word.isascii() and word.isdigit()):
            return None
        if not 1 <= int(word) <= len(self.proposals):
            raise DescriptionError(
                f"There is no proposal {word}; there are {len(self.proposals)}.", hint="See preserve describe ID"
            )
        return int(word) - 1

    def _groups(self, word: str, above: float) -> dict[tuple[str, str], list[int]]:
        """The places of the pending proposals that *word* means, by what they describe and their term."""
        written, exact, value = word.partition("=")
        term = "" if word == ALL else _term(written)
        groups: dict[tuple[str, str], list[int]] = {}
        for place, proposal in enumerate(self.proposals):
            wanted = (word == ALL or proposal.field == term) and (not exact or proposal.value == value)
            if wanted and proposal.confidence >= above and proposal.status is ProposalStatus.PENDING:
                about = about_of(proposal, one_file=self.one_file)
                groups.setdefault((about, proposal.field), []).append(place)
        return groups

    def _doubt(self, word: str, about: str, term: str, group: Sequence[int]) -> Problem | None:
        """Why none of *group* is chosen by *word*, None if nothing speaks against it."""
        of = f" of {shown(about)}" if about else ""
        values = {self.proposals[place].value for place in group}
        if word == ALL and self._has_word(about, term, but=values):
            text = f"{term}{of} was left as it is: the description has a value that a person gave."
            return rules.ALREADY_DESCRIBED.at(about, text)
        if "=" in word or term in TOGETHER or len(values) == 1:
            return None
        listed = "; ".join(f"{place + 1} is '{shown(self.proposals[place].value[:80])}'" for place in group[:5])
        text = f"{len(values)} values are proposed for {term}{of}, and none was chosen: {listed}."
        return rules.SEVERAL_PROPOSED.at(about, text)

    def _has_word(self, about: str, term: str, *, but: AbstractSet[str]) -> bool:
        """Whether a person has said something about this, *but* none of these values."""
        if term == "dcterms:title" and self.record.title_stands_in and not about:
            return False
        found = (s for s in self.record.statements if s.term == term and s.about == about)
        return any(statement.origin != ORIGIN and statement.value not in but for statement in found)


def about_of(proposal: Proposal, *, one_file: bool) -> str:
    """What a proposal describes: the file that it came from, or the package if that is its only file."""
    return "" if one_file else proposal.evidence.path


def _none(word: str, above: float) -> DescriptionError:
    written, exact, value = word.partition("=")
    what = f"of {_term(written)}" + (f" with the value '{shown(value[:80])}'" if exact else "")
    sure = f" of at least {above:.0%}" if above else ""
    return DescriptionError(
        f"No proposal {what}{sure} waits for a decision.", hint="What is proposed: preserve describe ID"
    )


def _term(written: str) -> str:
    term = term_of(written)
    if term:
        return term
    close = nearest(written)
    raise DescriptionError(
        f"'{shown(written)}' is neither the number of a proposal nor a Dublin Core term.",
        hint=f"Did you mean {close}?" if close else "Write a number, a term such as title, or all.",
    )
