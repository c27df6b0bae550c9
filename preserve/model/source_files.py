"""The files of a transfer in little memory: a million of them are gone through several times."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import overload

_EXACTLY = "surrogatepass"
"""Any ``str`` can be kept, whatever stray bytes it stands for."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A regular file of a transfer, as the walk saw it.  *path* is relative to the transfer's payload.

    *ctime_ns* tells a file that was written to and got its old time back; 0 where nobody looked.
    """

    path: str
    source: str
    size: int
    mtime_ns: int
    inode: int
    device: int
    ctime_ns: int = field(default=0, compare=False)


class SourceFiles(Sequence[SourceFile]):
    """Files in the order in which they were added, or of their paths once ``sort`` was called.

    As objects they take half a kilobyte each, most of it said again and again.  Here a file is its name and five
    numbers, some sixty octets, and each ``SourceFile`` is made when somebody looks at it.
    """

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __init__(self, files: Iterable[SourceFile] = ()) -> None:
        self._homes: list[tuple[str, str]] = []
        self._known: dict[tuple[str, str], int] = {}
        self._home_of = array("I")
        self._names = bytearray()
        self._ends = array("Q")
        self._sizes, self._mtimes, self._ctimes = array("q"), array("q"), array("q")
        self._inodes, self._devices = array("Q"), array("Q")
        self._odd: dict[int, SourceFile] = {}
        self._order: array[int] | None = None
        self.extend(files)

    def append(self, file: SourceFile) -> None:
        """Add one more."""
        folder, slash, name = file.path.rpartition("/")
        place, bar, same = file.source.rpartition("/")
        number = len(self._ends)
        values = (file.size, file.mtime_ns, file.ctime_ns, file.inode, file.device)
        try:
            for column, value in zip(self._columns(), values, strict=True):
                column.append(value)
            fits = name == same
        except OverflowError:  # a date after 2262
            fits = False
        if not fits:
            self._odd[number] = file
            for column in self._columns():
                column[number:] = array(column.typecode, (0,))
        home = (folder + slash, place + bar)
        index = self._known.get(home)
        if index is None:
            index = self._known[home] = len(self._homes)
            self._homes.append(home)
        self._home_of.append(index)
        self._names += name.encode("utf-8", _EXACTLY)
        self._ends.append(len(self._names))
        if self._order is not None:
            self._order.append(number)

    def extend(self, files: Iterable[SourceFile]) -> None:
        """Add some more."""
        for file in files:
            self.append(file)

    def sort(self) -> None:
        """Put them in the order of their paths."""
        self._order = None
        if any(left > right for left, right in pairwise(self.paths())):
            paths = list(self.paths())
            self._order = array("Q", sorted(range(len(self)), key=paths.__getitem__))

    def paths(self) -> Iterator[str]:
        """The path of each, without the rest."""
        return self._paths_as_added() if self._order is None else map(self._path, self._order)

    def octets(self) -> int:
        """The sum of the sizes."""
        return sum(self._sizes) + sum(file.size for file in self._odd.values())

    def is_same(self, other: SourceFiles) -> bool:
        """Whether *other* is made of the very same values, ctime included, added in the same order.

        Quick, and False at times where every single file is equal.
        """
        return (
            not (self._odd or other._odd)
            and (self._homes, self._home_of) == (other._homes, other._home_of)
            and (self._names, self._ends) == (other._names, other._ends)
            and self._columns() == other._columns()
        )

    def __len__(self) -> int:
        return len(self._ends)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SourceFiles):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    @overload
    def __getitem__(self, at: int) -> SourceFile: ...
    @overload
    def __getitem__(self, at: slice) -> list[SourceFile]: ...
    def __getitem__(self, at: int | slice) -> SourceFile | list[SourceFile]:
        numbers = self._numbers()
        return [self._file(number) for number in numbers[at]] if isinstance(at, slice) else self._file(numbers[at])

    def __iter__(self) -> Iterator[SourceFile]:
        return map(self._file, self._numbers())

    def path(self, at: int) -> str:
        """The path of the file at this place, without the rest."""
        return self._path(self._numbers()[at])

    def _numbers(self) -> Sequence[int]:
        return range(len(self)) if self._order is None else self._order

    def _name(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._names[start : self._ends[number]].decode("utf-8", _EXACTLY)

    def _path(self, number: int) -> str:
        return self._homes[self._home_of[number]][0] + self._name(number)

    def _file(self, number: int) -> SourceFile:
        if self._odd and number in self._odd:
            return self._odd[number]
        folder, place = self._homes[self._home_of[number]]
        name = self._name(number)
        return SourceFile(
            folder + name,
            place + name,
            self._sizes[number],
            self._mtimes[number],
            self._inodes[number],
            self._devices[number],
            self._ctimes[number],
        )

    def _paths_as_added(self) -> Iterator[str]:
        start = 0
        for home, end in zip(self._home_of, self._ends, strict=True):
            yield self._homes[home][0] + self._names[start:end].decode("utf-8", _EXACTLY)
            start = end

    def _columns(self) -> tuple[array[int], ...]:
        """What is kept of each file beside its name; nothing but zeros for an odd one."""
        return self._sizes, self._mtimes, self._ctimes, self._inodes, self._devices
