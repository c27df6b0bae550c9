"""Real consignments without an archive: of files that lie in a folder, or that are made octet by octet."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from preserve.errors import BagError, DescriptionError
from preserve.model import Package, PinnedDigest
from preserve.storage import digests

BLOCK = 64 * 1024
_SEALED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_SPACE = uuid.UUID("5f0fd3a8-4bb2-5a0c-9d55-0d7ea0d1a0c1")


@dataclass(frozen=True, slots=True)
class MadePiece:
    """A piece whose octets *content* gives from any position; *folder* is where it lies as a file, if anywhere.

    With *broken*, its reading ends as that of a package does that is not what was validated.
    """

    path: str
    size: int
    content: Callable[[int, int], bytes]
    folder: Path | None = None
    broken: bool = False

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        for at in range(start, self.size, BLOCK):
            if self.broken and at + BLOCK >= self.size:
                break
            yield self.content(at, min(BLOCK, self.size - at))
        if self.broken:
            raise BagError(f"{self.path} is not what was validated.", hint="Validate the package.")

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        hasher = digests.Hasher([algorithm])
        for at in range(0, self.size, BLOCK):
            hasher.update(self.content(at, min(BLOCK, self.size - at)))
        return hasher.digests()[0].value

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return self.folder / self.path if self.folder else None


@dataclass(frozen=True, slots=True)
class MadeConsignment:
    """A consignment of pieces that were made for a test."""

    package: Package
    label: str
    key: str
    state: int
    form: str
    made: tuple[MadePiece, ...]
    descriptions: Mapping[str, bytes]

    @property
    def files(self) -> int:
        """See ``Consignment.files``."""
        return len(self.made)

    @property
    def octets(self) -> int:
        """See ``Consignment.octets``."""
        return sum(piece.size for piece in self.made)

    def pieces(self) -> Iterator[MadePiece]:
        """See ``Consignment.pieces``."""
        return iter(self.made)

    def described(self, form: str) -> bytes:
        """See ``Consignment.described``."""
        if form not in self.descriptions:
            raise DescriptionError(f"There is no description as {form} in this test.")
        return self.descriptions[form]


OAI_DC = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Letters \xd8\xb1\xd8\xb3\xd8\xa7\xd8\xa6\xd9\x84</dc:title>'
    b"<dc:creator>Ada Writer</dc:creator><dc:date>1901</dc:date></oai_dc:dc>\n"
)
DCTERMS = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<record xmlns:dcterms="http://purl.org/dc/terms/">'
    b'<dcterms:title xml:lang="en">Letters</dcterms:title><dcterms:creator>Ada Writer</dcterms:creator></record>\n'
)
INVENIO = (
    b'{"metadata": {"title": "Letters", "publication_date": "1901", "resource_type": {"id": "publication"}, '
    b'"creators": [{"person_or_org": {"type": "personal", "family_name": "Writer", "given_name": "Ada"}}]}}'
)


def of_files(
    label: str,
    files: Mapping[str, bytes],
    *,
    form: str = "bag",
    folder: Path | None = None,
    state: int = 1,
    broken: str = "",
) -> MadeConsignment:
    """A consignment of *files* by their paths; with *folder* they lie there.  Reading the one called *broken* fails."""

    def piece(path: str, data: bytes) -> MadePiece:
        if folder is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return MadePiece(path, len(data), lambda at, count: data[at : at + count], folder, path == broken)

    made = tuple(piece(path, data) for path, data in files.items())
    return _consignment(label, form, made, state)


def single(
    label: str, form: str, octets: int, *, seed: int = 0, folder: Path | None = None, broken: bool = False
) -> MadeConsignment:
    """A consignment of one file of so many *octets*, which *seed* determines and nobody holds in memory."""
    name = f"{label}.{form.rpartition('-')[2]}"
    if folder is not None:
        with (folder / name).open("wb") as stream:
            for at in range(0, octets, BLOCK):
                stream.write(_chance(seed, at, min(BLOCK, octets - at)))
    piece = MadePiece(name, octets, lambda at, count: _chance(seed, at, count), folder, broken)
    return _consignment(label, form, (piece,), 1)


def _consignment(label: str, form: str, made: tuple[MadePiece, ...], state: int) -> MadeConsignment:
    name = label.rpartition(".v")[0] if state > 1 else label
    pinned = (PinnedDigest("tagmanifest-sha256.txt", "sha256", sha256(f"{label} {state}".encode()).hexdigest()),)
    octets = sum(piece.size for piece in made)
    package = Package(
        str(uuid.uuid5(_SPACE, name)), name, name, "Letters", False, _SEALED, "1.0", len(made), octets, pinned
    )
    described = {"oai_dc": OAI_DC, "dcterms": DCTERMS, "invenio": INVENIO}
    key = uuid.uuid5(_SPACE, f"{label} {state}").urn
    return MadeConsignment(package, label, key, state, form, made, described)


def _chance(seed: int, at: int, count: int) -> bytes:
    """The octets from *at*: no two places and no two seeds have the same, and each can be had without those before."""
    first, skip = divmod(at, BLOCK)
    found = bytearray()
    while len(found) < skip + count:
        found += _block(seed, first)
        first += 1
    return bytes(found[skip : skip + count])


def _block(seed: int, number: int) -> bytes:
    from hashlib import shake_128  # noqa: PLC0415  only who makes octets needs it

    return shake_128(f"{seed} {number}".encode()).digest(BLOCK)
