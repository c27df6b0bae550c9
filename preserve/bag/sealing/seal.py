"""Sealing: manifests, sync, two witnesses, one rename.

The order is the promise (``docs/decisions/0003-sealing.md``): everything is written, then made durable, then read
back from the disk by our own judge, then judged by bagit, and only then renamed into the store, whose folder is
synced in turn.  Whatever fails on the way leaves the store as it was.  Several packages may go this way together, with
one sync for all of them (``docs/decisions/0008-batches.md``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag import bag_info, declaration, manifests
from preserve.bag.sealing import second_opinion
from preserve.bag.sealing.errors import store_error, store_errors
from preserve.bag.sealing.second_opinion import Opinion
from preserve.bag.sealing.staging import PAYLOAD, Staging
from preserve.bag.sealing.stored import StoredFiles
from preserve.bag.validate import Options, validate
from preserve.errors import SealRefused
from preserve.model import Digest, Outcome, PinnedDigest, ValidationReport
from preserve.ports import Progress
from preserve.storage import digests, durable
from preserve.storage.batches import batched
from preserve.storage.crew import Crew

VERSION = "1.0"
PIN = "sha256"
"""The algorithm by which manifests are pinned outside the package."""

_AT_ONCE = 500
"""Files that are dealt with in one go."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What both witnesses said of the staged package."""

    ours: ValidationReport
    second: Opinion | None


def write_tag_files(
    staging: Staging, stored: StoredFiles, info: Sequence[tuple[str, str]], algorithms: Sequence[str]
) -> None:
    """Write bagit.txt, bag-info.txt and all manifests (RFC 8493 §2)."""
    staging.make_payload_folder()
    staging.add_tag("bagit.txt", declaration.format_declaration(VERSION), algorithms)
    staging.add_tag("bag-info.txt", bag_info.format_info(info), algorithms)
    for name in algorithms:
        parts = map(manifests.format_manifest, batched(stored.lines(name), _AT_ONCE))
        staging.add_tag_in_parts(manifests.file_name(name), parts, algorithms)
    write_tag_manifests(staging, algorithms)


def write_tag_manifests(staging: Staging, algorithms: Sequence[str]) -> None:
    """Write the tag manifests over all tag files that are there by now (RFC 8493 §2.2.1)."""
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
    bag: Path,
    algorithms: Sequence[str],
    *,
    ask_bagit: bool,
    progress: Progress | None = None,
    crew: Crew | None = None,
) -> Witnesses:
    """Read the staged *bag*, which the kernel was made to ``forget``, from the disk again and hear both witnesses.

    ``SealRefused`` if one of them says no; ``StoreUnwritable`` if it cannot be looked at.
    """
    report = validate(bag, options=Options(), progress=progress, crew=crew)
    if not report.valid:
        first = report.errors[0]
        raise SealRefused(
            f"The package read back from the disk is not what was written: {first.message}",
            hint="The disk or the memory of this machine may be failing. The source is untouched.",
        )
    opinion = None
    if ask_bagit:
        opinion = second_opinion.ask(bag, algorithms, _payload(bag))
        if opinion.outcome is Outcome.FAIL:
            raise SealRefused(
                f"The second witness, {opinion.agent.name}, does not call the package valid: {opinion.note}",
                hint="Nothing was sealed and the source is untouched. Please report this; it should not happen.",
            )
    return Witnesses(report, opinion)


def forget(bag: Path, crew: Crew | None = None) -> None:
    """Have the kernel drop its copies of the files of *bag*, which are durable, so that the disk is read and not they.

    ``StoreUnwritable`` if it cannot be looked at.
    """
    places = batched(_files(os.fspath(bag)), _AT_ONCE)
    with store_errors(bag):
        for _ in (crew or Crew(1)).work(_forget_each, places):
            pass


def _forget_each(places: tuple[str, ...]) -> None:
    """The task of a member."""
    for place in places:
        fd = os.open(place, durable.READ_FILE)
        try:
            durable.forget_cached(fd)
        finally:
            os.close(fd)


def _payload(bag: Path) -> list[str]:
    base = f"{os.fspath(bag)}/"
    with store_errors(bag):
        return [place[len(base) :] for place in _files(f"{base}{PAYLOAD}")]


def _files(folder: str) -> Iterator[str]:
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    yield entry.path


def publish(bags: Sequence[tuple[Path, str]], store: Path) -> list[Path]:
    """Move the staged *bags* into *store* under their names, durably; where they are then.

    The caller holds the store's lock.

    It ends at the first that cannot be renamed: those before it are published then.  ``StoreUnwritable`` if that is
    the very first, or if the store cannot be made durable; then the store is as it was.
    """
    published: list[tuple[Path, Path]] = []
    for bag, name in bags:
        target = store / name
        try:
            durable.rename_new(bag, target)
        except OSError as error:
            if not published:
                raise store_error(error, target) from error
            break
        published.append((bag, target))
    try:
        durable.sync_folder(store)
    except OSError as error:
        for bag, target in published:
            os.rename(target, bag)
        raise store_error(error, store) from error
    return [target for _, target in published]
