"""Making a checkpoint: all histories are read, a tree is put over them, and its root is signed."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from preserve.bag.sealing.staging import store_errors
from preserve.errors import CheckpointError, UsageError
from preserve.history.checkpoints import merkle, note, rules
from preserve.history.checkpoints.body import MOST_LISTED, Body
from preserve.history.checkpoints.note import Note
from preserve.history.checkpoints.timestamps import Stamp
from preserve.model import Problem
from preserve.ports import Progress
from preserve.storage import durable
from preserve.storage.handover import new_file, refuse_existing
from preserve.storage.names import shown
from preserve.workflows.archive import Archive
from preserve.workflows.checkpointing.asking import ask
from preserve.workflows.checkpointing.earlier import Earlier
from preserve.workflows.checkpointing.gathering import Gathered, gather
from preserve.workflows.checkpointing.places import (
    companion_of,
    keys_of,
    new_path,
    refuse_inside_store,
    stamp_of,
)
from preserve.workflows.checkpointing.results import Made


def make(archive: Archive, progress: Progress, out: Path | None = None) -> Made:
    """Sign how all histories are now, and write that to *out*, or into the folder of checkpoints.

    The companion stands before the checkpoint does, and each appears whole or not at all.  A history that is broken,
    lacks what the catalogue knows of it, or is not any more as an earlier checkpoint in our folder saw it, is left out,
    which both the checkpoint and the result say.

    ``CheckpointError`` without a key, or if our own folder cannot be written; ``UsageError`` if *out* exists or cannot
    be written; ``BagError`` or ``CatalogError`` if the store, or the catalogue, cannot be read.
    """
    if out is not None:
        refuse_inside_store(archive.config, out)
        for each in (out, companion_of(out), stamp_of(out)):
            refuse_existing(each)
    key, private = keys_of(archive.config).signing()
    moment = archive.clock.now()
    gathered = gather(archive, Earlier.of(archive.config), progress)
    _make_durable(archive.store)
    lines = b"".join(one.line for one in gathered.listed)
    origin = archive.config.text("checkpoint.name") or key.name  # the same word in text and signature: whose log it is
    body = _body(origin, moment, gathered, lines)
    data = Note(body.text, (note.sign(body.text, key.name, private),)).encode()
    path = out or new_path(archive.config, moment)
    answer, stamp, problems = _stamped(archive.config.text("checkpoint.timestamp_url"), data)
    _write(path, data, lines, answer, own=out is None)
    return Made(path, companion_of(path), body, key, stamp, (*gathered.left_out, *gathered.told, *problems))


def _write(path: Path, data: bytes, lines: bytes, answer: bytes, *, own: bool) -> None:
    """Write the checkpoint after all that belongs to it; in our *own* folder nobody has used it wrongly."""
    try:
        for place, content in ((companion_of(path), lines), (stamp_of(path), answer), (path, data)):
            if content or place != stamp_of(path):
                with new_file(place) as stream:
                    stream.write(content)
    except UsageError as error:
        if not own:
            raise
        raise CheckpointError(error.message, hint=error.hint) from error


def _make_durable(store: Path) -> None:
    """See that what was read is on disk: a checkpoint must not know of entries that a power cut takes back."""
    if os.path.isdir(store):
        with store_errors(store), suppress(PermissionError):
            tree = durable.OpenTree(store)
            try:
                tree.sync()
            finally:
                tree.close()


def _body(origin: str, moment: datetime, gathered: Gathered, lines: bytes) -> Body:
    left_out = [" ".join(shown(problem.path).split()) for problem in gathered.left_out]
    leaves = [one.leaf for one in gathered.listed]
    return Body(
        origin,
        len(leaves),
        merkle.root(merkle.leaf_hash(leaf.encode()) for leaf in leaves),
        moment,
        f"sha256:{hashlib.sha256(lines).hexdigest()} {len(lines)}",
        tuple(leaf.mark for leaf in leaves) if len(leaves) <= MOST_LISTED else (),
        tuple(left_out[:MOST_LISTED]),
        max(0, len(left_out) - MOST_LISTED),
    )


def _stamped(url: str, data: bytes) -> tuple[bytes, Stamp | None, tuple[Problem, ...]]:
    if not url:
        return b"", None, ()
    try:
        answer, stamp = ask(url, data)
    except ValueError as error:
        text = f"There is no time stamp of the checkpoint from {shown(url)}: {error}."
        return b"", None, (rules.STAMP_NOT_GOT.at("", text),)
    return answer, stamp, ()
