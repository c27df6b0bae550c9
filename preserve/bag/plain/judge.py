"""The judgement on a plain bag: what ``preserve.bag.judge`` would say, found by a shorter way."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from preserve.bag import bag_info, completeness, contents, declaration, fetch_list, matching, naming, reading, verifying
from preserve.bag.bag_info import Oxum
from preserve.bag.contents import Contents, TagFiles
from preserve.bag.declaration import Declaration
from preserve.bag.folders import sharing
from preserve.bag.folders.reader import Read
from preserve.bag.folders.source import FolderSource, measured
from preserve.bag.judge import Judgement, version_problems
from preserve.bag.manifests import Kind
from preserve.bag.plain import checking, chunks
from preserve.bag.plain.checking import Checked, Chunk, Odd, Walk, Walked
from preserve.bag.plain.chunks import NotPlain
from preserve.bag.plain.distinct import Distinct
from preserve.bag.source import Measured
from preserve.errors import BagError
from preserve.model import PinnedDigest, Problem
from preserve.ports import Progress
from preserve.storage import digests

_VERSIONS = ("0.97", "1.0")
_MOST_TAG_FILES = 10_000
_ALONE = 512
"""Files, and MiB, up to which sharing the work costs more than it gains."""


@dataclass(slots=True)
class Outcome:
    """The judgement; or, for a bag that is not plain after all, what was read of it."""

    judgement: Judgement | None = None
    known: dict[str, Measured] | None = None
    """The files that are not as their manifests say.  All other listed files are right.  None: nothing was read."""


def judge(
    source: FolderSource, *, pinned: Sequence[PinnedDigest], expected_version: str, progress: Progress | None
) -> Outcome:
    """Judge the bag in *source* if it is a plain one."""
    try:
        bag = _opened(source, pinned)
        payload = _Payload(source, bag, progress)
        plain = payload.read()
    except (NotPlain, OSError, BagError):  # what cannot be read is told by the other judge
        return Outcome()
    if not plain:
        return Outcome(known={odd.read.path: measured(odd.read, bag.algorithms) for odd in payload.odd})
    return Outcome(_judgement(source, bag, payload, pinned, expected_version))


@dataclass(frozen=True, slots=True)
class _Bag:
    """What stands outside the payload, before anything was compared."""

    there: Contents
    files: TagFiles
    declared: Declaration
    info: bag_info.BagInfo
    payload: tuple[Kind, ...]

    @property
    def algorithms(self) -> tuple[str, ...]:
        return tuple(kind.algorithm for kind in self.payload)

    @property
    def promised(self) -> Oxum:
        """The Payload-Oxum, as far as it is there, to judge by how much work there is."""
        values = self.info.values(bag_info.OXUM)
        return (bag_info.oxum(values[0]) if values else None) or Oxum(0, 0)


def _opened(source: FolderSource, pinned: Sequence[PinnedDigest]) -> _Bag:
    there = _outside_the_payload(source)
    kinds = there.manifests
    payload = tuple(kind for kind in kinds if not kind.is_tag)
    proper = all(kind.known and kind.path == kind.normal_path for kind in kinds)
    if not proper or not payload or there.tags.keys() & {fetch_list.NAME, bag_info.OLD_NAME}:
        raise NotPlain
    files = reading.tag_files(source, there, pinned)
    data = files.read(declaration.NAME)
    declared = Declaration() if data is None else declaration.parse(data)
    if declared.problems or declared.version not in _VERSIONS or declared.codec != "utf-8":
        raise NotPlain
    return _Bag(there, files, declared, reading.info(files, declared), payload)


def _outside_the_payload(source: FolderSource) -> Contents:
    """Every tag file and every folder for them."""
    there = Contents()
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        files, folders = checking.listing(source.reader, folder)
        within = f"{folder}/" if folder else ""
        there.tags.update(dict.fromkeys((within + name for name in files), 0))
        for name in folders:
            path = within + name
            there.folders.add(path)
            if path.lower() != "data":
                waiting.append(path)
            elif path != "data":
                raise NotPlain
        if len(there.tags) > _MOST_TAG_FILES:
            raise NotPlain
    if "data" not in there.folders:
        raise NotPlain
    return there


@dataclass(slots=True)
class _Payload:
    """Reads the payload and its manifests, each once."""

    source: FolderSource
    bag: _Bag
    progress: Progress | None
    octets: int = 0
    names: list[Problem] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    large: list[Odd] = field(default_factory=list)
    files: int = 0

    def read(self) -> bool:
        """Check everything; whether the files that are there are the files that are listed."""
        promised = self.bag.promised
        if self.progress:
            self.progress.start(f"Checking {self.source.name}", promised.files, promised.octets)
        walked, hashes, folded = Walked(0, 0), 0, Distinct()
        try:
            for found in self._answers():
                if isinstance(found, Walked):
                    walked = found
                    continue
                hashes += found.hashes
                folded.add(array("q", found.folded))
                self._take(found)
            self._read_the_large()
        finally:
            if self.progress:
                self.progress.finish()
        return (walked.files, walked.hashes) == (self.files, hashes) and folded.all_differ()

    def _answers(self) -> Iterator[Walked | Checked]:
        source = self.source
        if source.crew.alone or self._is_small():
            return map(partial(checking.do_with, source.reader), self._tasks(1))
        return source.crew.work(checking.do, self._tasks(source.crew.size), again=True)

    def _is_small(self) -> bool:
        promised = self.bag.promised
        return self._manifest_size() < _ALONE * 100 and promised.octets < _ALONE << 20 and promised.files < _ALONE

    def _manifest_size(self) -> int:
        return os.stat(self.bag.payload[0].path, dir_fd=self.source.reader.root, follow_symlinks=False).st_size

    def _tasks(self, members: int) -> Iterator[Walk | Chunk]:
        place = self.source.reader.place
        yield Walk(place)
        manifests = [self._blocks(kind) for kind in self.bag.payload]
        algorithms = self.bag.algorithms
        size = chunks.size_for(self._manifest_size(), members)
        for texts in chunks.lockstep(manifests, [digests.hex_length(name) for name in algorithms], size):
            yield Chunk(place, algorithms, texts, self.bag.declared.modern)

    def _blocks(self, kind: Kind) -> Iterator[bytes]:
        """A payload manifest, digested while it is read."""
        hasher = digests.Hasher(self.bag.files.algorithms)
        for block in self.source.blocks(kind.path, contents.limit(kind.path)):
            hasher.update(block)
            yield block
        self.bag.files.note(kind.path, hasher.digests())

    def _take(self, found: Checked) -> None:
        self.files += found.files
        self.octets += found.octets
        self.names += found.names
        self.odd += found.odd
        self.large += found.large
        if self.progress:
            self.progress.advance(
                found.files - len(found.large), found.octets - sum(odd.read.size for odd in found.large)
            )

    def _read_the_large(self) -> None:
        expected = {odd.read.path: odd for odd in self.large}
        waiting = [odd.read for odd in expected.values()]
        reads = sharing.read_the_large(self.source.reader, waiting, self.bag.algorithms, self.source.crew)
        for read in reads:
            odd = expected[read.path]
            self.octets += read.size - odd.read.size
            if read.values != odd.expected:
                self.odd.append(Odd(odd.expected, read))
            if self.progress:
                self.progress.advance(1, read.size)


def _judgement(
    source: FolderSource, bag: _Bag, payload: _Payload, pinned: Sequence[PinnedDigest], expected_version: str
) -> Judgement:
    read = reading.read_tags(bag.files, bag.declared, bag.info, pinned)
    normalised = matching.index(bag.there.tags)
    tags = [matching.match(manifest, bag.there.tags, normalised) for manifest in read.tag_manifests]
    wanted = {path for match in tags for path in match.missing}
    there = Oxum(payload.octets, payload.files)
    problems = [
        *read.problems,
        *contents.judge(bag.there, wanted),
        *(problem for match in tags for problem in match.problems),
        *completeness.of_tags(read, bag.there, tags),
        *completeness.oxum(read, there, completeness.SOMETHING_GREW),
        *naming.judge([*bag.there.tags, *wanted]),
        *payload.names,
        *_mismatches(payload.odd, bag.payload),
        *verifying.verify(source, bag.there, (), tags, read.digests, None),
        *verifying.pins(pinned, bag.there, read.digests),
        *version_problems(bag.declared.version, expected_version),
        *source.problems,
    ]
    found = reading.inspection(read, bag.there, source.serialization, there)
    return Judgement(found, tuple(dict.fromkeys(problems)))


def _mismatches(odd: Iterable[Odd], kinds: Sequence[Kind]) -> Iterator[Problem]:
    for one in sorted(odd, key=lambda odd: odd.read.path):
        yield from _mismatch(one.read, one.expected, kinds)


def _mismatch(read: Read, expected: Sequence[str], kinds: Sequence[Kind]) -> Iterator[Problem]:
    failure = measured(read, ()).failure
    if failure:
        yield failure
        return
    for kind, wanted, found in zip(kinds, expected, read.values, strict=True):
        if wanted != found:
            yield verifying.mismatch(read.path, kind, wanted, found)
