"""An inventory (OCFL 1.1 §3.5), read from bytes that anybody may have written.  Pure: no file is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from preserve.deposit.targets.ocfl.blocks import (
    CONTENT_PATHS,
    FIXITY,
    LOGICAL_PATHS,
    Block,
    Faults,
    block,
    cut,
    judge_paths,
)
from preserve.model import Problem
from preserve.storage.names import is_utf8
from preserve.storage.times import from_rfc3339

LARGEST = 256 << 20
"""Octets: one of a million files is nearly as large."""
SPECS = ("1.0", "1.1")
ADDRESSING = ("sha512", "sha256")
EXTENDED = ("blake2b-160", "blake2b-256", "blake2b-384", "sha512/256", "size", "crc32c", "xxh3-64", "xxh3-128")
"""Those of the extensions 0001, 0009 and later: legal, and not checked here."""

_KEYS = {"id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity"}
_VERSION = re.compile(r"v(0*)([1-9][0-9]{0,8})", re.ASCII)
_TYPE = re.compile(r"https://ocfl\.io/([0-9]\.[0-9])/spec/#inventory", re.ASCII)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a well-formed inventory says.  Digests are in lower case; *said* is the whole, as it stands there."""

    id: str
    spec: str
    algorithm: str
    head: str
    content_directory: str
    manifest: Block
    states: Mapping[str, Mapping[str, str]]
    fixity: Mapping[str, Block]
    said: Mapping[str, Any]

    def digests_of(self) -> dict[str, str]:
        """The digest of each content path."""
        return {path: digest for digest, paths in self.manifest.items() for path in paths}

    def next_version(self) -> str:
        """What the next version folder is called, in the manner of the first ones."""
        padding, number = _VERSION.fullmatch(self.head).groups()  # type: ignore[union-attr]
        if not padding:
            return f"v{int(number) + 1}"
        return f"v{int(number) + 1:0{len(self.head) - 1}d}"


def judge(data: bytes, where: str = "inventory.json") -> tuple[Inventory | None, list[Problem]]:
    """The inventory that *data* is, None if anything is wrong, and what that is.  *where* it lies is for messages."""
    faults = Faults(where)
    try:
        said = json.loads(data, object_pairs_hook=_unrepeated, parse_constant=_no_number)
    except (ValueError, RecursionError, MemoryError) as error:
        faults.add("E033", f"The inventory is not legal JSON in UTF-8: {str(error)[:200]}")
        return None, faults.found
    if not isinstance(said, dict):
        faults.add("E033", "The inventory is not a JSON object")
        return None, faults.found
    _judge_keys(said, faults)
    if faults.found:
        return None, faults.found
    names = list(_judge_version_names(said, faults))
    folders = {f"{name}/{said.get('contentDirectory', 'content')}/" for name in names}
    algorithm = said["digestAlgorithm"]
    manifest = _judge_manifest(said["manifest"], algorithm, folders, faults)
    states = {name: _judge_version(name, said["versions"][name], manifest, algorithm, faults) for name in names}
    used = {digest for state in states.values() for digest in state.values()}
    for digest in manifest.keys() - used:
        faults.add("E107", f"The digest {digest[:16]}… stands in the manifest and in no version")
    fixity = _judge_fixity(said.get("fixity", {}), manifest, faults)
    if faults.found:
        return None, faults.found
    spec = _TYPE.fullmatch(said["type"])[1]  # type: ignore[index]
    made = Inventory(
        said["id"],
        spec,
        algorithm,
        said["head"],
        said.get("contentDirectory", "content"),
        manifest,
        states,
        fixity,
        said,
    )
    return made, []


def _judge_manifest(said: Any, algorithm: str, folders: set[str], faults: Faults) -> Block:
    manifest = block(said, algorithm, faults, ("E092", "E096"))
    paths = [path for found in manifest.values() for path in found]
    judge_paths(paths, faults, "content path", CONTENT_PATHS)
    for path in paths:
        if not path.startswith(tuple(folders)):
            faults.add("E042", f"The content path {cut(path)} leads to no version of this object")
    return manifest


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _judge_keys(said: dict[str, Any], faults: Faults) -> None:
    for key in said.keys() - _KEYS:
        faults.add("E102", f"The inventory has the key {cut(key)}, which means nothing")
    for key in ("id", "type", "digestAlgorithm", "head"):
        if not (isinstance(said.get(key), str) and said[key] and is_utf8(said[key])):
            faults.add("E036" if key not in said else _TEXT_CODES[key], f"The inventory has no good {key}")
    for key, missing, wrong in (("manifest", "E041", "E106"), ("versions", "E043", "E044")):
        if not isinstance(said.get(key), dict):
            faults.add(wrong if key in said else missing, f"The inventory has no good {key}")
    if faults.found:
        return
    found = _TYPE.fullmatch(said["type"])
    if found is None or found[1] not in SPECS:
        faults.add("E038", f"The type {cut(said['type'])} is not that of OCFL 1.0 or 1.1")
    if said["digestAlgorithm"] not in ADDRESSING:
        faults.add("E025", f"The digest algorithm {cut(said['digestAlgorithm'])} is neither sha512 nor sha256")
    folder = said.get("contentDirectory", "content")
    if not isinstance(folder, str) or folder in ("", ".", "..") or "/" in folder or not is_utf8(folder):
        faults.add("E018" if folder in (".", "..") else "E017", "The contentDirectory is not the name of a folder")


_TEXT_CODES = {"id": "E037", "type": "E038", "digestAlgorithm": "E025", "head": "E040"}


def _judge_version_names(said: dict[str, Any], faults: Faults) -> Iterator[str]:
    names = {name: _VERSION.fullmatch(name) for name in said["versions"]}
    for name in (name for name, found in names.items() if found is None):
        faults.add("E046", f"{cut(name)} is not the name of a version")
    order = sorted((int(found[2]), name) for name, found in names.items() if found)
    if not order:
        faults.add("E008", "The inventory knows no version")
        return
    if [number for number, _ in order] != list(range(1, len(order) + 1)):
        faults.add("E010", "The versions are not numbered 1, 2, 3 and so on")
    padded = {len(name) for _, name in order} if order[0][1].startswith("v0") else set()
    if len(padded) > 1 or any(name.startswith("v0") != bool(padded) for _, name in order):
        faults.add("E012", "The versions are not named in one manner")
    if said["head"] != order[-1][1]:
        faults.add("E040", "The head is not the last version")
    yield from (name for _, name in order)


def _judge_version(name: str, said: Any, manifest: Block, algorithm: str, faults: Faults) -> dict[str, str]:
    if not isinstance(said, dict):
        faults.add("E047", f"The version {name} is not a JSON object")
        return {}
    for key in ("created", "state"):
        if key not in said:
            faults.add("E048", f"The version {name} has no {key}")
    try:
        from_rfc3339(str(said.get("created", "")).replace("z", "Z"))
    except ValueError:
        if "created" in said:
            faults.add("E049", f"The version {name} was created at no time that RFC 3339 knows")
    if not isinstance(said.get("message", ""), str):
        faults.add("E094", f"The message of {name} is not text")
    user = said.get("user", {"name": "?"})
    if not isinstance(user, dict) or not isinstance(user.get("name"), str) or not user["name"]:
        faults.add("E054", f"The user of {name} has no name")
    state = block(said.get("state", {}), algorithm, faults, ("E050", "E050"))
    for digest in state.keys() - manifest.keys():
        faults.add("E050", f"The version {name} has the digest {digest[:16]}…, which is not in the manifest")
    paths = [path for found in state.values() for path in found]
    judge_paths(paths, faults, f"logical path of {name}", LOGICAL_PATHS)
    return {path: digest for digest, found in state.items() for path in found}


def _judge_fixity(said: Any, manifest: Block, faults: Faults) -> dict[str, Block]:
    if not isinstance(said, dict):
        faults.add("E111", "The fixity block is not a JSON object")
        return {}
    listed = {path for paths in manifest.values() for path in paths}
    found: dict[str, Block] = {}
    for name, paths in said.items():
        if name not in FIXITY and name not in EXTENDED:
            faults.add("E056", f"The fixity block has the algorithm {cut(name)}, which nobody knows")
            continue
        found[name] = block(paths, name, faults, ("E057", "E097"))
        for path in (path for paths in found[name].values() for path in paths if path not in listed):
            faults.add("E057", f"The fixity block has {cut(path)}, which is not in the manifest")
    return {name: paths for name, paths in found.items() if name in FIXITY}
