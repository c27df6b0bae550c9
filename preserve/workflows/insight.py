"""What the staged files are and what they say: identified and searched for proposals, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from preserve.describe.propose import propose
from preserve.model import Identification, Proposal
from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.workflows.tools import tools

FILES = 100
"""Files that one process looks into in one go."""

PROPOSE_FROM = 1024 * 1024
"""Titles, names and dates are looked for in the first MiB of a file."""


class _Portion(NamedTuple):
    tools: int
    start: int
    bag: str
    paths: list[str]
    sizes: list[int]
    mute: frozenset[str]


class _Seen(NamedTuple):
    start: int
    octets: int
    identifications: list[Identification]
    proposals: list[Proposal]


@dataclass(slots=True)
class Insight:
    """What was found out about the files, in their order."""

    identifications: list[Identification] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)


def look_into(
    number: int,
    bag: Path,
    files: Sequence[tuple[str, int]],
    mute: frozenset[str],
    crew: Crew,
    progress: Progress,
) -> Insight:
    """Look into *files* of the *bag*, bag paths with sizes, with the tools of this *number*.

    Those that are *mute* are about the documents and are none themselves: nothing is proposed from them.
    """
    found: dict[int, _Seen] = {}
    for seen in crew.work(_look, _portions(number, bag, files, mute)):
        found[seen.start] = seen
        progress.advance(len(seen.identifications), seen.octets)
    insight = Insight()
    for start in sorted(found):
        insight.identifications += found[start].identifications
        insight.proposals += found.pop(start).proposals
    return insight


def _portions(number: int, bag: Path, files: Sequence[tuple[str, int]], mute: frozenset[str]) -> Iterator[_Portion]:
    for start in range(0, len(files), FILES):
        some = files[start : start + FILES]
        paths = [path for path, _ in some]
        yield _Portion(number, start, str(bag), paths, [size for _, size in some], mute.intersection(paths))


def _look(portion: _Portion) -> _Seen:
    """The task of a member."""
    bag = Path(portion.bag)
    files = [(bag / path, path) for path in portion.paths]
    identifications = []
    proposals: list[Proposal] = []
    for (place, path), found in zip(files, tools(portion.tools).identifier.identify_many(files), strict=True):
        identifications.append(found)
        if path not in portion.mute:
            with place.open("rb") as stream:
                proposals += propose(path, stream.read(PROPOSE_FROM), found)
    return _Seen(portion.start, sum(portion.sizes), identifications, proposals)
