"""How far proposals can be trusted: precision and recall over the labelled texts in tests/describe/labelled.

    scripts/measure_proposals.py                  the tables, and each wrong proposal with its evidence
    scripts/measure_proposals.py --into docs/guide/packages.md      and put the tables between the marks in that page
    scripts/measure_proposals.py --show FOLDER    what is proposed for each file in FOLDER, with its evidence

A third of the texts, drawn by lot when they were written, is held out: the rules were made without looking at it.  Its
wrong proposals are listed only on request (``--held-out``).  The exit status is 1 where a field falls under the goal.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preserve.describe.proposals.propose import propose
from preserve.describe.record.compose import LANGUAGE_SHARE
from preserve.identify.identifier import Identifier
from preserve.model import Identification, Proposal

LABELLED = Path(__file__).resolve().parents[1] / "tests" / "describe" / "labelled"
BEGIN, END = "<!-- measured: made by scripts/measure_proposals.py -->", "<!-- end of what was measured -->"
SURE = 0.8
"""A proposal of this confidence or more is called sure."""
GOAL = 0.95
"""The precision that sure proposals must have, field by field."""
RECORD = "language (record)"
FIELDS = ("title", "creator", "date", "date as written", "language", RECORD, "publisher", "source", "abstract")
_DAY = len("2019-12-27")
_PASSAGES = "text:language-passages"
_FIELD_OF = {
    "dcterms:title": "title",
    "dcterms:creator": "creator",
    "dcterms:date": "date",
    "dcterms:created": "date",
    "dcterms:issued": "date",
    "dcterms:publisher": "publisher",
    "dcterms:source": "source",
    "dcterms:abstract": "abstract",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that was said of a text; *basis* is what it was concluded from."""

    field: str
    value: str
    confidence: float
    basis: str


@dataclass(frozen=True, slots=True)
class Text:
    """A labelled text: *truth* holds the right values of each field, *shares* those of its languages if it has several.

    *language* is its main one, "mixed" or "none".
    """

    name: str
    data: bytes
    truth: dict[str, frozenset[str]]
    shares: dict[str, float]
    language: str
    held_out: bool
    identification: Identification
    proposals: tuple[Proposal, ...]

    def claims(self) -> Iterator[Claim]:
        """All that is said of the text.  A date counts twice: as the text's own, and as a date that is written there.

        Languages are those of the passages; beside them stand those that are written into the record.  An abstract is
        right if it begins as the label says.
        """
        for found in self.identification.languages:
            is_sure = found.reliable and found.share >= LANGUAGE_SHARE
            yield Claim(RECORD, found.tag, 1.0 if is_sure else 0.5, f"{found.share:.0%} of the text")
        for proposal in self.proposals:
            basis = f"{proposal.method}: {' '.join(proposal.evidence.text.split())[:80]!r}"
            if proposal.method == _PASSAGES:
                yield Claim("language", proposal.value, proposal.confidence, f"{proposal.share:.0%} of the text")
            elif field := _FIELD_OF.get(proposal.field):
                value = _plain(proposal.value)[: _DAY if field == "date" else None]
                if field == "abstract":
                    value = next(filter(value.startswith, self.truth[field]), value)
                yield Claim(field, value, proposal.confidence, basis)
                if field == "date":
                    yield Claim("date as written", value, proposal.confidence, basis)


@dataclass(slots=True)
class Score:
    """How often a field was right, wrong, and silent where there was something to say."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was said that is right; 1 where nothing was said."""
        said = self.right + self.wrong
        return self.right / said if said else 1.0

    @property
    def recall(self) -> float:
        """The share of what was there to say that was said; 1 where there was nothing."""
        there = self.right + self.missed
        return self.right / there if there else 1.0


def texts() -> list[Text]:
    """All labelled texts, identified by the real probes and searched for proposals by the real code."""
    labels = tomllib.loads((LABELLED / "labels.toml").read_text(encoding="utf-8"))
    names = sorted(labels)
    files = [LABELLED / "texts" / name for name in names]
    with Identifier(workers=1) as identifier:
        known = list(identifier.identify_many((file, f"data/{file.name}") for file in files))
    found = []
    for name, file, identification in zip(names, files, known, strict=True):
        data = file.read_bytes()
        proposals = propose(identification.path, data, identification)
        languages = labels[name]["languages"]
        main = "mixed" if len(languages) > 1 else languages[0] if languages else "none"
        truth, shares = _truth(labels[name]), labels[name].get("shares", {})
        held_out = bool(labels[name].get("held_out"))
        found.append(Text(name, data, truth, shares, main, held_out, identification, proposals))
    return found


def _truth(label: dict[str, Any]) -> dict[str, frozenset[str]]:
    values = {
        "title": [label["title"]] if label["title"] else [],
        "creator": label["creators"],
        "date": label["dates"],
        "date as written": [*label["dates"], *label["other"]],
        "language": label["languages"],
        RECORD: label["languages"],
        "publisher": label["publishers"],
        "source": label["sources"],
        "abstract": [label["abstract"]] if label["abstract"] else [],
    }
    return {field: frozenset(map(_plain, values[field])) for field in FIELDS}


def _plain(value: object) -> str:
    return unicodedata.normalize("NFC", str(value))


def score(some: Iterable[Text], field: str, floor: float) -> Score:
    """How the claims of at least the confidence *floor* about *field* compare with the labels."""
    total = Score()
    for text in some:
        said = {claim.value for claim in text.claims() if claim.field == field and claim.confidence >= floor}
        total.right += len(said & text.truth[field])
        total.wrong += len(said - text.truth[field])
        total.missed += len(text.truth[field] - said)
    return total


def by_field(groups: dict[str, Sequence[Text]]) -> str:
    """A table in Markdown with a row for each field, and for each group of texts what is sure and what is all."""
    heads = [f"{name}, {words}" for name in groups for words in ("sure", "all")]
    lines = ["| Field | " + " | ".join(heads) + " |", "|---|" + "---|" * len(heads)]
    for field in FIELDS:
        scores = (score(some, field, floor) for some in groups.values() for floor in (SURE, 0.0))
        lines.append(f"| {field} | " + " | ".join(map(_shown, scores)) + " |")
    return "\n".join(lines)


def by_language(some: Sequence[Text]) -> str:
    """A table in Markdown with a row for each language: what is sure, field by field."""
    lines = ["| Texts | " + " | ".join(FIELDS) + " |", "|---|" + "---|" * len(FIELDS)]
    for language in sorted({text.language for text in some}):
        group = [text for text in some if text.language == language]
        cells = [_shown(score(group, field, SURE)) for field in FIELDS]
        lines.append(f"| {language} ({len(group)}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _shown(one: Score) -> str:
    said, there = one.right + one.wrong, one.right + one.missed
    precision = f"{one.precision:.2f}" if said else "–"
    recall = f"{one.recall:.2f}" if there else "–"
    return f"{precision} / {recall}"


def worst_share(some: Iterable[Text]) -> float:
    """The largest difference between the share of a language as labelled and as proposed, of texts in several."""
    return max(
        abs(share - sum(p.share or 0.0 for p in text.proposals if p.method == _PASSAGES and p.value == tag))
        for text in some
        for tag, share in text.shares.items()
    )


def errors(some: Iterable[Text]) -> Iterator[str]:
    """Each wrong claim with its evidence, the surest first, and what was missed among the sure ones."""
    listed = []
    for text in some:
        for claim in dict.fromkeys(text.claims()):
            # Dates that are not the text's own stand beside the others on purpose, as long as none of them is sure.
            is_candidate = claim.field == "date" and claim.confidence < SURE
            if claim.value not in text.truth[claim.field] and not is_candidate:
                listed.append((-claim.confidence, f"wrong {claim.confidence:.2f} {text.name} {claim.field}", claim))
    for _, head, claim in sorted(listed, key=lambda item: item[:2]):
        yield f"{head} = {claim.value!r} from {claim.basis}"


def missed(some: Iterable[Text]) -> Iterator[str]:
    """What the labels have and no sure claim says."""
    for text in some:
        for field in FIELDS:
            best = {
                c.value: c.confidence for c in sorted(text.claims(), key=lambda c: c.confidence) if c.field == field
            }
            for value in sorted(text.truth[field]):
                if field != "date as written" and best.get(value, 0.0) < SURE:
                    yield f"missed {text.name} {field} = {value!r} (proposed at {best.get(value, 0.0):.2f})"


def shown(folder: Path) -> Iterator[str]:
    """What is proposed for each file in the *folder*, and the bytes that it came from."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    with Identifier(workers=1) as identifier:
        for file, known in zip(files, identifier.identify_many((file, file.name) for file in files), strict=True):
            yield str(file.relative_to(folder))
            for one in propose(known.path, file.read_bytes(), known):
                share = "" if one.share is None else f", {one.share:.0%} of the text"
                span = "" if one.evidence.start is None else f", bytes {one.evidence.start}-{one.evidence.end}"
                yield f"  {one.confidence:.2f} {one.field} = {one.value!r} ({one.method}{share}{span})"


def milliseconds(some: Sequence[Text], rounds: int = 20) -> float:
    """Processor time for the proposals of one text; the least of several rounds, which noise touches least."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text in some:
            propose(text.identification.path, text.data, text.identification)
        best = min(best, time.process_time() - start)
    return best * 1000 / len(some)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-out", action="store_true", help="list what is wrong in the held-out third too")
    parser.add_argument("--missed", action="store_true", help="list what was there and is not said surely")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="put the tables between the marks in this page")
    parser.add_argument("--show", type=Path, metavar="FOLDER", help="only show what is proposed for the files there")
    options = parser.parse_args()
    if options.show:
        print("\n".join(shown(options.show)))
        return 0
    every = texts()
    tuned, held = [t for t in every if not t.held_out], [t for t in every if t.held_out]
    fields = by_field({f"All {len(every)}": every, f"held-out {len(held)}": held})
    languages = by_language(every)
    print(f"{fields}\n\n{languages}\n")
    print(f"{milliseconds(every):.3f} ms of processor time a text for proposals")
    print(f"{worst_share(every):.2f} is the largest error in the share of a language")
    listed = every if options.held_out else tuned
    for line in [*errors(listed), *(missed(listed) if options.missed else ())]:
        print(line)
    if options.into:
        page = options.into.read_text(encoding="utf-8")
        before, after = page[: page.index(BEGIN)], page[page.index(END) :]
        options.into.write_text(f"{before}{BEGIN}\n{fields}\n\n{languages}\n{after}", encoding="utf-8")
    return int(any(score(every, field, SURE).precision < GOAL for field in FIELDS))


if __name__ == "__main__":
    sys.exit(main())
