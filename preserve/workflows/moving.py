"""``--move``: removing a source whose package was sealed, file by file, and only what is still what was packaged."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from preserve.model import Problem, SourceFile, Transfer
from preserve.storage import names
from preserve.workflows import rules


def remove_source(transfer: Transfer) -> tuple[Problem, ...]:
    """Remove what *transfer* brought.  What has changed since, or cannot be removed, stays and is reported."""
    kept = tuple(_remove_files(transfer.files))
    _remove_links(transfer)
    for companion in transfer.companions:
        if transfer.brought(companion) or _speaks_of_one(companion.source, transfer):
            with suppress(OSError):
                companion.source.unlink(missing_ok=True)
    for root in transfer.roots:
        if root.is_dir() and not root.is_symlink():
            _remove_empty_folders(root)
    return kept


def _speaks_of_one(companion: Path, transfer: Transfer) -> bool:
    """Whether a file beside the transfer is about nothing else, going by its name: ``letter.txt.dc.xml``."""
    stems = {stem for root in transfer.roots for stem in (root.name, root.stem)}
    return companion.name.startswith(tuple(f"{stem}." for stem in stems))


def _remove_files(files: tuple[SourceFile, ...]) -> Iterator[Problem]:
    for file in files:
        try:
            state = os.lstat(file.source)
            if (state.st_size, state.st_mtime_ns, state.st_ino) != (file.size, file.mtime_ns, file.inode):
                yield rules.SOURCE_KEPT.at(
                    file.path, f"{names.shown(file.path)} was not removed: it changed after it was packaged."
                )
                continue
            os.unlink(file.source)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield rules.SOURCE_KEPT.at(file.path, f"{names.shown(file.path)} was not removed: {reason}.")


def _remove_links(transfer: Transfer) -> None:
    for link in transfer.links:
        place = transfer.root / link.path
        with suppress(OSError):
            if place.is_symlink() and os.readlink(place) == link.target:
                place.unlink()


def _remove_empty_folders(root: Path) -> None:
    for folder, _, _ in os.walk(root, topdown=False):
        with suppress(OSError):
            os.rmdir(folder)
