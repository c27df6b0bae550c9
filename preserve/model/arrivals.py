"""What arrived, and what was copied of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from preserve.model.digests import Digest
from preserve.model.findings import Problem
from preserve.model.source_files import SourceFile, SourceFiles


class TransferKind(StrEnum):
    """What a transfer is made of."""

    FILE = "file"
    FOLDER = "folder"
    BAG = "bag"
    BUNDLE = "bundle"  # several files and folders that a person asked to package as one


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A symbolic link.  It is recorded with its target and never followed."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A folder of a transfer.  *empty* folders cannot be held by a bag and live on in PREMIS."""

    path: str
    mtime_ns: int
    empty: bool


class CompanionKind(StrEnum):
    """What the producer sent along with the files."""

    METADATA_CSV = "metadata-csv"
    DUBLIN_CORE = "dc-xml"
    METADATA_TOML = "metadata-toml"
    CHECKSUMS = "checksums"
    BAG_TAG = "bag-tag"


@dataclass(frozen=True, slots=True)
class Companion:
    """A metadata or checksum file of the producer.  *path* is where it goes below ``metadata/source/``.

    *about* are the payload files that a ``dc-xml`` or ``metadata-toml`` describes, or a folder of it with a slash at
    the end; none for the transfer as a whole.  *base* is what the
    names in a file from beside the transfer begin with where the payload's do not: ``letters/`` for the rows of a
    metadata.csv that lies beside the folder ``letters``.  *seen* is the file as the survey saw it.
    """

    kind: CompanionKind
    path: str
    source: Path
    base: str = ""
    about: tuple[str, ...] = ()
    seen: SourceFile | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SuppliedDigest:
    """A checksum that the producer sent: *path* as in ``SourceFile``, *listed_in* the file it stood in."""

    path: str
    digest: Digest
    listed_in: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """What arrived: one file or folder, read-only to us.  Any error in *problems* means that it is refused.

    *parts* are the files and folders that a bundle was made of; *root* is then the folder that holds them all.
    """

    name: str
    root: Path
    kind: TransferKind
    files: SourceFiles
    links: tuple[SourceLink, ...] = ()
    folders: tuple[SourceFolder, ...] = ()
    companions: tuple[Companion, ...] = ()
    supplied: tuple[SuppliedDigest, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[Path, ...] = ()

    @property
    def bytes(self) -> int:
        """The sum of the file sizes in bytes."""
        return self.files.octets()

    @property
    def roots(self) -> tuple[Path, ...]:
        """The files and folders that arrived: the root, or the parts of a bundle."""
        return self.parts or (self.root,)

    def brought(self, companion: Companion) -> bool:
        """Whether *companion* lies inside the transfer, and not beside it."""
        return any(companion.source.is_relative_to(root) for root in self.roots)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A payload file after it was copied.

    *path* is its place in the bag (``data/…``), *original* its name in the transfer; they differ only where the
    original name could not be written into a manifest.
    """

    path: str
    original: str
    size: int
    mtime_ns: int
    digests: tuple[Digest, ...]
