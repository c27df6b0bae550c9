"""The files of a package after they were copied, in the order of their bag paths, in little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import overload

from preserve.model import Digest, SourceFiles, StoredFile
from preserve.storage import digests, names


class StoredFiles(Sequence[StoredFile]):
    """The copies of *files*, with the digests that were ``put`` here, as a sequence of ``StoredFile``.

    A million StoredFile fill a gigabyte; here a file adds its bare digests to what the survey knows of it, and each
    StoredFile is made when somebody looks at it.  *more* are further algorithms of some files, by path.
    """

    def __init__(self, files: SourceFiles, algorithms: tuple[str, ...], more: Mapping[str, tuple[str, ...]]) -> None:
        self._files = files
        self._algorithms = algorithms
        self._more = more
        self._widths = [digests.hex_length(name) // 2 for name in algorithms]
        self._row = sum(self._widths)
        self._values = bytearray(self._row * len(files))
        self._others: dict[int, tuple[Digest, ...]] = {}
        self._order: Sequence[int] = range(len(files))
        self._as_they_came = all(left <= right for left, right in pairwise(self._paths()))
        if not self._as_they_came:  # an escaped name sorts elsewhere
            self._order = sorted(self._order, key=self._path)

    def put(self, start: int, found: Sequence[Sequence[str]]) -> None:
        """The digests in hex of the files from number *start* on, in the order of their algorithms."""
        for number, values in enumerate(found, start):
            row = bytes.fromhex("".join(values[: len(self._widths)]))
            self._values[number * self._row : (number + 1) * self._row] = row
            if len(values) > len(self._widths):
                wanted = dict.fromkeys((*self._algorithms, *self._more[self._files.path(number)]))
                self._others[number] = tuple(map(Digest, wanted, values))

    def lines(self, algorithm: str) -> Iterator[tuple[str, str]]:
        """Digest and bag path of each file, for the manifest of this *algorithm*."""
        column = self._algorithms.index(algorithm)
        first, width = sum(self._widths[:column]), self._widths[column]
        paths = self._paths() if self._as_they_came else map(self._path, self._order)
        for number, path in zip(self._order, paths, strict=True):
            start = number * self._row + first
            yield self._values[start : start + width].hex(), path

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, at: int) -> StoredFile: ...
    @overload
    def __getitem__(self, at: slice) -> list[StoredFile]: ...
    def __getitem__(self, at: int | slice) -> StoredFile | list[StoredFile]:
        if isinstance(at, slice):
            return [self._stored(number) for number in self._order[at]]
        return self._stored(self._order[at])

    def __iter__(self) -> Iterator[StoredFile]:
        return map(self._stored, self._order)

    def _paths(self) -> Iterator[str]:
        return map(names.payload_path, self._files.paths())

    def _path(self, number: int) -> str:
        return names.payload_path(self._files.path(number))

    def _stored(self, number: int) -> StoredFile:
        file = self._files[number]
        found = self._others.get(number) or self._digests(number)
        return StoredFile(self._path(number), file.path, file.size, file.mtime_ns, found)

    def _digests(self, number: int) -> tuple[Digest, ...]:
        start = number * self._row
        found = []
        for name, width in zip(self._algorithms, self._widths, strict=True):
            found.append(Digest(name, self._values[start : start + width].hex()))
            start += width
        return tuple(found)
