"""Has this come in before?  By the payload manifests that were pinned, never by dates or sizes alone."""

from __future__ import annotations

from preserve.bag import manifests
from preserve.bag.sealing import seal as sealing
from preserve.bag.validate import Options, validate
from preserve.model import Package, PinnedDigest, Problem, Transfer
from preserve.ports import Progress
from preserve.storage import names
from preserve.storage.sources import read_once
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.packages import transfer_label


def known_source(archive: Archive, transfer: Transfer) -> Package | None:
    """The package that was made of this very transfer: same name, same files, same bytes; None if there is none.

    Reads the source only where a package of this name and size exists, so that what is new is read just once.
    """
    alike = [
        package
        for package in archive.catalog.from_transfer(transfer_label(transfer.name))
        if (package.files, package.bytes) == (len(transfer.files), transfer.bytes) and is_there(archive, package)
    ]
    algorithms = tuple(dict.fromkeys(kind.algorithm for package in alike for kind in _payload_kinds(package)))
    if not algorithms:
        return None
    found = [(names.payload_path(file.path), read_once(file, algorithms)) for file in transfer.files]
    pins = {sealing.pin(manifests.file_name(name), sealing.manifest_bytes(found, name)) for name in algorithms}
    return next((package for package in alike if pins & set(package.pinned)), None)


def is_there(archive: Archive, package: Package) -> bool:
    """Whether *package* lies in the store, and not only in the catalogue: what is lost is nobody's second copy."""
    return archive.place_of(package.name).is_dir()


def is_sound(archive: Archive, package: Package, progress: Progress) -> bool:
    """Whether every byte of *package* is what it was when it was sealed."""
    options = Options(pinned=package.pinned, expected_version=package.bag_version)
    place = archive.place_of(package.name)
    return is_there(archive, package) and validate(place, options=options, progress=progress).valid


def _payload_kinds(package: Package) -> list[manifests.Kind]:
    kinds = [manifests.kind_of(pinned.path) for pinned in package.pinned]
    return [kind for kind in kinds if kind is not None and kind.known and not kind.is_tag]


def twins(archive: Archive, package: Package) -> tuple[Package, ...]:
    """Other packages with exactly this payload."""
    payload = [pinned for pinned in package.pinned if _is_payload_manifest(pinned)]
    others = archive.catalog.same_content(payload)
    return tuple(other for other in others if other.id != package.id and is_there(archive, other))


def _is_payload_manifest(pinned: PinnedDigest) -> bool:
    kind = manifests.kind_of(pinned.path)
    return kind is not None and not kind.is_tag


def duplicates(others: tuple[Package, ...]) -> tuple[Problem, ...]:
    """The finding that other packages hold the same."""
    return tuple(
        rules.DUPLICATE_CONTENT.at("", f"The package {other.name} holds the same files, byte for byte.")
        for other in others
    )
