"""Values set aside on disk: there may be more of them than should be in memory at once."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Generic, Self, TypeVar

Value = TypeVar("Value")


class Spool(Generic[Value]):
    """Values that can be gone through again and again, in the order in which they were added.

    They lie in a file in *folder* that has no name, so nobody else can reach it, and nothing stays behind however this
    process ends.  ``OSError`` if the disk is full, or the folder cannot be written.  Close it, or use it as a context
    manager.
    """

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  closed by close

    def add(self, value: Value) -> None:
        """Set *value* aside, behind the others."""
        pickle.dump(value, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[Value]:
        """All values, one after the other.  Nothing may be added before the last has come."""
        self._file.seek(0)
        while True:
            try:
                value = pickle.load(self._file)  # noqa: S301  nobody but this process can have written it
            except EOFError:
                return
            yield value

    def close(self) -> None:
        """Give the room on the disk back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
