"""Sealing: manifests, sync, two witnesses, one rename.

The order is the promise (``docs/decisions/0003-sealing.md``): everything is written, then made durable, then read
back from the disk by our own judge, then judged by bagit, and only then renamed into the store, whose folder is
synced in turn.  Whatever fails on the way leaves the store as it was.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag import bag_info, declaration, manifests
from preserve.bag.sealing import second_opinion
from preserve.bag.sealing.second_opinion import Opinion
from preserve.bag.sealing.staging import Staging, store_errors
from preserve.bag.validate import Options, validate
from preserve.errors import SealRefused
from preserve.model import Digest, Outcome, PinnedDigest, StoredFile, ValidationReport
from preserve.ports import Progress
from preserve.storage import digests, durable

VERSION = "1.0"
PIN = "sha256"
"""The algorithm by which manifests are pinned outside the package."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What both witnesses said of the staged package."""

    ours: ValidationReport
    second: Opinion | None


def write_tag_files(
    staging: Staging, stored: Sequence[StoredFile], info: Sequence[tuple[str, str]], algorithms: Sequence[str]
) -> None:
    """Write bagit.txt, bag-info.txt and all manifests (RFC 8493 §2)."""
    staging.make_payload_folder()
    staging.add_tag("bagit.txt", declaration.format_declaration(VERSION), algorithms)
    staging.add_tag("bag-info.txt", bag_info.format_info(info), algorithms)
    payload = [(file.path, file.digests) for file in stored]
    for name in algorithms:
        staging.add_tag(manifests.file_name(name), manifest_bytes(payload, name), algorithms)
    listed = list(staging.tags.items())
    for name in algorithms:
        staging.add_tag(manifests.file_name(name, tag=True), manifest_bytes(listed, name), algorithms)


def manifest_bytes(files: Sequence[tuple[str, tuple[Digest, ...]]], algorithm: str) -> bytes:
    """A manifest: one line a file, sorted by path, so that equal files make equal manifests."""
    values = {path: _value(found, algorithm) for path, found in files}
    return manifests.format_manifest((values[path], path) for path in sorted(values))


def _value(found: Sequence[Digest], algorithm: str) -> str:
    return next(digest.value for digest in found if digest.algorithm == algorithm)


def pin(path: str, data: bytes) -> PinnedDigest:
    """The pinned digest of a manifest with these bytes."""
    return PinnedDigest(path, PIN, digests.of_bytes(data, (PIN,))[0].value)


def read_back(
    staging: Staging, stored: Sequence[StoredFile], algorithms: Sequence[str], *, ask_bagit: bool, progress: Progress
) -> Witnesses:
    """Make the staged package durable, read it from the disk again and hear both witnesses.

    ``SealRefused`` if one of them says no; ``StoreUnwritable`` if a sync fails, which is never tried twice.
    """
    with store_errors(staging.bag):
        durable.sync_tree(staging.bag)
        for path in (*staging.tags, *(file.path for file in stored)):
            with durable.opened(staging.bag / path, durable.READ_FILE) as fd:
                durable.forget_cached(fd)
    report = validate(staging.bag, options=Options(), progress=progress)
    if not report.valid:
        first = report.errors[0]
        raise SealRefused(
            f"The package read back from the disk is not what was written: {first.message}",
            hint="The disk or the memory of this machine may be failing. The source is untouched.",
        )
    opinion = None
    if ask_bagit:
        opinion = second_opinion.ask(staging.bag, algorithms, [file.path for file in stored])
        if opinion.outcome is Outcome.FAIL:
            raise SealRefused(
                f"The second witness, {opinion.agent.name}, does not call the package valid: {opinion.note}",
                hint="Nothing was sealed and the source is untouched. Please report this; it should not happen.",
            )
    return Witnesses(report, opinion)


def publish(staging: Staging, store: Path) -> Path:
    """Rename the staged package into *store*, durably.  The caller holds the store's lock.

    ``StoreUnwritable`` if its name is taken or the store refuses; then the store is as it was.
    """
    target = store / staging.bag.name
    with store_errors(target):
        durable.rename_new(staging.bag, target)
        try:
            durable.sync_folder(store)
        except OSError:
            os.rename(target, staging.bag)
            raise
    return target
