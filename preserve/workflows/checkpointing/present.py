"""What lies in the store now: whose history each one is, and in which folder a package lies."""

from __future__ import annotations

import errno
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
    """The store as it lies there.

    *histories* are the names of packages by the id that the first line of each history states, *unread* the names of
    those histories that cannot be read: they may be anybody's.
    """

    archive: Archive
    histories: dict[str, list[str]]
    unread: tuple[str, ...]
    folders: frozenset[str]

    @classmethod
    def of(cls, archive: Archive) -> Present:
        """The store of *archive*.  ``BagError`` if it cannot be read."""
        found: dict[str, list[str]] = {}
        unread = []
        for name in histories_in(archive.store):
            try:
                package_id = _stated(archive.history_of(name))
            except OSError as error:
                if error.errno != errno.ENOENT:  # one that was there a moment ago
                    unread.append(name)
                continue
            if package_id:
                found.setdefault(package_id, []).append(name)
        return cls(archive, found, tuple(unread), frozenset(folders_in(archive.store)))

    def has_history(self, name: str) -> bool:
        """Whether anything lies where the history of the package *name* would."""
        return os.path.lexists(self.archive.history_of(name))

    def names_of(self, package_id: str, name: str) -> list[str]:
        """Where histories of the package lie: those that state it, else the one beside its folder, or under *name*."""
        if names := self.histories.get(package_id):
            return names
        known = (name, self.known_name(package_id), self.folder_of(package_id, name))
        return [next((each for each in known if each and self.has_history(each)), "")]

    def folder_of(self, package_id: str, name: str) -> str:
        """The folder that holds the package with this id; "" if there is none.

        It is the one called *name*, else any beside which there is no history that states whose it is.
        """
        urn = package_urn(package_id)
        if name in self.folders and _identifier(self.archive.place_of(name)) == urn:
            return name
        taken = {each for names in self.histories.values() for each in names}
        free = sorted(self.folders - taken)
        return next((each for each in free if _identifier(self.archive.place_of(each)) == urn), "")

    def known_name(self, package_id: str) -> str:
        """What the catalogue calls the package with this id, or ""."""
        try:
            package = self.archive.catalog.get(package_id)
        except CatalogError:
            return ""
        return package.name if package else ""


def _stated(path: Path) -> str:
    """The id of the package that the first line of the history at *path* states, or ""; the line is not judged.

    ``OSError``; also if it is a link.
    """
    with durable.opened(path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
        try:
            return package_urn(json.loads(stream.readline(_FIRST_LINE))["package"]).removeprefix("urn:uuid:")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return ""


def _identifier(place: Path) -> str:
    try:
        info = bag_info.parse(read_file(place / bag_info.NAME))
    except (OSError, ValueError):
        return ""
    return next((value for value in info.values(_ID) if value.startswith("urn:uuid:")), "")
