"""A new version of an object: what is new in it, and the inventory that says so.  Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preserve.deposit.targets.ocfl.inventory import ADDRESSING, Inventory
from preserve.ports.depositing import Consignment, Piece
from preserve.storage.times import rfc3339


@dataclass(frozen=True, slots=True)
class Next:
    """The version that is to be made of *what*: its name, where its content lies, by which algorithm it is addressed.

    *new* are the pieces that no version has yet, each content once.
    """

    name: str
    content: str
    algorithm: str
    state: Mapping[str, str]
    new: tuple[Piece, ...]


def state_of(what: Consignment, algorithm: str) -> dict[str, str]:
    """Logical path → digest: what *what* is, in the words of an inventory."""
    return {piece.path: piece.digest(algorithm) for piece in what.pieces()}


def version_of(inventory: Inventory, state: Mapping[str, str]) -> str:
    """The last version that is the same as *state*, "" if none is."""
    return next((name for name in reversed(list(inventory.states)) if inventory.states[name] == state), "")


def next_version(what: Consignment, former: Inventory | None) -> Next:
    """What is to be made of *what*: the first version of an object, or the one after those of *former*."""
    algorithm = former.algorithm if former else ADDRESSING[0]
    name = former.next_version() if former else "v1"
    state: dict[str, str] = {}
    had = set(former.manifest) if former else set()
    new = []
    for piece in what.pieces():
        digest = state[piece.path] = piece.digest(algorithm)
        if digest not in had:
            had.add(digest)
            new.append(piece)
    folder = former.content_directory if former else "content"
    return Next(name, f"{name}/{folder}", algorithm, state, tuple(new))


def inventory_of(
    following: Next, former: Inventory | None, spec: str, identifier: str, about: Mapping[str, Any]
) -> bytes:
    """The inventory with the version *following*; *about* is what it says of that beside its state (§3.5.3.1)."""
    said = dict(former.said) if former else _first(identifier, spec, following.algorithm)
    manifest = {key: list(paths) for key, paths in said["manifest"].items()}
    written = {key.lower(): key for key in manifest}
    sha256 = {key: list(paths) for key, paths in said.get("fixity", {}).get("sha256", {}).items()}
    fixed = {key.lower(): key for key in sha256}
    for piece in following.new:
        path = f"{following.content}/{piece.path}"
        digest = piece.digest(following.algorithm)
        manifest[digest] = [path]
        written[digest] = digest
        if following.algorithm != "sha256":
            value = piece.digest("sha256")
            sha256.setdefault(fixed.setdefault(value, value), []).append(path)
    state = {written[digest]: paths for digest, paths in _grouped(following.state.items()).items()}
    said["head"] = following.name
    said["manifest"] = manifest
    if sha256:
        said["fixity"] = {**said.get("fixity", {}), "sha256": sha256}
    said["versions"] = {**said["versions"], following.name: {**about, "state": state}}
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def about_version(message: str, user: str, address: str, now: datetime) -> dict[str, Any]:
    """When, why and by whom a version was made."""
    who = {"name": user, "address": address} if address else {"name": user}
    return {"created": rfc3339(now.replace(microsecond=0)), "message": message, "user": who}


def _first(identifier: str, spec: str, algorithm: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "type": f"https://ocfl.io/{spec}/spec/#inventory",
        "digestAlgorithm": algorithm,
        "head": "",
        "manifest": {},
        "versions": {},
    }


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, digest in pairs:
        found.setdefault(digest, []).append(path)
    return found
