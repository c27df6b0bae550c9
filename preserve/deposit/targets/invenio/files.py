"""The files of a draft: brought there one by one, and compared with what the repository says that it has."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping

from preserve.deposit import rules
from preserve.deposit.targets.invenio.answers import Entry
from preserve.deposit.targets.invenio.api import Records
from preserve.errors import DepositRefused, TargetUnreachable
from preserve.model import Problem
from preserve.model.findings import Mismatch
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Piece
from preserve.storage.names import shown


def bring(records: Records, record_id: str, what: Consignment) -> None:
    """Send each piece that the draft does not have whole, one after the other.

    ``DepositRefused`` if the draft has files that are not of *what*; ``TargetUnreachable`` if one arrived otherwise
    than it left: that one is taken out again.
    """
    there, _ = records.files(record_id, draft=True)
    strangers = sorted(set(there) - {piece.path for piece in what.pieces()})
    if strangers:
        raise DepositRefused(
            f"The draft {record_id} holds {shown(strangers[0])[:200]}, which is not of {what.label}; nothing was sent.",
            hint="Look at the draft in the repository. If nobody needs what it holds, delete it there, then go on.",
        )
    for piece in what.pieces():
        entry = there.get(piece.path)
        if entry and not entry.complete:  # all of it may have come, and only the answer was lost
            entry = records.end_file(record_id, piece.path) or entry
        if entry and not differs(entry, piece):
            continue
        if entry:
            records.drop_file(record_id, piece.path)
        _send(records, record_id, piece)


def _send(records: Records, record_id: str, piece: Piece) -> None:
    hasher = hashlib.md5(usedforsecurity=False)

    def blocks() -> Iterator[bytes]:
        nonlocal hasher
        hasher = hashlib.md5(usedforsecurity=False)
        for block in piece.blocks():
            hasher.update(block)
            yield block

    records.begin_file(record_id, piece.path)
    records.put_file(record_id, piece.path, blocks, piece.size)
    entry = records.end_file(record_id, piece.path)
    if not entry or not entry.complete or entry.size != piece.size or entry.md5 != hasher.hexdigest():
        records.drop_file(record_id, piece.path)
        raise TargetUnreachable(
            f"{shown(piece.path)} did not arrive as it left ({_told(entry)}); it was taken out of the draft again.",
            hint="Run the command again. If it happens again, something between here and there changes what is sent.",
        )


def differs(entry: Entry, piece: Piece) -> Problem | None:
    """What is wrong with *entry*, which should be *piece*, by the size and the MD5 that the repository tells."""
    if not entry.complete:
        return rules.FAR_MISSING.at(piece.path, f"{shown(piece.path)} never came to an end there.")
    if entry.size != piece.size:
        return rules.FAR_ALTERED.at(
            piece.path, f"{shown(piece.path)} has {entry.size:,} octets there, and {piece.size:,} were sent."
        )
    expected = piece.digest("md5")
    if entry.md5 != expected:
        found = entry.md5 or "none"
        return rules.FAR_ALTERED.at(
            piece.path,
            f"{shown(piece.path)} has the MD5 {found} there, and {expected} was sent.",
            Mismatch("md5", expected, entry.md5),
        )
    return None


def compared(there: Mapping[str, Entry], what: Consignment) -> Iterator[Problem]:
    """Every difference between the files that the repository lists and the pieces of *what*."""
    expected = set()
    for piece in what.pieces():
        expected.add(piece.path)
        entry = there.get(piece.path)
        if entry is None:
            yield rules.FAR_MISSING.at(piece.path, f"{shown(piece.path)} is not there.")
        elif problem := differs(entry, piece):
            yield problem
    for name in sorted(set(there) - expected):
        yield rules.FAR_UNEXPECTED.at(shown(name), f"{shown(name)} lies there and was not sent.")


def read_back(
    records: Records, record_id: str, what: Consignment, without: Container[str], progress: Progress
) -> Iterator[Problem]:
    """Read every file of a published record but those in *without*; what is not what was sent."""
    for piece in what.pieces():
        if piece.path not in without:
            found, octets = _read(records, record_id, piece, progress)
            expected = piece.digest("sha256")
            if found != expected:
                said = f"{shown(piece.path)} is not the same there: {octets:,} octets with other content."
                yield rules.FAR_ALTERED.at(piece.path, said, Mismatch("sha256", expected, found))


def _read(records: Records, record_id: str, piece: Piece, progress: Progress) -> tuple[str, int]:
    """The SHA-256 and the number of the octets that the repository gives out for *piece*."""
    hasher, octets = hashlib.sha256(), 0
    try:
        for block in records.read_file(record_id, piece.path, piece.size):
            hasher.update(block)
            octets += len(block)
            progress.advance(0, len(block))
    except DepositRefused as error:
        raise TargetUnreachable(
            f"{shown(piece.path)} cannot be read back: {error.message}",
            hint='If the repository keeps its files at another place, set verify = "word" for this target.',
        ) from error
    progress.advance(1, 0)
    return hasher.hexdigest(), octets


def _told(entry: Entry | None) -> str:
    if entry is None:
        return "the repository says that nothing came"
    return (
        f"the repository says {entry.size:,} octets, MD5 {entry.md5 or 'none'}" if entry.complete else "it is not whole"
    )
