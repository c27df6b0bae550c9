"""What a person wants changed in one description, understood and carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from preserve.describe.record.set_values import no_term, set_statements
from preserve.describe.record.terms import heading
from preserve.describe.record.values import better_tag, is_language_tag
from preserve.describe.review.choose import Candidates
from preserve.describe.review.revise import Changes
from preserve.errors import DescriptionError
from preserve.model import Agent, Package, Record, Statement
from preserve.ports import Progress, Silent
from preserve.storage.crew import Crew
from preserve.workflows.archive import Archive
from preserve.workflows.reviewing.changing import Described, change_all, judge_all
from preserve.workflows.reviewing.revising import Change, Desk, Open


@dataclass(frozen=True, slots=True)
class Wish:
    """As a person says it: ``term=value`` pairs, terms, and words that name proposals (``choose``).

    *about* is the file that *sets* and *unsets* speak of, "" for the package.
    """

    sets: Sequence[str] = ()
    unsets: Sequence[str] = ()
    accept: Sequence[str] = ()
    reject: Sequence[str] = ()
    above: float = 0.0
    about: str = ""


def changes_of(opened: Open, wish: Wish, *, one_of_many: bool = False) -> Changes:
    """What *wish* means for this package.  For *one_of_many*, there need be no such proposal.

    ``DescriptionError`` for what cannot be understood, or if it is about a file that the package does not hold.
    """
    former = opened.description
    about = "" if opened.thing.one_file and wish.about in opened.former.payload else wish.about
    candidates = Candidates(former.proposals, former.record, opened.thing.one_file)
    accepted = candidates.choose(wish.accept, above=wish.above, if_any=one_of_many)
    rejected = candidates.choose(wish.reject, above=wish.above, if_any=one_of_many, rejecting=True)
    if both := set(accepted.places) & set(rejected.places):
        raise DescriptionError(f"Proposal {min(both) + 1} is to be accepted and rejected.", hint="Say one of the two.")
    said = [replace(statement, about=about) for statement in set_statements(wish.sets)]
    unsaid = [replace(_unsaid(written), about=about) for written in wish.unsets]
    puts, drops = _replaced(former.record, said, unsaid)
    return Changes(puts, drops, accepted.places, rejected.places, (*accepted.problems, *rejected.problems))


@dataclass(frozen=True, slots=True)
class ForEach:
    """The same wish for one of many packages."""

    package: Package
    wish: Wish

    def changes(self, opened: Open) -> Changes:
        """What it means for this one."""
        return changes_of(opened, self.wish, one_of_many=True)


def carry_out_everywhere(
    archive: Archive, wish: Wish, agent: Agent, progress: Progress, crew: Crew, *, dry_run: bool = False
) -> Iterator[Described]:
    """Write down what *wish* means for each package, and tell what became of it; errors as ``change_all``.

    ``DescriptionError`` at once if it cannot be understood, or names a proposal by a number: each package has others.
    """
    set_statements(wish.sets)
    for written in wish.unsets:
        _unsaid(written)
    if any(word.isdecimal() for word in (*wish.accept, *wish.reject)):
        raise DescriptionError(
            "Each package has proposals of its own, so a number means nothing for all.", hint="Name them by their term."
        )
    desk = Desk(archive.config, agent, "set", archive.clock.now())
    packages = list(archive.catalog.packages())
    progress.start("Describing", len(packages), 0)
    asked = [ForEach(package, wish) for package in packages]
    yield from judge_all(desk, asked, progress, crew) if dry_run else change_all(archive, desk, asked, progress, crew)
    progress.finish()


def carry_out(archive: Archive, package: Package, changes: Changes, agent: Agent, source: str) -> Described:
    """Write *changes* down, if nothing is wrong with them; *source* says how they were said (``set``, ``edit``).

    ``BagError``, ``CatalogError`` or ``Locked`` if that cannot be done; the package is then as it was.
    """
    desk = Desk(archive.config, agent, source, archive.clock.now())
    (done,) = change_all(archive, desk, [Change(package, changes)], Silent(), Crew(1))
    if done.error is not None:
        raise done.error
    return done


def _replaced(
    record: Record, said: Sequence[Statement], unsaid: Sequence[Statement]
) -> tuple[tuple[Statement, ...], tuple[tuple[str, str], ...]]:
    """What is to be put and dropped: with a language, only values in that language make room."""
    puts: list[Statement] = []
    drops: list[tuple[str, str]] = []
    for place in dict.fromkeys((s.about, s.term) for s in (*said, *unsaid)):
        new = [s for s in said if (s.about, s.term) == place]
        gone = {s.lang for s in (*new, *unsaid) if (s.about, s.term) == place}
        there = [s for s in record.statements if (s.about, s.term) == place]
        stay = [] if "" in gone else [s for s in there if s.lang not in gone]
        if record.title_stands_in and place == ("", "dcterms:title"):
            stay = []
        puts += [*stay, *new]
        if not (stay or new):
            drops.append(place)
    return tuple(puts), tuple(drops)


def _unsaid(written: str) -> Statement:
    """What ``--unset title`` or ``title@fr`` is about: a term, perhaps in one language."""
    found = heading(written)
    lang = found.lang if not found.lang or is_language_tag(found.lang) else better_tag(found.lang)
    if found.term and (lang or not found.lang):
        return Statement(found.term, "", lang)
    raise no_term(written)
