"""The package as it is: all files of the bag (RFC 8493)."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.ports.depositing import Piece
from preserve.workflows.depositing.consignments.forms import Wanted
from preserve.workflows.depositing.consignments.pieces import StoredPieces


def pieces(wanted: Wanted) -> Sequence[Piece]:
    """The files of the bag; its declaration and manifests first, so that a reader can judge it in one pass."""
    if wanted.profile or wanted.tags:
        from preserve.workflows.depositing.consignments import derived  # noqa: PLC0415  most are sent as they are

        return derived.pieces(wanted)
    return StoredPieces(wanted.files, tuple(wanted.files.sizes))
