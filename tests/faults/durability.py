"""Is everything on the disk before somebody relies on it?  A judge over the log of `strace -f -y`.

It keeps account of what a power cut could still take away, file by file (their bytes) and name by name (that they are
in their folder, or gone from it).  Only a sync that succeeded, and that began after the change had ended, settles
anything; a change still under way when a sync begins is not settled by it.  Then, for each package:

- its folder is renamed into the store only when all bytes and names below it are settled;
- its history is written only when its name in the store is settled;
- the catalogue takes it in only when its history is settled too;
- it is called sealed only when the catalogue is settled as well;
- with ``--move``, nothing of the source is removed while a package or its history is unsettled.
"""

import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.strace import MAKES, OPENS, REMOVES, RENAMES, WRITES, Call

_HISTORY = ".history.jsonl"
_CALLED_SEALED = re.compile(r'"name": "([^"]+)".*"status": "sealed"')


@dataclass
class Account:
    """What is not on the disk yet: paths, each with the moment when its last change ended."""

    bytes: dict[str, float] = field(default_factory=dict)
    names: dict[str, float] = field(default_factory=dict)

    def change(self, call: Call, moment: float) -> None:
        """Note what *call* changes, as of *moment*; a change that has not ended is of no moment yet."""
        path = call.path
        if call.name in RENAMES:
            self._move(call.paths[0], call.paths[1], moment)
        elif call.name in REMOVES:
            self.bytes.pop(path, None)
            self.names[path] = moment
        elif call.name in MAKES:
            if call.name not in OPENS or "O_CREAT" in call.arguments:
                self.names[path] = moment
            if call.name in OPENS and re.search("O_CREAT|O_TRUNC", call.arguments):
                self.bytes[path] = moment
        elif call.name in WRITES:
            self.bytes[path] = moment

    def _move(self, old: str, new: str, moment: float) -> None:
        for unsettled in (self.bytes, self.names):
            for path in [path for path in unsettled if _is_below(path, old)]:
                unsettled[new + path.removeprefix(old)] = unsettled.pop(path)
        self.names[old] = self.names[new] = moment

    def settle(self, call: Call) -> None:
        """Note what a sync that succeeded has brought to the disk."""
        everything = call.name in ("syncfs", "sync")
        for unsettled in (self.bytes, self.names):
            for path, moment in list(unsettled.items()):
                covered = everything or call.path == (os.path.dirname(path) if unsettled is self.names else path)
                if covered and moment < call.began:
                    del unsettled[path]

    def below(self, place: str) -> list[str]:
        """What is unsettled below the folder *place*; its own name is not below it."""
        names = [path for path in self.names if path != place and _is_below(path, place)]
        return sorted(names + [path for path in self.bytes if _is_below(path, place)])

    def of(self, *paths: str) -> list[str]:
        """Which of *paths* are unsettled, in bytes or by name."""
        return [path for path in paths if path in self.bytes or path in self.names]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was too early, and how often each step was seen, by which a judgement on nothing is told from a good one."""

    faults: tuple[str, ...]
    renamed: tuple[str, ...]
    recorded: tuple[str, ...]
    catalogued: tuple[str, ...]
    told: tuple[str, ...]
    removed: tuple[str, ...]


def judge(log: Iterable[Call], store: Path, source: Path) -> Judgement:
    """Judge a run of ingest from *source* into *store*.  The log has all calls of `CALLS`, with what they write."""
    return _Judge(str(store), str(source)).judgement(log)


class _Judge:
    def __init__(self, store: str, source: str) -> None:
        self.store = store
        self.source = source
        self.account = Account()
        self.faults: list[str] = []
        self.renamed: list[str] = []
        self.recorded: list[str] = []
        self.catalogued: list[str] = []
        self.told: list[str] = []
        self.removed: list[str] = []

    def judgement(self, log: Iterable[Call]) -> Judgement:
        moments: list[tuple[int, bool, Call]] = []
        for call in log:
            moments += [(call.began, False, call), (call.ended, True, call)]
        for moment, is_end, call in sorted(moments, key=lambda each: each[:2]):
            if not is_end:
                self._begins(call)
            elif call.name in ("fsync", "fdatasync", "syncfs", "sync"):
                if call.succeeded and self._is_ours(call):
                    self.account.settle(call)
            elif self._is_ours(call) and call.changes and call.succeeded:
                self.account.change(call, moment)
        seen = (self.renamed, self.recorded, self.catalogued, self.told, self.removed)
        return Judgement(tuple(self.faults), *(tuple(dict.fromkeys(names)) for names in seen))

    def _is_ours(self, call: Call) -> bool:
        return call.name == "sync" or any(_is_below(path, self.store) for path in call.paths)

    def _begins(self, call: Call) -> None:
        """What must hold when *call* begins, by what it is."""
        if call.name in RENAMES and call.succeeded and (name := self._enters(call.paths[1])):
            self._demand("renamed into the store", name, self.account.below(call.paths[0]))
            self.renamed.append(name)
            self.account.names[call.paths[1]] = math.inf
        elif call.name in WRITES and call.path.endswith(_HISTORY):
            name = os.path.basename(call.path).removesuffix(_HISTORY)
            self._demand("recorded in its history", name, self.account.of(self._place(name)))
            self.recorded.append(name)
        elif call.name in WRITES and call.path.endswith("catalog.sqlite"):
            for name in [name for name in self.renamed if name in call.text and name not in self.catalogued]:
                self._demand("taken into the catalogue", name, self.account.of(*self._kept(name)))
                self.catalogued.append(name)
        elif call.name in WRITES and call.arguments.startswith("1<"):
            for name in _CALLED_SEALED.findall(call.text):
                if name not in self.renamed:
                    self.faults.append(f"{name} was called sealed before it was renamed into the store")
                kept = (*self._kept(name), f"{self.store}/.preserve/catalog.sqlite")
                self._demand("called sealed", name, self.account.of(*kept))
                self.told.append(name)
        elif call.name in REMOVES and call.succeeded and _is_below(call.path, self.source):
            for name in self.renamed:
                self._demand("relied on for removing the source", name, self.account.of(*self._kept(name)))
            self.removed.append(call.path)
        if self._is_ours(call) and call.changes and call.succeeded and call.name not in RENAMES:
            self.account.change(call, math.inf)  # under way: no sync that begins now settles it

    def _demand(self, what: str, name: str, unsettled: list[str]) -> None:
        if unsettled:
            self.faults.append(f"{name} was {what} before these were on the disk: {', '.join(unsettled)}")

    def _enters(self, path: str) -> str:
        """The name under which something enters the store; "" for what goes elsewhere, or is hidden, or a history."""
        folder, name = os.path.split(path)
        return name if folder == self.store and not name.startswith(".") and not name.endswith(_HISTORY) else ""

    def _place(self, name: str) -> str:
        return f"{self.store}/{name}"

    def _kept(self, name: str) -> tuple[str, str]:
        """The package and its history."""
        return self._place(name), self._place(name) + _HISTORY


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith(place + "/")
