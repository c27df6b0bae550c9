"""``--move``: removing a source whose package was sealed, file by file, and only what is still what was packaged."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from preserve.model import Problem, SourceFile, Transfer, TransferKind
from preserve.storage import names
from preserve.storage.sources import is_unchanged
from preserve.transfer.arrival import Arrival
from preserve.workflows import rules


class Sources:
    """The sources of one run.  What lies beside several of them goes with the last one that it speaks about."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        self._awaited = Counter(source for arrival in arrivals for source in _beside(arrival))

    def remove(self, arrival: Arrival, transfer: Transfer) -> tuple[Problem, ...]:
        """Remove what *transfer* brought.  What has changed since, or cannot be removed, stays and is reported."""
        self._awaited.subtract(_beside(arrival))
        kept = tuple(_remove_files(self._removable(transfer)))
        _remove_links(transfer)
        for root in transfer.roots:
            if root.is_dir() and not root.is_symlink():
                _remove_empty_folders(root)
        return kept

    def _removable(self, transfer: Transfer) -> Iterator[SourceFile]:
        """The files of *transfer*, and of its companions those that are nobody else's, each once."""
        others: dict[str, SourceFile] = {}
        for companion in transfer.companions:
            if companion.seen is not None and (
                transfer.brought(companion)
                or (_speaks_of_one(companion.source, transfer) and not self._awaited[companion.source])
            ):
                others.setdefault(companion.seen.source, companion.seen)
        for file in transfer.files:
            others.pop(file.source, None)
            yield file
        yield from others.values()


def _beside(arrival: Arrival) -> set[Path]:
    """The companions that lie beside *arrival*, or beside the parts of it."""
    return {one.source for each in (arrival, *arrival.parts) for one in each.beside}


def _speaks_of_one(companion: Path, transfer: Transfer) -> bool:
    """Whether a file beside the transfer is about nothing else, going by its name: ``letter.txt.dc.xml``."""
    stems = {stem for root in transfer.roots for stem in (root.name, root.stem)}
    return companion.name.startswith(tuple(f"{stem}." for stem in stems))


def _remove_files(files: Iterable[SourceFile]) -> Iterator[Problem]:
    ours: set[tuple[int, int]] = set()  # whose number of hard links we changed ourselves
    for file in files:
        try:
            linked = (file.device, file.inode) in ours
            state = os.lstat(file.source)
            if not is_unchanged(state, file, links_apart=linked):
                yield rules.SOURCE_KEPT.at(
                    file.path, f"{names.shown(file.path)} was not removed: it changed after it was packaged."
                )
                continue
            os.unlink(file.source)
            if state.st_nlink > 1:
                ours.add((file.device, file.inode))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield rules.SOURCE_KEPT.at(file.path, f"{names.shown(file.path)} was not removed: {reason}.")


def _remove_links(transfer: Transfer) -> None:
    for link in transfer.links:
        place = _place(transfer, link.path)
        with suppress(OSError):
            if place.is_symlink() and os.readlink(place) == link.target:
                place.unlink()


def _place(transfer: Transfer, path: str) -> Path:
    """Where *path*, which counts from the payload, lies on disk."""
    if transfer.kind is TransferKind.BAG:
        return transfer.root / "data" / path
    if transfer.kind is TransferKind.BUNDLE:
        first, _, rest = path.partition("/")
        part = next((one for one in transfer.parts if one.name == first), transfer.root / first)
        return part / rest
    return transfer.root / path


def _remove_empty_folders(root: Path) -> None:
    folders = [str(root)]
    for folder in folders:  # it grows while it is read: folders may lie deeper than calls can be nested
        with suppress(OSError), os.scandir(folder) as entries:
            folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    for folder in reversed(folders):
        with suppress(OSError):
            os.rmdir(folder)
