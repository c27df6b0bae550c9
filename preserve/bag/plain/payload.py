"""The payload of a plain bag: every file that is listed is read once, and every file that is there is counted."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat

from preserve.bag.bag_info import Oxum
from preserve.bag.folders import sharing
from preserve.bag.folders.reader import Read
from preserve.bag.folders.source import FolderSource
from preserve.bag.plain import checking, chunks
from preserve.bag.plain.checking import Checked, Chunk, Odd, Walk, Walked
from preserve.bag.plain.outside import Outside, payload_manifest, payload_manifest_blocks
from preserve.bag.sittings.reading import resumed
from preserve.model import Problem
from preserve.ports import Progress
from preserve.storage import digests
from preserve.storage.distinct import Distinct

_FEW = 512
"""Files, and half as many MiB, up to which sharing the work costs more than it gains."""


@dataclass(slots=True)
class Payload:
    """What was found in the payload.

    *odd* are the files that are not as their lines say.  *large* ones come last.  *names* are warnings.
    """

    source: FolderSource
    bag: Outside
    octets: int = 0
    files: int = 0
    names: list[Problem] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    large: list[Odd] = field(default_factory=list)

    def read(self, progress: Progress | None) -> bool:
        """Read all of it; whether the files that are there are the files that are listed.  Errors as ``look``."""
        walked, hashes, folded = Walked(0, 0), 0, Distinct()
        for found in self._answers():
            if isinstance(found, Walked):
                walked = found
                continue
            self._take(found)
            hashes += found.hashes
            folded.add(array("q", found.folded))
            if progress:
                later = sum(odd.read.size for odd in found.large)
                progress.advance(found.files - len(found.large), found.octets - later)
        if self.large:
            self._read_the_large(progress)
        return walked == Walked(self.files, hashes) and folded.all_differ()

    @property
    def oxum(self) -> Oxum:
        """How much is there."""
        return Oxum(self.octets, self.files)

    def _answers(self) -> Iterator[Walked | Checked]:
        reader, crew, promised = self.source.reader, self.source.crew, self.bag.promised
        if 0 < promised.files < _FEW and promised.octets < _FEW << 19:
            return map(partial(checking.do, reader), (Walk(), self._in_one()))
        manifest = self._manifest_size()
        tasks = self._tasks(chunks.size_for(manifest, crew.size))
        if crew.alone or (not promised.files and manifest < _FEW * 100):
            return map(partial(checking.do, reader), tasks)
        return crew.work(checking.do_at, zip(repeat(reader.place), tasks, strict=False), again=True)

    def _in_one(self) -> Chunk:
        """The whole of every manifest."""
        bag = self.bag
        return Chunk(
            bag.layout.algorithms,
            tuple(payload_manifest(bag, kind) for kind in bag.layout.payload),
            bag.declared.modern,
        )

    def _manifest_size(self) -> int:
        """Octets of the first manifest, by which the work is cut."""
        return os.stat(self.bag.layout.payload[0].path, dir_fd=self.source.reader.root, follow_symlinks=False).st_size

    def _tasks(self, size: int) -> Iterator[Walk | Chunk]:
        """The payload itself, and the manifests piece by piece."""
        yield Walk()
        bag, algorithms = self.bag, self.bag.layout.algorithms
        widths = [digests.hex_length(name) for name in algorithms]
        manifests = [payload_manifest_blocks(self.source, bag, kind) for kind in bag.layout.payload]
        sitting = self.source.manner.sitting
        if sitting is None:
            for texts in chunks.lockstep(manifests, widths, size):
                yield Chunk(algorithms, texts, bag.declared.modern)
            return
        for texts in chunks.lockstep(manifests, widths, sitting.cut(size)):
            key = chunks.key_of(texts)
            states = sitting.piece(key)
            yield Chunk(algorithms, texts, bag.declared.modern, key if states or sitting.takes_small else "", states)

    def _take(self, found: Checked) -> None:
        self.files += found.files
        self.octets += found.octets
        self.names += found.names
        self.odd += found.odd
        self.large += found.large
        sitting = self.source.manner.sitting
        if sitting is not None and found.untouched:
            small = found.octets - sum(odd.read.size for odd in found.large)
            sitting.take_piece(found.key, found.files - len(found.large), small)
        elif sitting is not None and found.states:
            sitting.note_piece(found.key, found.states)

    def _read_the_large(self, progress: Progress | None) -> None:
        expected = {odd.read.path: odd for odd in self.large}
        algorithms = self.bag.layout.algorithms

        def large(paths: list[str]) -> Iterator[Read]:
            waiting = [expected[path].read for path in paths]
            return sharing.read_the_large(self.source.reader, waiting, algorithms, self.source.crew)

        for read in resumed(self.source.manner.sitting, self.source.reader, expected, algorithms, large):
            odd = expected[read.path]
            self.octets += read.size - odd.read.size
            if read.values != odd.expected:
                self.odd.append(Odd(odd.expected, read))
            if progress:
                progress.advance(1, read.size)
