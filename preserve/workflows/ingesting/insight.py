"""What the staged files are and what they say: identified and searched for proposals, side by side."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, overload

from preserve.describe.proposals.propose import propose
from preserve.model import Identification, Proposal, StoredFile
from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.workflows.ingesting.sole import SoleText
from preserve.workflows.ingesting.tools import tools

FILES = 100
"""Files that one process looks into in one go."""

PROPOSE_FROM = 1024 * 1024
"""Titles, names and dates are looked for in the first MiB of a file."""


class _Portion(NamedTuple):
    tools: int
    start: int
    bag: str
    paths: list[str]
    octets: int
    mute: frozenset[str]
    whole: bool


class _Seen(NamedTuple):
    """What is alike in many files is there once: *distinct* identifications, and which of them each file has."""

    start: int
    octets: int
    distinct: list[Identification]
    each: list[int]
    proposals: bytes
    text: str


class Identifications(Sequence[Identification]):
    """What the *files* are, as a sequence: each Identification is made when somebody looks at it.

    Thousands of files differ in nothing but their paths; what they have in common is kept once.
    """

    def __init__(self, files: Sequence[StoredFile]) -> None:
        self._files = files
        self._known: dict[Identification, Identification] = {}
        self._alike: list[Identification] = [_NOTHING] * len(files)

    def put(self, start: int, distinct: Sequence[Identification], each: Sequence[int]) -> None:
        """The identifications, without paths, of the files from number *start* on."""
        kept = [self._known.setdefault(one, one) for one in distinct]
        self._alike[start : start + len(each)] = [kept[number] for number in each]

    def __len__(self) -> int:
        return len(self._alike)

    @overload
    def __getitem__(self, at: int) -> Identification: ...
    @overload
    def __getitem__(self, at: slice) -> list[Identification]: ...
    def __getitem__(self, at: int | slice) -> Identification | list[Identification]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        return replace(self._alike[at], path=self._files[at].path)

    def __iter__(self) -> Iterator[Identification]:
        return (replace(one, path=file.path) for one, file in zip(self._alike, self._files, strict=True))

    def distinct(self) -> Iterable[Identification]:
        """What is said of any file, without its path."""
        return self._known


_NOTHING = Identification("")


@dataclass(slots=True)
class Insight:
    """What was found out about the files, in their order.  The proposals wait packed until they are written.

    *text* is the line of the fingerprint of the one text that they are, or "".
    """

    identifications: Identifications
    packed: dict[int, bytes] = field(default_factory=dict)
    text: str = ""

    def proposals(self) -> Iterator[Proposal]:
        """What is proposed, file by file."""
        for start in sorted(self.packed):
            yield from pickle.loads(zlib.decompress(self.packed[start]))  # noqa: S301  our own process packed it


def look_into(
    number: int, bag: Path, files: Sequence[StoredFile], mute: frozenset[str], crew: Crew, progress: Progress
) -> Insight:
    """Look into the *files* of the *bag* with the tools of this *number*.

    Those that are *mute*, bag paths, are about the documents and are none themselves: nothing is proposed from them.
    """
    insight = Insight(Identifications(files))
    for seen in crew.work(_look, _portions(number, bag, files, mute)):
        insight.identifications.put(seen.start, seen.distinct, seen.each)
        insight.packed[seen.start] = seen.proposals
        insight.text = seen.text
        progress.advance(len(seen.each), seen.octets)
    return insight


def _portions(number: int, bag: Path, files: Sequence[StoredFile], mute: frozenset[str]) -> Iterator[_Portion]:
    for start in range(0, len(files), FILES):
        some = files[start : start + FILES]
        paths = [file.path for file in some]
        octets, whole = sum(file.size for file in some), len(some) == len(files)
        yield _Portion(number, start, str(bag), paths, octets, mute.intersection(paths), whole)


def _look(portion: _Portion) -> _Seen:
    """The task of a member."""
    bag = Path(portion.bag)
    files = [(bag / path, path) for path in portion.paths]
    distinct: dict[Identification, int] = {}
    each = []
    proposals: list[Proposal] = []
    sole = SoleText()
    for (place, path), found in zip(files, tools(portion.tools).identifier.identify_many(files), strict=True):
        each.append(distinct.setdefault(replace(found, path="", passages=()), len(distinct)))
        if path not in portion.mute:
            with place.open("rb") as stream:
                data = stream.read(PROPOSE_FROM)
            proposals += propose(path, data, found)
            sole.take(path, data, found)
    packed = zlib.compress(pickle.dumps(proposals, pickle.HIGHEST_PROTOCOL), 1)
    text = sole.line() if portion.whole else ""
    return _Seen(portion.start, portion.octets, list(distinct), each, packed, text)
