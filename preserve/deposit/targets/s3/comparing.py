"""What lies in the bucket, read back and held against what was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from preserve.deposit import rules
from preserve.deposit.targets.s3.bucket import Bucket
from preserve.deposit.targets.s3.rules import UNLOCKED
from preserve.model import Mismatch, Problem
from preserve.ports import Progress
from preserve.ports.depositing import Piece
from preserve.storage import names


def differences(bucket: Bucket, key: str, piece: Piece, expected: str, progress: Progress) -> Iterator[Problem]:
    """Read the object *key*, every octet of it.  *expected* is the SHA-256 that it must have, in hex.

    Where it is to be locked and is not, because a run was killed in the last moment, that is made good.
    """
    shown = names.shown(key)
    blocks = bucket.read(key)
    if blocks is None:
        yield rules.FAR_MISSING.at(piece.path, f"{shown} is not there any more.")
        return
    hasher, count = hashlib.sha256(), 0
    for block in blocks:
        hasher.update(block)
        count += len(block)
        progress.advance(0, len(block))
        if count > piece.size:  # whatever follows, it is not what was sent
            break
    progress.advance(1, 0)
    if count != piece.size:
        more = "more than " if count > piece.size else ""
        message = f"{shown} has {more}{min(count, piece.size):,} octets there, and {piece.size:,} were sent."
        yield rules.FAR_ALTERED.at(piece.path, message)
    elif (found := hasher.hexdigest()) != expected:
        message = f"{shown} is not there as it was sent: its SHA-256 is {found}, and not {expected}."
        yield rules.FAR_ALTERED.at(piece.path, message, Mismatch("sha256", expected, found))
    elif bucket.keeping.locks and not bucket.hold(key):
        yield UNLOCKED.at(piece.path, f"{shown} is there as it was sent, and not locked.")
