"""What there is in a bag: its entries sorted by what they mean to RFC 8493 §2, and its tag files' bytes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from preserve.bag import bag_info, declaration, fetch_list, listed_paths, manifests, rules
from preserve.bag.bag_info import Oxum
from preserve.bag.manifests import Kind
from preserve.bag.source import BagSource, Entry, EntryKind
from preserve.errors import BagError
from preserve.model import Digest, Problem
from preserve.storage import digests
from preserve.storage.names import shown

_MIB = 1024 * 1024
_LIMITS = {
    declaration.NAME: 64 * 1024,
    bag_info.NAME: 16 * _MIB,
    bag_info.OLD_NAME: 16 * _MIB,
    fetch_list.NAME: 512 * _MIB,
}
_MANIFEST_LIMIT = 2048 * _MIB
"""A manifest of ten million files."""

_PAYLOAD_FOLDER = listed_paths.PAYLOAD.rstrip("/")


@dataclass(slots=True)
class Contents:
    """The entries of a bag by kind.  Sizes are those of the directory or archive, in octets."""

    payload: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    @property
    def oxum(self) -> Oxum:
        """How much payload is there."""
        return Oxum(sum(self.payload.values()), len(self.payload))

    @property
    def has_payload_folder(self) -> bool:
        """Whether there is a folder data/ (§2.1.2)."""
        return bool(self.payload) or any(_in_payload(path) for path in self.folders)

    @property
    def manifests(self) -> tuple[Kind, ...]:
        """The manifests in the base folder, payload manifests first."""
        found = [kind for path in self.tags if (kind := manifests.kind_of(path))]
        return tuple(sorted(found, key=lambda kind: (kind.is_tag, kind.path)))

    def take(self, entry: Entry) -> None:
        """Put *entry* where it belongs."""
        if entry.kind is EntryKind.FILE:
            files = self.payload if entry.path.startswith(listed_paths.PAYLOAD) else self.tags
            files[sys.intern(entry.path)] = entry.size  # one string a path, shared with the manifests
        elif entry.kind is EntryKind.LINK:
            self.links.add(entry.path)
        elif entry.kind is EntryKind.FOLDER:
            self.folders.add(entry.path)
        else:
            self.others.add(entry.path)


def of(source: BagSource) -> Contents:
    """All entries of *source*."""
    contents = Contents()
    for entry in source.entries():
        contents.take(entry)
    return contents


def judge(contents: Contents, wanted: Collection[str]) -> list[Problem]:
    """What must not stand in any bag, and what must (§2, §5.1).  *wanted* are listed paths that are no files."""
    problems = []
    if not contents.has_payload_folder:
        problems.append(rules.PAYLOAD_FOLDER_MISSING.at(_PAYLOAD_FOLDER, "The bag has no folder data/."))
    if declaration.NAME not in contents.tags:
        problems.append(rules.DECLARATION_MISSING.at(declaration.NAME, "The bag has no declaration bagit.txt."))
    for path in sorted(contents.links):
        unlisted = rules.LINK_FOUND if _in_payload(path) else rules.LINK_AMONG_TAGS
        rule = rules.LINK_LISTED if path in wanted or _is_defined(path) else unlisted
        problems.append(rule.at(path, f"{shown(path)} is a symbolic link, not a file."))
    problems += [
        rules.FOLDER_FOR_TAG_FILE.at(path, f"{shown(path)} is a folder and should be a tag file.")
        for path in sorted(contents.folders)
        if _is_defined(path)
    ]
    problems += [
        rules.SPECIAL_FILE.at(path, f"{shown(path)} is neither a file nor a folder.")
        for path in sorted(contents.others)
    ]
    return problems


def _is_defined(path: str) -> bool:
    """Whether RFC 8493 gives the tag file *path* a meaning."""
    return path in _LIMITS or manifests.kind_of(path) is not None


def _in_payload(path: str) -> bool:
    return path == _PAYLOAD_FOLDER or path.startswith(listed_paths.PAYLOAD)


class TagFiles:
    """Reads tag files, each once, and keeps the digests of exactly the bytes that were judged."""

    def __init__(self, source: BagSource, contents: Contents, algorithms: tuple[str, ...]) -> None:
        self._source = source
        self.contents = contents
        self.algorithms = algorithms
        self.digests: dict[str, dict[str, str]] = {}
        self.problems: list[Problem] = []

    def read(self, path: str) -> bytes | None:
        """The bytes of *path*, or None if it is absent or cannot be read; the latter is a finding."""
        if path not in self.contents.tags:
            return None
        try:
            data = self._source.read(path, limit(path))
        except BagError as error:
            self.problems.append(rules.TAG_FILE_TOO_LARGE.at(path, error.message))
            return None
        except OSError as error:
            reason = os.strerror(error.errno or errno.EIO)
            self.problems.append(rules.TAG_FILE_UNREADABLE.at(path, f"{shown(path)} cannot be read: {reason}."))
            return None
        self.note(path, digests.of_bytes(data, self.algorithms))
        return data

    def hasher(self) -> digests.Hasher:
        """For a file that is read elsewhere, block by block."""
        return digests.Hasher(self.algorithms)

    def note(self, path: str, found: Iterable[Digest]) -> None:
        """The digests of the file *path*, by whomever it was read."""
        self.digests[path] = {digest.algorithm: digest.value for digest in found}


def limit(path: str) -> int:
    """The octets that the tag file *path* may have."""
    return _LIMITS.get(path, _MANIFEST_LIMIT if manifests.kind_of(path) else _LIMITS[bag_info.NAME])
