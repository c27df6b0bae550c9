"""A package made ready to be sent: the consignment that a target gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preserve.model import Package
from preserve.ports import Progress, Silent
from preserve.ports.depositing import Piece
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.consignments import sealed
from preserve.workflows.depositing.consignments.forms import Wanted, pieces
from preserve.workflows.depositing.consignments.wrapping import Metered, Pacing, Packed


@dataclass(frozen=True, slots=True)
class Consigned:
    """A ``Consignment`` of a package in the store."""

    archive: Archive
    package: Package
    label: str
    key: str
    state: int
    form: str
    parts: Sequence[Piece]
    octets: int
    pace: Pacing | None
    progress: Progress

    @property
    def files(self) -> int:
        """See ``Consignment.files``."""
        return len(self.parts)

    def pieces(self) -> Iterator[Piece]:
        """See ``Consignment.pieces``."""
        return (Metered(piece, self.pace, self.progress) for piece in self.parts)

    def described(self, form: str) -> bytes:
        """See ``Consignment.described``."""
        from preserve.workflows.export import described  # noqa: PLC0415  not every target asks

        return described(self.archive, self.package, form)


def consign(  # noqa: PLR0913  each says one thing of what is sent
    archive: Archive,
    package: Package,
    form: str,
    *,
    label: str,
    state: int,
    key: str,
    pace: Pacing | None = None,
    progress: Progress | None = None,
    profile: str = "",
    tags: tuple[tuple[str, str], ...] = (),
) -> Consigned:
    """*package* as it is to be sent in *form*, under the names that ``label_of`` gave.

    Only its lists are read: that is quick.  What each file is shows while it is sent.  *profile* and *tags* are for
    forms that are a bag: one is derived that keeps the profile.  ``UsageError`` for a form that there is not;
    ``DescriptionError`` names all that the form or the profile demands and nobody has said; ``BagError`` if the package
    cannot be read, is not what was pinned, or cannot be sent so.
    """
    files = sealed.opened(archive.place_of(package.name), package)
    wanted = Wanted(archive, package, files, label, state, key, form, profile, tags)
    found, wrap = pieces(wanted)
    parts: Sequence[Piece] = (Packed.of(label, wrap, found),) if wrap else found
    octets = sum(piece.size for piece in parts)
    return Consigned(archive, package, label, key, state, form, parts, octets, pace, progress or Silent())
