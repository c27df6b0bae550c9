"""What lies in the store now: whose history each one is, and what was found of one package."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from preserve.bag import bag_info
from preserve.errors import CatalogError
from preserve.history.entry import package_urn
from preserve.storage import durable
from preserve.workflows.archive import Archive
from preserve.workflows.checkpointing.gathering import histories_in
from preserve.workflows.packages import read_file
from preserve.workflows.places import folders_in

_FIRST_LINE = 16 * 1024 * 1024
_ID = "External-Identifier"


@dataclass(frozen=True, slots=True)
class Present:
    """The store as it lies there.  *histories* are the names by the id that the first line of each states."""

    archive: Archive
    histories: dict[str, list[str]]
    folders: frozenset[str]

    @classmethod
    def of(cls, archive: Archive) -> Present:
        """The store of *archive*.  ``BagError`` if it cannot be read."""
        found: dict[str, list[str]] = {}
        for name in histories_in(archive.store):
            if package_id := _stated(archive.history_of(name)):
                found.setdefault(package_id, []).append(name)
        return cls(archive, found, frozenset(folders_in(archive.store)))

    def has_history(self, name: str) -> bool:
        """Whether anything lies where the history of the package *name* would."""
        return os.path.lexists(self.archive.history_of(name))

    def folder_of(self, package_id: str, name: str) -> str:
        """The folder that holds the package with this id: the one called *name*, else any; "" if there is none."""
        urn = package_urn(package_id)
        if name in self.folders and _identifier(self.archive.place_of(name)) == urn:
            return name
        orphans = (each for each in sorted(self.folders) if not self.has_history(each))
        return next((each for each in orphans if _identifier(self.archive.place_of(each)) == urn), "")

    def known_name(self, package_id: str) -> str:
        """What the catalogue calls the package with this id, or ""."""
        try:
            package = self.archive.catalog.get(package_id)
        except CatalogError:
            return ""
        return package.name if package else ""


def _stated(path: Path) -> str:
    """The id of the package that the first line of the history at *path* states, or ""; the line is not judged."""
    try:
        with durable.opened(path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
            return package_urn(json.loads(stream.readline(_FIRST_LINE))["package"]).removeprefix("urn:uuid:")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _identifier(place: Path) -> str:
    try:
        info = bag_info.parse(read_file(place / bag_info.NAME))
    except (OSError, ValueError):
        return ""
    return next((value for value in info.values(_ID) if value.startswith("urn:uuid:")), "")
