"""What a checkpoint vouches for, package by package: the leaves of its tree, and the companion file that lists them.

The companion is one JSON document a line, sorted by id, in ASCII:

    {"leaf":{"id":…,"entries":…,"head":…,"pinned":[…]},"name":…,"prints":…}

What stands under ``leaf``, without blanks, is hashed into the tree.  The name and the prints are there to say what
was changed, should anything be; the checkpoint holds the hash of the whole file, so they are signed too.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from preserve.history.checkpoints.body import Mark
from preserve.history.entry import Entry, NewEntry, encode
from preserve.model import PinnedDigest
from preserve.storage import names

PRINT_OCTETS = 6
"""So much of a hash tells the lines of a history apart; the whole one of the last proves that none was altered."""

_PRINT_LENGTH = PRINT_OCTETS * 8 // 6


@dataclass(frozen=True, slots=True)
class Leaf:
    """One package at one moment: how long its history was, the hash of the last line, the pins of its state."""

    id: str
    entries: int
    head: str
    pinned: tuple[PinnedDigest, ...]

    @classmethod
    def of(cls, package_id: str, entries: Sequence[Entry]) -> Self:
        """The leaf for a history of these *entries*, of which there is at least one."""
        pinned = next((entry.pinned for entry in reversed(entries) if entry.pinned), ())
        return cls(package_id, len(entries), entries[-1].digest, pinned)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The leaf that *data* is.  ``ValueError`` if it is none, or not in its only spelling."""
        try:
            leaf = cls._read(json.loads(data))
        except (KeyError, TypeError, ValueError, RecursionError, AttributeError) as error:
            raise ValueError("is no leaf of a checkpoint of preserve") from error
        if leaf.encode() != data:
            raise ValueError("is no leaf of a checkpoint as preserve writes it")
        return leaf

    @classmethod
    def _read(cls, fields: Mapping[str, Any]) -> Self:
        pinned = tuple(PinnedDigest(*(str(each[key]) for key in _PIN)) for each in fields["pinned"])
        return cls(str(fields["id"]), int(fields["entries"]), str(fields["head"]), pinned)

    @property
    def mark(self) -> Mark:
        """What the text of a checkpoint lists of it."""
        return Mark(self.id, self.entries, self.head)

    def encode(self) -> bytes:
        """The octets that are hashed: JSON in ASCII, with these keys in this order and without blanks."""
        return _json(self._fields())

    def _fields(self) -> dict[str, Any]:
        pinned = [{"path": pin.path, "algorithm": pin.algorithm, "value": pin.value} for pin in self.pinned]
        return {"id": self.id, "entries": self.entries, "head": self.head, "pinned": pinned}


@dataclass(frozen=True, slots=True)
class Listed:
    """A leaf as the companion lists it: with the package's name then, and a print of what each entry said."""

    leaf: Leaf
    name: str
    prints: tuple[str, ...] = ()

    @property
    def line(self) -> bytes:
        """The line of the companion, with its end."""
        exact = {} if names.is_utf8(self.name) else {"name_b64": names.b64(self.name)}
        name = self.name if names.is_utf8(self.name) else names.shown(self.name)
        return _json({"leaf": self.leaf._fields(), "name": name, **exact, "prints": "".join(self.prints)}) + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """What a line of a companion says whose hash was found right.  ``ValueError`` if it is none."""
        try:
            fields = json.loads(line)
            leaf, name, prints = Leaf._read(fields["leaf"]), fields["name"], fields["prints"]  # noqa: SLF001
            if "name_b64" in fields:
                name = base64.b64decode(fields["name_b64"]).decode("utf-8", "surrogateescape")
        except (KeyError, TypeError, ValueError, RecursionError, AttributeError) as error:
            raise ValueError("holds a line that is none of a companion") from error
        cut = range(0, len(prints), _PRINT_LENGTH)
        return cls(leaf, name, tuple(prints[start : start + _PRINT_LENGTH] for start in cut))


_PIN = ("path", "algorithm", "value")


def prints_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """A print of what each entry says, whatever number it has and whatever stands before it.

    So a line that was altered can be told from those after it, which had to be chained anew.
    """
    return tuple(_print(entry) for entry in entries)


def entries_until(entries: Sequence[Entry], moment: datetime) -> Sequence[Entry]:
    """The *entries* up to the last that says to be of *moment* or before."""
    count = max((place for place, entry in enumerate(entries, 1) if entry.event.time <= moment), default=0)
    return entries[:count]


def _print(entry: Entry) -> str:
    said = encode(NewEntry(entry.event, entry.id, entry.pinned), seq=0, package=entry.package, previous="")
    return base64.urlsafe_b64encode(hashlib.sha256(said).digest()[:PRINT_OCTETS]).decode()


def _json(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()
