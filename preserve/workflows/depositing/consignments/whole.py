"""The package as it is: all files of the bag (RFC 8493)."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.errors import BagError
from preserve.ports.depositing import Piece
from preserve.storage.names import shown
from preserve.workflows.depositing.consignments.forms import FORMS, Wanted
from preserve.workflows.depositing.consignments.pieces import Made, StoredPieces


def pieces(wanted: Wanted) -> Sequence[Piece]:
    """The files of the bag; its declaration and manifests first, so that a reader can judge it in one pass."""
    found: Sequence[Piece] = StoredPieces(wanted.files, tuple(wanted.files.sizes))
    if wanted.profile or wanted.tags:
        from preserve.workflows.depositing.consignments import derived  # noqa: PLC0415  most are sent as they are

        found = derived.pieces(wanted)
    return found if wanted.files.has_payload else _with_empty_payload(wanted, found)


def _with_empty_payload(wanted: Wanted, found: Sequence[Piece]) -> Sequence[Piece]:
    """A bag must have a folder data/ (§2.1.2).  An archive can hold an empty one."""
    if not FORMS[wanted.form].wrap:
        raise BagError(
            f"The package {shown(wanted.package.name)} holds no documents, and an empty folder cannot be sent.",
            hint="Send it as a tar.",
        )
    return (*found, Made.of("data/", b""))
