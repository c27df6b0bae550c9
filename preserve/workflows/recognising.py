"""Has this come in before?  By the payload manifests that were pinned, never by dates or sizes alone."""

from __future__ import annotations

from preserve.bag import manifests, sealing
from preserve.model import Package, PinnedDigest, Problem, Transfer
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
        if (package.files, package.bytes) == (len(transfer.files), transfer.bytes)
    ]
    algorithms = tuple(dict.fromkeys(kind.algorithm for package in alike for kind in _payload_kinds(package)))
    if not algorithms:
        return None
    found = [(f"data/{names.bag_name(file.path)}", read_once(file, algorithms)) for file in transfer.files]
    pins = {sealing.pin(manifests.file_name(name), sealing.manifest_bytes(found, name)) for name in algorithms}
    return next((package for package in alike if pins & set(package.pinned)), None)


def _payload_kinds(package: Package) -> list[manifests.Kind]:
    kinds = [manifests.kind_of(pinned.path) for pinned in package.pinned]
    return [kind for kind in kinds if kind is not None and kind.known and not kind.is_tag]


def twins(archive: Archive, package: Package) -> tuple[Package, ...]:
    """Other packages with exactly this payload."""
    payload = [pinned for pinned in package.pinned if _is_payload_manifest(pinned)]
    return tuple(other for other in archive.catalog.same_content(payload) if other.id != package.id)


def _is_payload_manifest(pinned: PinnedDigest) -> bool:
    kind = manifests.kind_of(pinned.path)
    return kind is not None and not kind.is_tag


def duplicates(others: tuple[Package, ...]) -> tuple[Problem, ...]:
    """The finding that other packages hold the same."""
    return tuple(
        rules.DUPLICATE_CONTENT.at("", f"The package {other.name} holds the same files, byte for byte.")
        for other in others
    )
