"""The blocks of an inventory, paths by digest, and the paths in them, held against OCFL 1.1 §3.5.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from preserve.deposit.targets.ocfl import rules
from preserve.model import Problem, Rule
from preserve.storage import digests
from preserve.storage.names import is_utf8, shown

Block = Mapping[str, list[str]]
"""Paths by digest, as they stand there."""

FIXITY = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512", "blake2b-512": "blake2b"}
"""OCFL's names of the algorithms that every client knows, and ours."""
CONTENT_PATHS = ("E100", "E099", "E101")
LOGICAL_PATHS = ("E053", "E052", "E095")
"""The codes for a path with a slash at an end, for one that is not plain, and for two that conflict."""

_HEX = re.compile(r"[0-9a-f]+")
_MOST = 1000


class Faults:
    """What is wrong, of very much only the beginning."""

    def __init__(self, where: str) -> None:
        self.found: list[Problem] = []
        self._where = where

    def add(self, code: str, text: str, rule: Rule = rules.INVENTORY) -> None:
        """One more; *text* is a sentence without its full stop."""
        if len(self.found) < _MOST:
            self.found.append(rule.at(self._where, f"{text} ({code})."))


def block(said: Any, algorithm: str, faults: Faults, codes: tuple[str, str]) -> dict[str, list[str]]:
    """Paths by digest, in lower case; the codes are for what is no such block, and for a digest that is there twice."""
    if not isinstance(said, dict):
        faults.add(codes[0], "A block of digests is not a JSON object")
        return {}
    found: dict[str, list[str]] = {}
    length = digests.hex_length(FIXITY[algorithm]) if algorithm in FIXITY else 0
    for key, paths in said.items():
        digest = key.lower() if length else key
        if length and not (len(digest) == length and _HEX.fullmatch(digest)):
            faults.add(codes[0], f"{cut(key)} is not a digest by {algorithm}")
        elif digest in found:
            faults.add(codes[1], f"The digest {digest[:16]}… is there twice, in capitals and not")
        elif not (isinstance(paths, list) and paths and all(isinstance(path, str) and is_utf8(path) for path in paths)):
            faults.add(codes[0], f"The digest {digest[:16]}… has no list of paths")
        else:
            found[digest] = paths
    return found


def judge_paths(paths: Iterable[str], faults: Faults, what: str, codes: tuple[str, str, str]) -> None:
    """Whether each of *paths* stays where it belongs, and none is another, or leads through one."""
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        parts = path.split("/")
        if path.startswith("/") or path.endswith("/"):
            faults.add(codes[0], f"The {what} {cut(path)} begins or ends in a slash")
        elif any(part in ("", ".", "..") for part in parts) or "\0" in path:
            faults.add(codes[1], f"The {what} {cut(path)} is not a plain path")
        elif path in seen:
            faults.add(codes[2], f"The {what} {cut(path)} is there twice")
        seen.add(path)
        folders.update("/".join(parts[:end]) for end in range(1, len(parts)))
    for path in seen & folders:
        faults.add(codes[2], f"The {what} {cut(path)} is a folder for others too")


def cut(text: str) -> str:
    """The beginning of *text*, as it may be shown."""
    return shown(text[:200])
