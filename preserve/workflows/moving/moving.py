"""``--move``: removing a source whose package was sealed, file by file, and only what is still what was packaged.

A folder is first moved out of sight in one step: whatever stops the removal, no run takes the rest for an arrival.
The next run finishes it (``unfinished``).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from preserve.model import Problem, SourceFile, Transfer, TransferKind
from preserve.storage import names
from preserve.storage.signals import uninterrupted
from preserve.storage.sources import is_unchanged
from preserve.transfer.arrival import Arrival
from preserve.transfer.beside import is_for_folder
from preserve.workflows import rules
from preserve.workflows.moving.aside import Aside, Sign, held


class Sources:
    """The sources of one run.  What lies beside several of them goes with the last one that it speaks about."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        self._awaited = Counter(source for arrival in arrivals for source in _beside(arrival))

    def remove(self, arrival: Arrival, transfer: Transfer, package_id: str) -> tuple[Problem, ...]:
        """Remove what *transfer* brought, which is sealed in the package *package_id*; stop signals wait for the end.

        What has changed since, or cannot be removed, stays under its own name and is reported.
        """
        self._awaited.subtract(_beside(arrival))
        with uninterrupted():
            kept = list(_remove_files(self._companions(transfer), ()))  # first: they are no arrivals of their own
            with ExitStack() as stack:
                asides = _asides(transfer, package_id, stack)
                if asides is None:  # another run is removing it
                    return tuple(kept)
                kept += _remove(transfer, asides)
                kept += (_not_back(place) for each in asides for place in each.give_back())
        return tuple(kept)

    def _companions(self, transfer: Transfer) -> Iterator[SourceFile]:
        """What lies beside *transfer* and is nobody else's, each once."""
        seen: set[str] = set()
        for companion in transfer.companions:
            file = companion.seen
            if (
                file is not None
                and file.source not in seen
                and not transfer.brought(companion)
                and _speaks_of_one(companion.source, transfer)
                and not self._awaited[companion.source]
            ):
                seen.add(file.source)
                yield file


def _beside(arrival: Arrival) -> set[Path]:
    """The companions that lie beside *arrival*, or beside the parts of it."""
    return {one.source for each in (arrival, *arrival.parts) for one in each.beside}


def _speaks_of_one(companion: Path, transfer: Transfer) -> bool:
    """Whether a file beside the transfer is about nothing else, going by its name: ``letter.txt.dc.xml``."""
    if is_for_folder(companion.name):
        return False
    stems = {stem for root in transfer.roots for stem in (root.name, root.stem)}
    return companion.name.startswith(tuple(f"{stem}." for stem in stems))


def _asides(transfer: Transfer, package_id: str, stack: ExitStack) -> list[Aside] | None:
    """The hidden folders for *transfer*; None if another process has one.  One file by itself needs none."""
    if transfer.kind is TransferKind.FILE:
        return []
    asides = []
    of_parts = transfer.kind is TransferKind.BUNDLE
    for parent in dict.fromkeys(root.parent for root in transfer.roots):
        with suppress(OSError):  # then it is removed where it is
            aside = stack.enter_context(held(Sign(parent, package_id, of_parts), make=True))
            if aside is None:
                return None
            asides.append(aside)
    return asides


def _remove(transfer: Transfer, asides: Sequence[Aside]) -> Iterator[Problem]:
    longest = max((len(names.raw(path)) for path in transfer.files.paths()), default=0) if asides else 0
    by_parent = {aside.sign.parent: aside for aside in asides}
    folders = [root for root in transfer.roots if root.is_dir() and not root.is_symlink()]
    now = [by_parent[root.parent].take(root, longest) if root.parent in by_parent else root for root in folders]
    _remove_links(transfer, asides)  # before the files: nothing else could tell later that they were packaged
    yield from _remove_files(_brought(transfer), asides)
    for place in now:
        remove_empty_folders(place)


def _brought(transfer: Transfer) -> Iterator[SourceFile]:
    """The files of *transfer*, and of its companions those that lie in it, each once."""
    others = {
        companion.seen.source: companion.seen
        for companion in transfer.companions
        if companion.seen is not None and transfer.brought(companion)
    }
    for file in transfer.files:
        others.pop(file.source, None)
        yield file
    yield from others.values()


def _now(place: str, asides: Sequence[Aside]) -> str:
    """Where that lies now which lay at *place*."""
    return next((found for aside in asides if (found := aside.now(place)) != place), place)


def _remove_files(files: Iterable[SourceFile], asides: Sequence[Aside]) -> Iterator[Problem]:
    ours: set[tuple[int, int]] = set()  # whose number of hard links we changed ourselves
    for file in files:
        place = _now(file.source, asides)
        try:
            linked = (file.device, file.inode) in ours
            state = os.lstat(place)
            if not is_unchanged(state, file, links_apart=linked):
                yield rules.SOURCE_KEPT.at(
                    file.path, f"{names.shown(file.path)} was not removed: it changed after it was packaged."
                )
                continue
            os.unlink(place)
            if state.st_nlink > 1:
                ours.add((file.device, file.inode))
        except FileNotFoundError:
            continue  # it is removed already
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield rules.SOURCE_KEPT.at(file.path, f"{names.shown(file.path)} was not removed: {reason}.")


def _not_back(place: Path) -> Problem:
    where, name = names.shown(str(place)), names.shown(place.name)
    return rules.SOURCE_KEPT.at("", f"What is left of {name} is now {where}: it could not get its name back.")


def _remove_links(transfer: Transfer, asides: Sequence[Aside]) -> None:
    for link in transfer.links:
        place = _now(os.fspath(_place(transfer, link.path)), asides)
        with suppress(OSError):
            if os.path.islink(place) and os.readlink(place) == link.target:
                os.unlink(place)


def _place(transfer: Transfer, path: str) -> Path:
    """Where *path*, which counts from the payload, lay on disk."""
    if transfer.kind is TransferKind.BAG:
        return transfer.root / "data" / path
    if transfer.kind is TransferKind.BUNDLE:
        first, _, rest = path.partition("/")
        part = next((one for one in transfer.parts if one.name == first), transfer.root / first)
        return part / rest
    return transfer.root / path


def remove_empty_folders(root: Path) -> None:
    """Remove *root* and the folders in it, as far as nothing else is there."""
    folders = [str(root)]
    for folder in folders:  # it grows while it is read: folders may lie deeper than calls can be nested
        with suppress(OSError), os.scandir(folder) as entries:
            folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    for folder in reversed(folders):
        with suppress(OSError):
            os.rmdir(folder)
