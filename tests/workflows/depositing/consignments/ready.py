"""What the tests of consignments share."""

from preserve.model import Package
from preserve.ports.depositing import Consignment, Piece
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.consignments import consign, label_of

FILES = {"letter.txt": b"A letter.\n", "notes/empty.txt": b"", "notes/größe.bin": bytes(range(256)) * 4096}


def only(store: Archive) -> Package:
    """The only package."""
    (package,) = store.catalog.packages()
    return package


def ready(store: Archive, form: str, *, profile: str = "", tags: tuple[tuple[str, str], ...] = ()) -> Consignment:
    """It, as it is to be sent."""
    package = only(store)
    label, state, key = label_of(store, package)
    return consign(store, package, form, label=label, state=state, key=key, profile=profile, tags=tags)


def whole(piece: Piece, start: int = 0) -> bytes:
    """What is in *piece*."""
    return b"".join(piece.blocks(start))
