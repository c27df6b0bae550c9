"""What a person wants changed in one description, understood and carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from preserve.describe.review.choose import Candidates
from preserve.describe.review.revise import Changes
from preserve.describe.set_values import set_statements
from preserve.describe.terms import nearest, term_of
from preserve.errors import DescriptionError
from preserve.model import Agent, Package, Problem
from preserve.ports import Silent
from preserve.storage import names
from preserve.storage.crew import Crew
from preserve.workflows.archive import Archive
from preserve.workflows.changing import Described, change_all
from preserve.workflows.revising import Change, Desk, Open


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


def changes_of(opened: Open, wish: Wish) -> tuple[Changes, tuple[Problem, ...]]:
    """What *wish* means for this package, and which proposals were not chosen, and why.

    ``DescriptionError`` for what cannot be understood, or if it is about a file that the package does not hold.
    """
    if wish.about and wish.about not in opened.former.payload:
        raise DescriptionError(
            f"The package holds no file {names.shown(wish.about)}.", hint="Write its path as in: data/letter.txt"
        )
    former = opened.description
    candidates = Candidates(former.proposals, former.record, opened.thing.one_file)
    accepted = candidates.choose(wish.accept, above=wish.above)
    rejected = candidates.choose(wish.reject, above=wish.above, rejecting=True)
    if both := set(accepted.places) & set(rejected.places):
        raise DescriptionError(f"Proposal {min(both) + 1} is to be accepted and rejected.", hint="Say one of the two.")
    puts = tuple(replace(statement, about=wish.about) for statement in set_statements(wish.sets))
    drops = tuple((wish.about, _term(written)) for written in wish.unsets)
    return Changes(puts, drops, accepted.places, rejected.places), (*accepted.problems, *rejected.problems)


def carry_out(archive: Archive, package: Package, changes: Changes, agent: Agent, source: str) -> Described:
    """Write *changes* down, if nothing is wrong with them; *source* says how they were said (``set``, ``edit``).

    ``BagError``, ``CatalogError`` or ``Locked`` if that cannot be done; the package is then as it was.
    """
    desk = Desk(archive.config, agent, source, archive.clock.now())
    (done,) = change_all(archive, desk, [Change(package, changes)], Silent(), Crew(1))
    if done.error is not None:
        raise done.error
    return done


def _term(written: str) -> str:
    term = term_of(written)
    if term:
        return term
    close = nearest(written)
    raise DescriptionError(
        f"'{names.shown(written)}' is not a Dublin Core term.",
        hint=f"Did you mean {close}?" if close else "Terms are written like dcterms:title or dcterms:created.",
    )
