"""A folder of packages, of which one can be put into its place whole, also where something lies there already.

    <store>/.preserve/mending/<name>/     from the moment in which it is decided until it is recorded
        word.json                         which of the two is the new one, and what is to be recorded
        bag/                              the new one; after the step, the former one
        former/                           the former one, once all is swapped
    <store>/.preserve/set-aside/<name>/<time>/   what was in the former one and is not in the new one

A run that dies before that folder is in its place has changed nothing; what one leaves that dies after it is finished
by the next (``docs/decisions/0020-copies-and-mending.md``).  The caller holds the store's lock where that is said.
"""

from __future__ import annotations

import filecmp
import json
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from preserve.bag.rules import TAG_FILE_UNLISTED
from preserve.bag.sealing.errors import store_errors
from preserve.bag.sealing.staging import Workroom, remove_tree
from preserve.bag.validate import Options, validate
from preserve.errors import BagError
from preserve.model import PinnedDigest
from preserve.storage import durable, names

BAG = "bag"
_FORMER = "former"
_WORD = "word.json"
_NOTHING = -1


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands in ``word.json``: the *mark* of the new folder, what to record, and what to do with the former one.

    *aside* is the name under which what is left of the former one is kept, "" if it is not.  *pinned* are the manifests
    of the new one: where a file system gives its folders other numbers after a crash, their bytes tell which it is.
    """

    mark: str
    text: str
    aside: str
    pinned: Sequence[Sequence[str]]

    def is_at(self, place: Path) -> bool:
        """Whether the new one is at *place*, by its mark."""
        return _mark(place) == self.mark

    def is_whole_at(self, place: Path) -> bool:
        """Whether what is at *place* is the new one, by every byte."""
        if place.is_symlink() or not place.is_dir():
            return False
        report = validate(place, options=Options(pinned=tuple(PinnedDigest(*pin) for pin in self.pinned)))
        added = any(problem.code == TAG_FILE_UNLISTED.code for problem in report.problems)
        return bool(self.pinned) and report.valid and not added


@dataclass(frozen=True, slots=True)
class Shelf:
    """The packages in the folder *store*, and the hidden folder in it where they are put together."""

    store: Path
    workroom: Workroom

    @classmethod
    def at(cls, store: Path) -> Shelf:
        """The one in *store*."""
        return cls(store, Workroom(store / ".preserve"))

    @property
    def _hidden(self) -> Path:
        return self.store / ".preserve"

    def _mending(self, name: str) -> Path:
        return self._hidden / "mending" / name

    def seen(self, name: str) -> int:
        """What tells the folder that lies in the place of *name* now from any other; -1 if nothing does."""
        return _inode(self.store / name)

    def waiting(self) -> tuple[str, ...]:
        """The names of the packages that were being replaced when a run died."""
        try:
            return tuple(sorted(os.listdir(self._hidden / "mending")))
        except (FileNotFoundError, NotADirectoryError):
            return ()

    def decide(self, work: Path, name: str, text: str, aside: str = "", pinned: Sequence[PinnedDigest] = ()) -> None:
        """From now on ``work/bag``, whole and durable, is the package *name*; ``finish`` lets it take its place.

        *text* is to be recorded; *aside* is the name under which the rest of the former one is kept, "" if it is not;
        *pinned* are the digests of its manifests.
        The caller holds the lock.  ``StoreUnwritable`` if that cannot be done: then nothing is decided.
        """
        place = self._mending(name)
        with store_errors(place):
            word = Marker(_mark(work / BAG), text, aside, [[pin.path, pin.algorithm, pin.value] for pin in pinned])
            durable.write_new(work / _WORD, json.dumps(asdict(word)).encode(), sync=True)
            durable.sync_folder(work)
            place.parent.mkdir(exist_ok=True)
            durable.rename_new(work, place)
            durable.sync_folder(place.parent)

    def finish(self, name: str, record: Callable[[str, str], None]) -> str:
        """Swap what was decided for *name*, *record* it, and clear away; where the rest is kept, "" if nowhere.

        Can be repeated after a crash.  The caller holds the lock.  ``BagError`` if it is not known which of the two
        is the new one: nothing is changed then.
        """
        waiting = self._mending(name)
        with store_errors(waiting):
            if not os.path.lexists(waiting / _WORD):  # cleared away already, but for the folder
                remove_tree(waiting)
                return ""
            word = Marker(**json.loads((waiting / _WORD).read_bytes()))
        self._swap(name, waiting, word)
        record(name, word.text)
        with store_errors(waiting):
            kept = self._set_aside(name, waiting / _FORMER, word.aside)
            (waiting / _WORD).unlink()
            remove_tree(waiting)
        return kept

    def _swap(self, name: str, waiting: Path, word: Marker) -> None:
        new, former, place = waiting / BAG, waiting / _FORMER, self.store / name
        with store_errors(place):
            if not _is_swapped(word, new, place, name):
                if _inode(place) == _NOTHING:
                    durable.rename_new(new, place)
                elif not durable.exchange(new, place):
                    durable.rename_new(place, former)
                    durable.rename_new(new, place)
            durable.sync_folder(self.store)
            durable.sync_folder(waiting)
            if os.path.lexists(new):
                durable.rename_new(new, former)

    def _set_aside(self, name: str, former: Path, aside: str) -> str:
        """Keep what is only in the *former* folder; where."""
        target = self._hidden / "set-aside" / name / aside
        if not aside or not os.path.lexists(former):
            remove_tree(former)
            return str(target) if aside and os.path.lexists(target) else ""
        _drop_shared(former, self.store / name)
        if not os.path.lexists(former):
            return ""
        while os.path.lexists(target):
            target = target.with_name(f"{target.name}-")
        target.parent.mkdir(parents=True, exist_ok=True)
        durable.rename_new(former, target)
        durable.sync_folder(target.parent)
        return str(target)


def _is_swapped(word: Marker, new: Path, place: Path, name: str) -> bool:
    """Whether the new one is in its place already, and not still waiting.  ``BagError`` if it is in neither."""
    for is_there in (word.is_at, word.is_whole_at):
        if is_there(place):
            return True
        if is_there(new):
            return False
    raise _unknown(name, new.parent)


def _inode(place: Path) -> int:
    try:
        return os.lstat(place).st_ino
    except FileNotFoundError:
        return _NOTHING


def _mark(place: Path) -> str:
    """What tells this folder from all others, also after it was moved, and after a crash; "" if there is none."""
    try:
        seen = os.lstat(place)
    except FileNotFoundError:
        return ""
    return f"{seen.st_ino}:{seen.st_mtime_ns}"


def _drop_shared(former: Path, new: Path) -> None:
    """Remove what *new* has under the same name too: the very same file, or the same bytes; and empty folders.

    What cannot be looked into is kept as it is.
    """
    if former.is_symlink() or not former.is_dir():
        return
    base = len(os.fspath(former)) + 1
    pending, seen = [os.fspath(former)], []
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError:
            continue
        seen.append(folder)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif _is_in(new / entry.path[base:], entry):
                os.unlink(entry.path)
    for folder in reversed(seen):
        with suppress(OSError):  # what is left in it is kept
            os.rmdir(folder)


def _is_in(place: Path, entry: os.DirEntry[str]) -> bool:
    """Whether the file *entry* is at *place* as well, shared or with the same bytes."""
    if _inode(place) == entry.inode():
        return True
    try:
        if not entry.is_file(follow_symlinks=False) or not stat.S_ISREG(os.lstat(place).st_mode):
            return False
        return filecmp.cmp(entry.path, place, shallow=False)
    except OSError:
        return False


def _unknown(name: str, waiting: Path) -> BagError:
    shown = names.shown(name)
    return BagError(
        f"The package {shown} was being put in place when a run died, and it is not known which of two is the new one.",
        hint=f"Compare {names.shown(str(waiting))} with the package: preserve validate says which of them is whole.",
    )
