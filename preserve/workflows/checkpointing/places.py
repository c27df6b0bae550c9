"""Where checkpoints, what belongs to them, and keys lie.

HOME/checkpoints/<UTC time>.txt            a checkpoint
HOME/checkpoints/<UTC time>.leaves.jsonl   its companion: what it vouches for, package by package
HOME/checkpoints/<UTC time>.tsr            a time stamp of it
HOME/checkpoints/handover-<hash>.txt       by which one key handed over to the next
HOME/.preserve/keys/                       the keys
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from preserve.config import Config
from preserve.errors import CheckpointError, UsageError
from preserve.history.checkpoints.keys import KeyRing
from preserve.storage import durable
from preserve.storage.names import shown

_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}Z)(?:-(\d{1,3}))?\.txt", re.ASCII)


def folder_of(config: Config) -> Path:
    """The folder of checkpoints."""
    return config.home / "checkpoints"


def keys_of(config: Config) -> KeyRing:
    """The keys of the archive.  ``CheckpointError`` if they would lie among packages or documents."""
    return KeyRing(config.home / ".preserve" / "keys", (config.packages, config.incoming))


def key_name_of(config: Config) -> str:
    """What a key is called for which nobody gave a name: ``checkpoint.name``, else the archive's with hyphens."""
    own = "-".join(re.sub(r"[\s+]+", " ", shown(config.text("archive.name"))).split())
    return config.text("checkpoint.name") or own or "preserve-archive"


def companion_of(path: Path) -> Path:
    """The list of what the checkpoint at *path* vouches for."""
    return path.with_name(f"{path.name.removesuffix('.txt')}.leaves.jsonl")


def stamp_of(path: Path) -> Path:
    """The time stamp of the checkpoint at *path*."""
    return path.with_name(f"{path.name.removesuffix('.txt')}.tsr")


def new_path(config: Config, moment: datetime) -> Path:
    """Where a checkpoint of *moment* is to be written: nothing lies there yet.  ``CheckpointError`` if it cannot be."""
    folder = folder_of(config)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        text = f"The folder {shown(str(folder))} cannot be made: {error.strerror or error}."
        raise CheckpointError(text, hint="Check the folder, its permissions, the disk.") from error
    stem = f"{moment.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    for number in range(1, 1000):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.txt"
        if not any(os.path.lexists(each) for each in (path, companion_of(path), stamp_of(path))):
            return path
    raise CheckpointError("There are a thousand checkpoints of this second already.", hint="Wait a second.")


def refuse_inside_store(config: Config, path: Path) -> None:
    """``UsageError`` if *path* lies among packages, or among what is to be packaged."""
    place = Path(os.path.realpath(path.parent)) / path.name
    for folder in (config.packages, config.incoming):
        if place.is_relative_to(os.path.realpath(folder)):
            text = f"{shown(str(path))} is inside of {shown(str(folder))}, where only packages, or documents, belong."
            raise UsageError(text, hint="Name a file elsewhere, best on another machine.")


def checkpoints_in(folder: Path) -> tuple[Path, ...]:
    """The checkpoints in *folder* by their names, oldest first; none if it cannot be read."""
    try:
        found = filter(None, map(_NAME.fullmatch, os.listdir(folder)))
    except OSError:
        return ()
    return tuple(folder / one[0] for one in sorted(found, key=lambda one: (one[1], int(one[2] or 1))))


def latest(config: Config) -> Path:
    """The newest checkpoint of the archive by its name.  ``CheckpointError`` if there is none."""
    folder = folder_of(config)
    if found := checkpoints_in(folder):
        return found[-1]
    raise CheckpointError(f"There is no checkpoint in {shown(str(folder))}.", hint="Make one: preserve checkpoint")


def read_up_to(path: Path, most: int) -> bytes:
    """The octets of the file at *path*, at most *most* and one.  ``CheckpointError`` if it cannot be read."""
    try:
        with (
            durable.opened(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC) as fd,
            open(fd, "rb", closefd=False) as it,
        ):
            return it.read(most + 1)
    except OSError as error:
        text = f"{shown(str(path))} cannot be read: {(error.strerror or str(error)).lower()}."
        raise CheckpointError(text, hint="Check the name, the file and its permissions.") from error
