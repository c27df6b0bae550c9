"""The companion of a checkpoint: believed only if it is the very file whose hash stands in the signed text."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from preserve.history.checkpoints import merkle, rules
from preserve.history.checkpoints.body import Body
from preserve.history.checkpoints.leaves import Listed
from preserve.model import Problem
from preserve.storage import durable
from preserve.storage.names import shown
from preserve.workflows.checkpointing.places import companion_of


def companion_trouble(path: Path, body: Body) -> Problem | None:
    """Why the companion of the checkpoint at *path* is not to be used, None if it is the one that *body* names."""
    place = companion_of(path)
    digest, _, octets = body.leaves.partition(" ")
    try:
        found = _hashed(place, int(octets or 0))
    except FileNotFoundError:
        return rules.LEAVES_MISSING.at(
            place.name, f"The companion of the checkpoint, {shown(place.name)}, is not there."
        )
    except OSError as error:
        text = f"The companion of the checkpoint, {shown(place.name)}, cannot be read: {error.strerror or error}."
        return rules.LEAVES_WRONG.at(place.name, text)
    with suppress(ValueError):  # signed, and yet no companion: another program's
        if found == digest and merkle.root(_hashes(read_companion(path))) == body.root:
            return None
    text = f"{shown(place.name)} is not the companion that the checkpoint names: it was altered, or is another's."
    return rules.LEAVES_WRONG.at(place.name, text)


def read_companion(path: Path) -> Iterator[Listed]:
    """What the companion of the checkpoint at *path* lists; only to be asked where there is no trouble with it."""
    with open(companion_of(path), "rb") as stream:
        for line in stream:
            yield Listed.parse(line)


def _hashed(place: Path, octets: int) -> str:
    """The hash of the file at *place* as checkpoints name it; "" if it has not so many octets.  ``OSError``."""
    with durable.opened(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC) as fd:
        seen = os.fstat(fd)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size != octets:
            return ""
        with open(fd, "rb", closefd=False) as stream:
            return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def _hashes(listed: Iterator[Listed]) -> Iterator[bytes]:
    return (merkle.leaf_hash(one.leaf.encode()) for one in listed)
