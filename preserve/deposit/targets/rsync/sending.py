"""Sending by rsync into ``<label>.part/``; compared there by rsync itself, and by SHA-256, before it gets its name."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from preserve.deposit.given import Given
from preserve.deposit.ssh.hashing import ALGORITHM
from preserve.deposit.ssh.heap import PART, Heap, folders_of
from preserve.deposit.ssh.login import Login
from preserve.deposit.ssh.shelf import Shelf
from preserve.deposit.targets.rsync.program import PARTIAL, Ended, command, run
from preserve.deposit.targets.rsync.refusals import refusal, unwritten
from preserve.errors import DepositRefused, PreserveError, StoreUnwritable, TargetUnreachable
from preserve.ports.depositing import Piece
from preserve.storage import names, sizes

_LEFT = re.compile(r"((?:.*/)?)\.(.+)\.[A-Za-z0-9]{6}", re.DOTALL)
"""What rsync calls a file that it has not finished: after it was killed it stays."""


class Rsync(Shelf):
    """See ``DepositTarget``."""

    def __init__(self, given: Given, login: Login, *, by_bytes: bool) -> None:
        super().__init__(login, given.text("path"), by_bytes=by_bytes)
        self._scratch = given.scratch
        self._rate = sizes.read_rate(given.text("bwlimit")) if given.text("bwlimit") else 0

    def check(self) -> str:
        """See ``DepositTarget``.  The program is run as it is to send, with nothing to be sent."""
        told = super().check()
        ended = run(command(self.login, Path(os.sep), os.fsdecode(self.far.base()), ["--dry-run"], 0), b"")
        if ended.status:
            place = self.far.base().decode("utf-8", "surrogateescape")
            raise refusal(ended, self.login, place) or unwritten(ended, self.login, place)
        return f"{told}; rsync"

    def part(self, whole: Heap) -> Heap:
        """A folder, also for one file: rsync keeps more than the file itself while it works."""
        return Heap(whole.far, whole.what, whole.what.label + PART, folder=True)

    def publish(self, part: Heap, whole: Heap) -> None:
        """See ``Shelf``."""
        if whole.folder:
            super().publish(part, whole)
        else:
            self.far.rename(part.path(whole.name), whole.name)
            self.far.drop_folder(part.name)

    def bring(self, part: Heap) -> None:
        """See ``Shelf``."""
        pieces = list(part.what.pieces())
        self._refuse_strangers(part, pieces, left=True)
        self.far.make_folder(part.name)
        with self._lying(part, pieces) as folder:
            self._run(part, folder, pieces, [])
            self._tidy(part, pieces)
            self._refuse_strangers(part, pieces, left=False)
            said = self._run(part, folder, pieces, ["--checksum", "--dry-run", "--itemize-changes"]).said
        if other := [line for line in said.splitlines() if line.startswith(("<", ">", "c"))]:
            raise self._other(part, f"rsync would send {len(other):,} files or folders anew")
        self._compare(part, pieces)
        self.far.settle(part.name, at_once=True)

    def _run(self, part: Heap, folder: Path, pieces: Sequence[Piece], more: Sequence[str]) -> Ended:
        there = os.fsdecode(self.far.absolute(part.name))
        # A name that begins with # would be a remark.
        listed = b"".join(b"./" + names.raw(piece.path) + b"\0" for piece in pieces)
        ended = run(command(self.login, folder, there, more, self._rate), listed)
        if ended.status:
            raise self._failed(ended, part, pieces)
        return ended

    @contextmanager
    def _lying(self, part: Heap, pieces: Sequence[Piece]) -> Iterator[Path]:
        """A folder in which all *pieces* lie by their paths: their own, or one in the scratch folder meanwhile."""
        if (own := _common(pieces)) is not None:
            yield own
            return
        spool = self._scratch / part.what.label
        try:
            for piece in pieces:
                _write(piece, spool / piece.path)
            yield spool
        finally:
            shutil.rmtree(spool, ignore_errors=True)

    def _refuse_strangers(self, part: Heap, pieces: Iterable[Piece], *, left: bool) -> None:
        """``DepositRefused`` if something lies in *part* that is none of *pieces*, nor, with *left*, rsync's own."""
        expected = {piece.path for piece in pieces}
        strangers = part.sizes().keys() - expected
        if left:
            strangers -= set(_leftovers(strangers, expected))
        if strangers:
            raise DepositRefused(
                f"In {names.shown(part.name)} at {self.login.server} lies what is not of this package: "
                f"{names.shown(min(strangers)) or 'it is something else'}.",
                hint=f"Have a look, and have {names.shown(part.name)} taken away there; then run the command again.",
            )

    def _tidy(self, part: Heap, pieces: Iterable[Piece]) -> None:
        """Take away what rsync left there when it was killed, which is nothing but beginnings of *pieces*."""
        expected = {piece.path for piece in pieces}
        for path in _leftovers(part.sizes(), expected):
            place = part.path(path)
            if path.rpartition("/")[2] == PARTIAL:
                folder = path[: -len(PARTIAL)]
                for name in self.far.files(place, (), len(expected)):
                    if folder + name in expected:
                        self.far.remove(f"{place}/{name}")
                self.far.drop_folder(place)
            else:
                self.far.remove(place)

    def _compare(self, part: Heap, pieces: Sequence[Piece]) -> None:
        """What arrived, against what was validated: rsync only knows what it read."""
        asked = [(part.path(piece.path), piece.size) for piece in pieces]
        for piece, found in zip(pieces, self.hashing.of(asked, lambda *_: None), strict=True):
            if found.digest != piece.digest(ALGORITHM):
                _read(piece)  # BagError, if the package here is not what was validated
                raise self._other(part, f"the SHA-256 of {names.shown(piece.path)} differs")

    def _other(self, part: Heap, why: str) -> TargetUnreachable:
        return TargetUnreachable(
            f"What arrived at {self.login.server} in {names.shown(part.name)} is not what was sent: {why}.",
            hint="Tell those who run the server: a disk there may be damaged. "
            "Run the command again, and what is not as it was sent is sent anew.",
        )

    def _failed(self, ended: Ended, part: Heap, pieces: Iterable[Piece]) -> PreserveError:
        """What it is called that rsync did not come to a good end."""
        told = refusal(ended, self.login, part.name)
        if told is None:
            for piece in pieces:
                _read(piece)  # BagError, if it is our own file that cannot be read
            told = unwritten(ended, self.login, part.name)
        return told


def _common(pieces: Iterable[Piece]) -> Path | None:
    """The folder in which all *pieces* lie by their paths, if there is one."""
    found: set[str] = set()
    for piece in pieces:
        place = piece.place()
        if place is None or not str(place).endswith(f"/{piece.path}") or len(found) > 1:
            return None
        found.add(str(place)[: -len(piece.path) - 1])
    return Path(found.pop()) if len(found) == 1 else None


def _write(piece: Piece, place: Path) -> None:
    """Write *piece* to *place*, always with the same time: by that and its size rsync knows what it has sent before."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            for block in piece.blocks():
                file.write(block)
        os.utime(place, (0, 0))
    except OSError as error:
        raise StoreUnwritable(
            f"There is no writing to {place.parent}: {(error.strerror or str(error)).lower()}.",
            hint="rsync sends files: what is one tar or zip must be written here before. Make room, or use type sftp.",
        ) from error


def _read(piece: Piece) -> None:
    for _ in piece.blocks():
        pass


def _leftovers(paths: Iterable[str], expected: Iterable[str]) -> list[str]:
    """Those of *paths* that rsync made while it wrote one that is *expected*."""
    known = set(expected)
    folders = {"", *(f"{folder}/" for folder in folders_of(known))}

    def is_left(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        unfinished = _LEFT.fullmatch(path)
        return (name == PARTIAL and f"{folder}/".lstrip("/") in folders) or (
            unfinished is not None and unfinished[1] + unfinished[2] in known
        )

    return [path for path in paths if is_left(path)]
