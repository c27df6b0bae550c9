"""Has this come in before?  By the payload manifests that were pinned, never by dates or sizes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from preserve.bag import manifests
from preserve.bag.sealing import seal as sealing
from preserve.bag.validate import Options, validate
from preserve.model import Package, PinnedDigest, Problem, Transfer
from preserve.ports import Progress
from preserve.storage import names
from preserve.storage.sources import read_once
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.places import transfer_label


def alike(archive: Archive, transfers: Sequence[str]) -> Mapping[str, tuple[Package, ...]]:
    """The packages in the store that were made of transfers with these names, by label (``transfer_label``)."""
    labels = archive.catalog.transfers_among(transfer_label(name) for name in transfers)
    found = {label: archive.catalog.from_transfer(label) for label in labels}
    return {label: tuple(one for one in some if is_there(archive, one)) for label, some in found.items()}


def made_of(transfer: Transfer, candidates: Sequence[Package]) -> Package | None:
    """That of the *candidates* which was made of this very transfer: same files, same bytes; None if there is none.

    Reads the source only where a package of this size is among them, so that what is new is read just once.
    """
    same_size = [one for one in candidates if (one.files, one.bytes) == (len(transfer.files), transfer.bytes)]
    algorithms = tuple(dict.fromkeys(kind.algorithm for package in same_size for kind in _payload_kinds(package)))
    if not algorithms:
        return None
    found = [(names.payload_path(file.path), read_once(file, algorithms)) for file in transfer.files]
    pins = {sealing.pin(manifests.file_name(name), sealing.manifest_bytes(found, name)) for name in algorithms}
    return next((package for package in same_size if pins & set(package.pinned)), None)


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


class Twins:
    """Other packages with the payload of those that are about to be published: in the catalogue, or among them.

    Asked under the store's lock, so that no other run can publish meanwhile.
    """

    def __init__(self, archive: Archive, news: Sequence[Package]) -> None:
        pins = [pinned for package in news for pinned in _payload_pins(package)]
        self._by_pin: dict[PinnedDigest, list[Package]] = {}
        for known in archive.catalog.same_content(pins):
            if is_there(archive, known):
                self.add(known)

    def add(self, package: Package) -> None:
        """From now on *package* is one that others may be the twins of."""
        for pinned in _payload_pins(package):
            self._by_pin.setdefault(pinned, []).append(package)

    def of(self, package: Package) -> tuple[Package, ...]:
        """The others with exactly the payload of *package*, as any of their payload manifests says."""
        found = {one.id: one for pinned in _payload_pins(package) for one in self._by_pin.get(pinned, ())}
        return tuple(one for one in found.values() if one.id != package.id)


def are_twins(one: Package, other: Package) -> bool:
    """Whether both hold the same files, byte for byte, as any of their payload manifests says."""
    return not set(_payload_pins(one)).isdisjoint(_payload_pins(other))


def _payload_pins(package: Package) -> list[PinnedDigest]:
    return [pinned for pinned in package.pinned if _is_payload_manifest(pinned)]


def _is_payload_manifest(pinned: PinnedDigest) -> bool:
    kind = manifests.kind_of(pinned.path)
    return kind is not None and not kind.is_tag


def duplicates(others: tuple[Package, ...]) -> tuple[Problem, ...]:
    """The finding that other packages hold the same."""
    return tuple(
        rules.DUPLICATE_CONTENT.at("", f"The package {other.name} holds the same files, byte for byte.")
        for other in others
    )
