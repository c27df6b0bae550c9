"""Handing over from one key to the next, in a note that both sign.

    preserve key handover 1
    from example.org/archive+1234abcd+Ab…
    to example.org/archive+5678cdef+Ac…
    time 2026-11-22T21:00:00Z

So whoever was once given the first key can follow it to the present one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from preserve.history.checkpoints import note
from preserve.history.checkpoints.note import Note, VerifierKey
from preserve.storage import durable
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HANDOVER = "handover-"
"""How the names of the files begin in which such notes lie."""

_TITLE = "preserve key handover 1"
_MOST = 200


def handover(
    former: tuple[VerifierKey, Ed25519PrivateKey], key: VerifierKey, private: Ed25519PrivateKey, now: datetime
) -> Note:
    """The note by which the *former* key hands over to *key*, which signs it too and so shows that it is there."""
    text = f"{_TITLE}\nfrom {former[0].text}\nto {key.text}\ntime {rfc3339(now)}\n"
    return Note(text, (note.sign(text, former[0].name, former[1]), note.sign(text, key.name, private)))


def handovers_in(folder: Path) -> tuple[Note, ...]:
    """The notes of handover in *folder*, sorted by name; what cannot be read is none, and two hundred are enough."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.startswith(HANDOVER) and name.endswith(".txt"))
    except OSError:
        return ()
    found = []
    for name in names[:_MOST]:
        try:
            found.append(note.parse(_read(folder / name)))
        except (OSError, ValueError):
            continue
    return tuple(found)


def trusted(keys: Iterable[VerifierKey], handovers: Sequence[Note]) -> dict[VerifierKey, VerifierKey]:
    """*keys*, and those to which they were handed over, each with the one of *keys* from which its trust comes."""
    found = {key: key for key in keys}
    waiting = list(found)
    while waiting:
        key = waiting.pop()
        for one in handovers:
            new = handed_over(one)
            if new and new not in found and note.verifies(one, key) and note.verifies(one, new):
                found[new] = found[key]
                waiting.append(new)
    return found


def handed_over(one: Note) -> VerifierKey | None:
    """The key to which *one* hands over, whoever signed it; None if it is no such note."""
    title, *lines = one.text.splitlines()
    to = [line.removeprefix("to ") for line in lines if line.startswith("to ")]
    if title != _TITLE or len(to) != 1:
        return None
    try:
        return VerifierKey.parse(to[0])
    except ValueError:
        return None


def _read(path: Path) -> bytes:
    with durable.opened(path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
        return stream.read(note.LARGEST + 1)
