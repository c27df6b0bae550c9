"""A writer of bags that shares no line with ours: what is measured must not be made by what is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

ALGORITHMS = ("sha256", "sha512")


class Bag:
    """A BagIt 1.0 bag in the making; as a context manager, whole when it is left without an error.

    Manifests grow line by line as files come, so that a million files need no more memory than one.  The files come
    in the order of their paths, once each; names need no escape.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "data").mkdir(parents=True)
        self._folder = root / "data"
        self._manifests: dict[str, BinaryIO] = {
            name: (root / f"manifest-{name}.txt").open("wb", buffering=1 << 18) for name in ALGORITHMS
        }
        self._files = self._bytes = 0

    def add(self, path: str, blocks: Iterable[bytes]) -> None:
        """Write *blocks* to *path* below ``data/`` and list it."""
        place = self.root / "data" / path
        if place.parent != self._folder:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._folder = place.parent
        hashers = [hashlib.new(name) for name in ALGORITHMS]
        with place.open("xb", buffering=0) as file:
            for block in blocks:
                file.write(block)
                self._bytes += len(block)
                for hasher in hashers:
                    hasher.update(block)
        self._files += 1
        for name, hasher in zip(ALGORITHMS, hashers, strict=True):
            self._manifests[name].write(f"{hasher.hexdigest()}  data/{path}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._manifests.values():
            file.close()
        if error is None:
            self._write_tag_files()

    def _write_tag_files(self) -> None:
        (self.root / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        info = f"Bagging-Date: 2026-01-01\nPayload-Oxum: {self._bytes}.{self._files}\n"
        (self.root / "bag-info.txt").write_bytes(info.encode())
        tags = sorted(["bagit.txt", "bag-info.txt", *(f"manifest-{name}.txt" for name in ALGORITHMS)])
        for name in ALGORITHMS:
            lines = [f"{_digest(self.root / tag, name)}  {tag}\n" for tag in tags]
            (self.root / f"tagmanifest-{name}.txt").write_text("".join(lines), "ascii")


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
