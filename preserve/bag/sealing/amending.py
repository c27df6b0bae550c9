"""Changing a tag file of a bag that is still on the workbench, before it is made durable and witnessed."""

from __future__ import annotations

from pathlib import Path

from preserve.bag import manifests
from preserve.bag.sealing.errors import store_errors
from preserve.errors import SealRefused
from preserve.storage import digests, durable


def amend(bag: Path, path: str, data: bytes) -> None:
    """Write *data* to the tag file *path*, and its digests into the tag manifests that list it.

    ``StoreUnwritable`` if that cannot be done; ``SealRefused`` if a tag manifest is not one of ours.
    """
    with store_errors(bag):
        kinds = [kind for entry in bag.iterdir() if (kind := manifests.kind_of(entry.name)) and kind.is_tag]
        amended = {kind.path: _listed(bag, kind, path, data) for kind in kinds}
        for name, content in {path: data, **amended}.items():
            _rewrite(bag / name, content)


def _listed(bag: Path, kind: manifests.Kind, path: str, data: bytes) -> bytes:
    found = manifests.parse((bag / kind.path).read_bytes(), kind, modern=True, codec="utf-8")
    if found.problems or path not in found.entries:
        raise SealRefused(f"The {kind.path} on the workbench does not list {path}.", hint="Please report this.")
    [digest] = digests.of_bytes(data, (kind.algorithm,))
    values = {name: value.hex() for name, value in found.entries.items()} | {path: digest.value}
    return manifests.format_manifest((values[name], name) for name in sorted(values))


def _rewrite(place: Path, data: bytes) -> None:
    place.unlink()
    durable.write_new(str(place), data)
