"""Packages that hold the same text as an earlier one: told to the archivist, and proposed as ``dcterms:isVersionOf``.

Nothing is merged and nothing is left out.  What the catalogue and this run know of earlier texts are fingerprints;
whatever they suggest is read, and compared word by word (``docs/decisions/0014-near-duplicates.md``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from preserve import __version__
from preserve.bag.sealing.amending import amend
from preserve.bag.sealing.errors import store_errors
from preserve.catalog.alike import FEWEST, MOST, USUAL
from preserve.describe.likeness.compare import Likeness, compare
from preserve.describe.likeness.words import Text, text_of
from preserve.describe.proposals import proposals_json
from preserve.errors import BagError, CatalogError, DescriptionError
from preserve.model import Evidence, Package, Problem, Proposal, TextPrint
from preserve.storage import durable, names
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.ingesting import recognising
from preserve.workflows.ingesting.bench import Made, Witnessed
from preserve.workflows.ingesting.insight import PROPOSE_FROM
from preserve.workflows.ingesting.line import Publish, Published
from preserve.workflows.packages import PROPOSALS, read_file, read_package
from preserve.workflows.results import IngestResult, Status

_SAME = 1000
"""More than any number of equal values in two sketches."""


@dataclass(frozen=True, slots=True)
class Relative:
    """An earlier *package*, the *place* where it is now, and in what the texts are alike."""

    package: Package
    place: Path
    text: TextPrint
    likeness: Likeness | None = None


class Pending:
    """The packages of this run that are made and not yet in the catalogue, by the keys of their texts."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[Made, TextPrint]] = {}
        self._by_key: dict[int, list[int]] = {}

    def add(self, made: Made, one: TextPrint) -> None:
        """From now on *made* is one that later ones may resemble."""
        number = made.order.number
        self._texts[number] = made, one
        for key in (one.key, *one.sketch):
            self._by_key.setdefault(key, []).append(number)

    def remove(self, made: Made) -> None:
        """It is published, or never will be."""
        found = self._texts.pop(made.order.number, None)
        for key in (found[1].key, *found[1].sketch) if found else ():
            self._by_key[key].remove(made.order.number)
            if not self._by_key[key]:
                del self._by_key[key]

    def likeliest(self, one: TextPrint) -> list[tuple[Made, TextPrint]]:
        """The few that have most in common with *one*, the earlier ones first where that is equal."""
        shared = (self._by_key.get(key, ()) for key in one.sketch)
        counts = Counter(number for numbers in shared if len(numbers) <= USUAL for number in numbers)
        counts.update(dict.fromkeys(self._by_key.get(one.key, ()), _SAME))
        ordered = sorted((number for number in counts if counts[number] >= FEWEST), key=lambda n: (-counts[n], n))
        return [self._texts[number] for number in ordered[:MOST]]


@dataclass(slots=True)
class Relatives:
    """What one run knows of texts: those in the catalogue of the *archive*, and its own that are not there yet."""

    archive: Archive
    _pending: Pending = field(default_factory=Pending)
    _asked: dict[int, frozenset[str]] = field(default_factory=dict)

    def relate(self, batch: Sequence[Made]) -> list[Made]:
        """The packages of *batch*, with what each resembles: a finding, and a proposal in the package itself.

        Whoever comes later resembles whoever was before.  ``StoreUnwritable`` if a package cannot be written.
        """
        prints = {made.order.number: one for made in batch if made.is_staged and (one := TextPrint.of(made.text))}
        known = self._known(list(prints.values()))
        return [
            self._related(made, prints[made.order.number], next(known)) if made.order.number in prints else made
            for made in batch
        ]

    def settling(self, publish: Publish) -> Publish:
        """*publish*, after which the packages are in the catalogue and need not be remembered here.

        What another run sealed since they were related is told, too; it is too late for a proposal.
        """

        def settle(batch: Sequence[tuple[Made, Witnessed | None]]) -> Published:
            published = publish(batch)
            for made, _ in batch:
                self._pending.remove(made)
            told = self._with_late_ones(published.told)
            for made, _ in batch:
                self._asked.pop(made.order.number, None)
            return replace(published, told=told)

        return settle

    def _with_late_ones(self, told: Sequence[tuple[Made, IngestResult]]) -> list[tuple[Made, IngestResult]]:
        ours = {result.id for _, result in told}
        alone = [(TextPrint.of(made.text), made) for made, result in told if _is_alone(result)]
        prints = {made.order.number: replace(one, sketch=()) for one, made in alone if one}
        late: dict[int, Problem] = {}
        for (number, one), known in zip(prints.items(), self._known(list(prints.values())), strict=True):
            for other in known:
                text = TextPrint.of(other.text)
                if text and text.same == one.same and other.id not in ours | self._asked.get(number, ours):
                    said = f"Another run has sealed the same text meanwhile, in the package {names.shown(other.name)}."
                    late[number] = rules.NEAR_DUPLICATE.at(one.path, said)
        return [
            (made, replace(result, problems=(*result.problems, late[made.order.number])))
            if made.order.number in late
            else (made, result)
            for made, result in told
        ]

    def _known(self, prints: Sequence[TextPrint]) -> Iterator[tuple[Package, ...]]:
        """The candidates of the catalogue.  Where it cannot be asked, the packages cannot be published either."""
        try:
            return iter(self.archive.catalog.alike(prints))
        except CatalogError:
            return iter([()] * len(prints))

    def _related(self, made: Made, one: TextPrint, known: Sequence[Package]) -> Made:
        self._asked[made.order.number] = frozenset(package.id for package in known)
        candidates = [*self._there(known), *self._waiting(one)]
        if not candidates:
            self._pending.add(made, one)
            return made
        candidates.sort(key=lambda each: (-_in_common(one, each.text), each.package.sealed, each.package.name))
        ours = read_package(made.order.bag, name=made.order.name)
        if any(recognising.are_twins(ours, each.package) for each in candidates):
            return made  # told as such when it is published, or not packaged at all
        self._pending.add(made, one)
        bag = made.order.bag
        with store_errors(bag):
            found = _closest(_read(bag, one), candidates)
            if found is None or found.likeness is None:
                return made
            said = _said(made, one, found, found.likeness)
            proposals = proposals_json.from_json(read_file(bag / PROPOSALS))
        amend(bag, PROPOSALS, proposals_json.to_json((*proposals, _proposal(one, found, found.likeness, said))))
        return replace(made, problems=(*made.problems, rules.NEAR_DUPLICATE.at(one.path, said)))

    def _there(self, known: Sequence[Package]) -> Iterator[Relative]:
        for package in known:
            if recognising.is_there(self.archive, package) and (text := TextPrint.of(package.text)):
                yield Relative(package, self.archive.place_of(package.name), text)

    def _waiting(self, one: TextPrint) -> Iterator[Relative]:
        """Those of this run that are not published yet."""
        for made, text in self._pending.likeliest(one):
            yield Relative(read_package(made.order.bag, name=made.order.name), made.order.bag, text)


def _is_alone(result: IngestResult) -> bool:
    """Whether it was sealed, and nothing that resembles it was known."""
    told = {problem.code for problem in result.problems}
    return result.status is Status.SEALED and told.isdisjoint((rules.NEAR_DUPLICATE.code, rules.DUPLICATE_CONTENT.code))


def _in_common(one: TextPrint, other: TextPrint) -> int:
    return _SAME if one.same == other.same else len(set(one.sketch).intersection(other.sketch))


def _closest(ours: Text, candidates: Sequence[Relative]) -> Relative | None:
    """The candidate that has most in common with *ours*, the earliest of several."""
    best: Relative | None = None
    for each in candidates[:MOST]:
        with suppress(OSError, BagError, DescriptionError):  # what cannot be read now is nobody's earlier version
            likeness = compare(ours, _read(each.place, each.text))
            if likeness and (best is None or best.likeness is None or likeness.share > best.likeness.share):
                best = replace(each, likeness=likeness)
            if likeness and likeness.same:
                break
    return best


def _read(bag: Path, text: TextPrint) -> Text:
    """The text of the package at *bag*."""
    if not text.path.startswith("data/") or ".." in text.path.split("/"):
        raise BagError(f"{names.shown(text.path)} is no file of a payload.")
    return text_of(_beginning(bag / text.path), text.charset, text.form)


def _beginning(file: Path) -> bytes:
    with durable.opened(file, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
        return stream.read(PROPOSE_FROM)


def _said(made: Made, one: TextPrint, found: Relative, likeness: Likeness) -> str:
    ours, theirs = (names.shown(path.removeprefix("data/")) for path in (one.path, found.text.path))
    where = f"{theirs} in the package {names.shown(found.package.name)}"
    if not likeness.same:
        more = f"{likeness.longer - likeness.common} words more"
        if likeness.common < likeness.words:
            return (
                f"{ours} and {where} are nearly the same text: {likeness.common} of {likeness.words} words in common."
            )
        return (
            f"{ours} holds {where}, and {more}."
            if one.words > found.text.words
            else f"{where} holds {ours}, and {more}."
        )
    if _is_same_file(made.order.bag / one.path, found.place / found.text.path):
        return f"{ours} is {where}, byte for byte, under another name or with other files."
    if one.form != found.text.form:
        return f"{ours} holds the same text as {where}; one of them is a web page."
    if one.charset != found.text.charset:
        return f"{ours} holds the same text as {where}, in another encoding."
    return f"{ours} holds the same text as {where}, with other line ends, spaces or signs."


def _is_same_file(one: Path, other: Path) -> bool:
    """As far as both were looked at."""
    with suppress(OSError):
        return one.stat().st_size == other.stat().st_size and _beginning(one) == _beginning(other)
    return False


def _proposal(one: TextPrint, found: Relative, likeness: Likeness, said: str) -> Proposal:
    return Proposal(
        field="dcterms:isVersionOf",
        value=f"urn:uuid:{found.package.id}",
        lang="",
        confidence=likeness.confidence,
        method=f"near-duplicate:{'same-text' if likeness.same else 'similar'}",
        tool="preserve",
        version=__version__,
        evidence=Evidence(one.path, None, None, said),
    )
