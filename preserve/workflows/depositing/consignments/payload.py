"""Only the documents: the payload, without the folder in which a bag keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.bag.listed_paths import PAYLOAD
from preserve.errors import BagError
from preserve.ports.depositing import Piece
from preserve.storage.names import shown
from preserve.workflows.depositing.consignments.forms import Wanted
from preserve.workflows.depositing.consignments.pieces import StoredPieces


def pieces(wanted: Wanted) -> Sequence[Piece]:
    """The documents."""
    if wanted.profile or wanted.tags:
        raise BagError("Documents alone are no bag, and no profile can be asked of them.", hint="Send the bag.")
    paths = tuple(path for path in wanted.files.sizes if path.startswith(PAYLOAD))
    if not paths:
        raise BagError(f"The package {shown(wanted.package.name)} holds no documents that could be sent.")
    return StoredPieces(wanted.files, paths, PAYLOAD)
