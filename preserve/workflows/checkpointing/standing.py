"""What a checkpoint vouches for, from the best at hand: its companion, its own list, or the histories as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from preserve.errors import BagError, CatalogError, DescriptionError, Locked
from preserve.history import file as history
from preserve.history.chain import History
from preserve.history.checkpoints import merkle, rules
from preserve.history.checkpoints.body import Body
from preserve.history.checkpoints.compare import holds
from preserve.history.checkpoints.leaves import Leaf, Listed, entries_until
from preserve.model import Problem
from preserve.ports import Progress
from preserve.storage.names import shown
from preserve.workflows.archive import Archive
from preserve.workflows.checkpointing.companions import companion_trouble, read_companion
from preserve.workflows.checkpointing.comparing import compare
from preserve.workflows.checkpointing.present import Present
from preserve.workflows.checkpointing.results import Basis, Compared
from preserve.workflows.recorded import read_recorded


def compare_with(archive: Archive, body: Body, path: Path, progress: Progress) -> Compared:
    """Compare *archive* with what *body*, the signed checkpoint at *path*, saw of it.

    ``BagError`` or ``CatalogError`` if the archive cannot be read.
    """
    if body.time is None:
        text = f"{shown(path.name)} is a checkpoint, but not one that preserve made: what it is over is not known here."
        return Compared(problems=(rules.OTHERS.at(path.name, text),))
    asides = [*_left_out(body)]
    complaint = companion_trouble(path, body)
    if complaint:
        asides.append(complaint)
    present = Present.of(archive)
    if complaint is None:
        compared = compare(present, read_companion(path), body.size, Basis.COMPANION, progress)
    elif body.marks or not body.size:
        listed = [Listed(Leaf(mark.id, mark.entries, mark.head, ()), "") for mark in body.marks]
        compared = compare(present, listed, body.size, Basis.LIST, progress)
    else:
        compared = _by_histories(present, body, body.time, progress)
    return replace(compared, problems=(*asides, *compared.problems))


def leaves_of(archive: Archive, body: Body, path: Path) -> list[Leaf] | None:
    """All leaves of the checkpoint at *path*, sorted, which make up its root; None if they cannot be had."""
    if companion_trouble(path, body) is None:
        return [one.leaf for one in read_companion(path)]
    if body.time is None:
        return None
    leaves = [leaf for leaf, _ in _rebuilt(Present.of(archive), body, body.time)]
    return leaves if merkle.root(_leaf_hashes(leaves)) == body.root else None


def _by_histories(present: Present, body: Body, moment: datetime, progress: Progress) -> Compared:
    """Judge by the tree that the histories make, each up to the *moment* of the checkpoint.

    If it has the root that was signed, nothing of them was changed.  If not, something was; which package it is can
    only be told where a history is broken in itself, or does not agree with its package.
    """
    rebuilt = list(_rebuilt(present, body, moment))
    if merkle.root(_leaf_hashes([leaf for leaf, _ in rebuilt])) == body.root:
        return compare(present, [Listed(*each) for each in rebuilt], body.size, Basis.HISTORIES, progress)
    count = f"{len(rebuilt):,} histories reach back to it, and it saw {body.size:,}"
    text = (
        f"The histories, as they were on {moment:%Y-%m-%d %H:%M:%S} UTC, do not make up what was signed: at least one "
        f"was altered, shortened, removed or added ({count}). Which one, only the companion tells; what follows is "
        "suspicious in itself. If something was being written while the checkpoint was made, this may be a false alarm."
    )
    problems = (rules.ROOT_DIFFERS.at("", text), *_suspicious(present))
    return Compared(Basis.HISTORIES, body.size, 0, 0, 0, problems)


def _rebuilt(present: Present, body: Body, moment: datetime) -> Iterator[tuple[Leaf, str]]:
    """The leaves that the histories make now, sorted by id, each with the name of its package."""
    counts = {mark.id: mark.entries for mark in body.marks}
    for package_id in sorted(present.histories):
        name = present.histories[package_id][0]
        if counts and package_id not in counts:
            continue
        past = _read(present.archive, name, package_id)
        entries = past.entries if past else ()
        seen = entries[: counts[package_id]] if counts else entries_until(entries, moment)
        if seen and holds((leaf := Leaf.of(package_id, seen)).mark, seen):
            yield leaf, name


def _read(archive: Archive, name: str, package_id: str) -> History | None:
    try:
        return history.read(archive.history_of(name), package_id=package_id, settled=True)
    except (CatalogError, Locked):
        return None


def _suspicious(present: Present) -> Iterator[Problem]:
    """What is wrong with packages and their histories by themselves, without a word from the checkpoint."""
    for name in sorted(present.folders):
        try:
            yield from read_recorded(present.archive, name).problems
        except (BagError, DescriptionError) as error:
            yield Problem.of(error)


def _left_out(body: Body) -> Iterator[Problem]:
    for name in body.left_out:
        yield rules.WAS_LEFT_OUT.at(name, f"The checkpoint left out {shown(name)}, and says so.")
    if body.more_left_out:
        text = f"The checkpoint left out {body.more_left_out:,} more packages, which it does not name."
        yield rules.WAS_LEFT_OUT.at("", text)


def _leaf_hashes(leaves: Sequence[Leaf]) -> list[bytes]:
    return [merkle.leaf_hash(leaf.encode()) for leaf in leaves]
