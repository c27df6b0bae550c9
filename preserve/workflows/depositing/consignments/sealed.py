"""The files of a package in the store, held against what was validated, octet by octet, while they are read.

What is expected of a file its manifests say, of these the tag manifests, and of all manifests the pins, which are kept
outside of the package.  No link is followed, and nothing outside of the very folder that was opened is read.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from preserve.bag import contents, listed_paths, manifests, matching, reading
from preserve.bag.bag_info import BagInfo
from preserve.bag.folders.reader import Reader
from preserve.bag.folders.source import open_folder
from preserve.bag.matching import Match
from preserve.bag.reading import Reading
from preserve.errors import BagError
from preserve.model import Package, PinnedDigest
from preserve.storage import digests
from preserve.storage.names import raw, shown

QUICK = "sha256"
"""What a file is verified by while it is read, if a manifest has it: most processors have instructions for it."""


class SealedFiles:
    """The files of *package*, which lies at *place*: all of them, and what each must be.

    They may be read by several threads.  ``BagError`` if the package is not the one that was pinned.
    """

    def __init__(self, place: Path, package: Package) -> None:
        self.package = package
        self.place = place
        with closing(open_folder(place)) as source:
            self._folder = source.reader.place
            there = contents.of(source)
            self._read = read = reading.read(source, there, package.pinned)
            if source.problems or there.links or there.others:
                raise self._differs("it holds what could not be read, or is no file")
        self._is_pinned(read, package.pinned)
        self._payload = _matches(read.payload_manifests, there.payload)
        self._tags = _matches(read.tag_manifests, there.tags)
        self._pins = {pin.path: {pin.algorithm: pin.value} for pin in package.pinned}
        self._are_all_listed(there)
        self.sizes = _in_order(there)
        self._known: dict[tuple[str, str], str] = {}
        self._local = threading.local()

    @property
    def info(self) -> BagInfo:
        """Its bag-info.txt."""
        return self._read.info

    @property
    def version(self) -> str:
        """The version of BagIt that it declares."""
        return self._read.declaration.version

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Those of its payload manifests."""
        return tuple(kind.algorithm for kind in self._read.kinds if not kind.is_tag)

    @property
    def has_payload(self) -> bool:
        """Whether it holds any documents."""
        return any(path.startswith(listed_paths.PAYLOAD) for path in reversed(self.sizes))

    def expected(self, path: str) -> Mapping[str, str]:
        """The digests that the file *path* must have, by their algorithms."""
        matches = self._payload if path.startswith(listed_paths.PAYLOAD) else self._tags
        found = dict(self._pins.get(path, {}))
        for match in matches:
            for value in match.expected(path):
                if found.setdefault(match.manifest.kind.algorithm, value.hex()) != value.hex():
                    raise self._differs(f"two manifests contradict each other about {shown(path)}")
        return found

    def blocks(self, path: str, start: int = 0) -> Iterator[bytes]:
        """The octets of the file *path* from *start*; ``BagError`` before the last block if it is not as expected."""
        expected = self.expected(path)
        algorithm = QUICK if QUICK in expected else next(reversed(tuple(expected)))
        state = digests.new(algorithm)
        position, size = 0, self.sizes[path]
        try:
            fd = self._reader().opened(path)
            try:
                while position < size and (block := os.read(fd, min(digests.BLOCK, size - position))):
                    state.update(block)
                    position += len(block)
                    if position == size:
                        break
                    if position > start:
                        yield block[start - position :] if position - start < len(block) else block
                if position < size or os.read(fd, 1) or state.hexdigest() != expected[algorithm]:
                    raise self._differs(f"{shown(path)} is not what was validated")
            finally:
                os.close(fd)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise self._differs(f"{shown(path)} cannot be read: {reason.lower()}") from error
        if position > start:
            yield block[start - position :] if position - start < len(block) else block

    def digest(self, path: str, algorithm: str) -> str:
        """The digest of the file *path*: what was promised, or else what was read once."""
        if promised := self.expected(path).get(algorithm):
            return promised
        if (path, algorithm) not in self._known:
            state = digests.new(algorithm)
            for block in self.blocks(path):
                state.update(block)
            self._known[path, algorithm] = state.hexdigest()
        return self._known[path, algorithm]

    def learn(self, paths: Sequence[str], algorithm: str) -> None:
        """Read those of the files *paths* whose digest by *algorithm* is not known, all in one go."""
        unknown = [
            path for path in paths if algorithm not in self.expected(path) and (path, algorithm) not in self._known
        ]
        quick = [path for path in unknown if QUICK in self.expected(path)]
        if not quick:
            return
        with closing(open_folder(self.place)) as source:
            for measured in source.measure(quick, (QUICK, algorithm)):
                found = {digest.algorithm: digest.value for digest in measured.digests}
                if found.get(QUICK) != self.expected(measured.path)[QUICK]:
                    raise self._differs(f"{shown(measured.path)} is not what was validated")
                self._known[measured.path, algorithm] = found[algorithm]

    def _reader(self) -> Reader:
        """The reader of the present thread, in the very folder that was opened first."""
        mine: Reader | None = getattr(self._local, "reader", None)
        if mine is None:
            mine = self._local.reader = _Closing.at(self._folder)
        return mine

    def _is_pinned(self, read: Reading, pinned: tuple[PinnedDigest, ...]) -> None:
        kinds = {kind.path for kind in read.kinds}
        same = all(read.digests.get(pin.path, {}).get(pin.algorithm) == pin.value for pin in pinned)
        if not pinned or kinds != {pin.path for pin in pinned} or not same:
            raise self._differs("its manifests are not those that were pinned")

    def _are_all_listed(self, there: contents.Contents) -> None:
        tags = [path for path in there.tags if not manifests.is_tag_manifest(path)]
        for matches, present in ((self._payload, there.payload), (self._tags, tags)):
            if any(match.missing for match in matches) or matching.unlisted(matches, present):
                raise self._differs("its manifests do not list the files that are there")

    def _differs(self, why: str) -> BagError:
        name = shown(self.package.name)
        return BagError(
            f"The package {name} is not what was validated: {why}.", hint=f"Look at it with: preserve validate {name}"
        )


class _Closing(Reader):
    """A reader that lets go of its folder when nobody holds it any more."""

    def __del__(self) -> None:
        self.close()


def _matches(given: tuple[manifests.Manifest, ...], present: Mapping[str, int]) -> list[Match]:
    normalised = matching.index(present)
    return [matching.match(manifest, present, normalised) for manifest in given if manifest.kind.known]


def _in_order(there: contents.Contents) -> dict[str, int]:
    """All files and their sizes; what says what the others must be comes first, so that one pass can judge them."""
    first = ["bagit.txt", *(kind.path for kind in there.manifests if kind.path != "bagit.txt"), "bag-info.txt"]
    order = dict.fromkeys(path for path in first if path in there.tags)
    order |= dict.fromkeys(sorted(there.tags, key=raw))
    order |= dict.fromkeys(sorted(there.payload, key=raw))
    return {path: (there.payload if path in there.payload else there.tags)[path] for path in order}


def opened(place: Path, package: Package) -> SealedFiles:
    """The files of *package*, which lies at *place*.  ``BagError`` if they cannot be read, or are not as pinned."""
    try:
        return SealedFiles(place, package)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise BagError(f"The package {shown(package.name)} cannot be read: {reason.lower()}.") from error
