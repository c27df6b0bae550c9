"""What lies in the package store, and where in it a path leads.  Asks the file system only, not the catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from preserve.errors import BagError
from preserve.storage import names


def names_at(store: Path, path: str) -> Iterator[str]:
    """What the entry of *store* at *path* may be called, whatever links lead there; nothing if it is not in it."""
    for follow in (os.path.abspath, os.path.realpath):
        parent, name = os.path.split(follow(path))
        if _is_same(parent, store):
            yield name


def _is_same(folder: str, store: Path) -> bool:
    try:
        return os.path.samefile(folder, store)
    except OSError:
        return False


def folder_at(store: Path, path: str) -> str:
    """What the folder at *path* is called in *store*, whatever links lead there; "" if it is not in it, or hidden."""
    visible = (name for name in names_at(store, path) if not name.startswith("."))
    return next((name for name in visible if os.path.isdir(store / name)), "")


def folders_in(store: Path) -> tuple[str, ...]:
    """The names of the folders in the store, sorted; the hidden workroom is none of them.

    ``BagError`` if the store cannot be read.
    """
    return tuple(sorted(entry.name for entry in entries_in(store) if entry.is_dir(follow_symlinks=False)))


def entries_in(store: Path, *, deposits: bool = False) -> Iterator[os.DirEntry[str]]:
    """What lies in the store, in no order, without what is set aside; nothing if there is no store.

    With *deposits*, the folders of deposits, too.  ``BagError`` if it cannot be read.
    """
    passed_over = names.is_set_aside if deposits else is_no_package
    try:
        with os.scandir(store) as entries:
            yield from (entry for entry in entries if not passed_over(entry.name))
    except FileNotFoundError:
        return
    except OSError as error:
        raise BagError(
            f"The package store {names.shown(str(store))} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint="Check the disk and the permissions, and that it is a folder.",
        ) from error


def is_no_package(name: str) -> bool:
    """Whether what is called *name* in the store is ours, but no package and no history: it is hidden, or deposits."""
    return names.is_set_aside(name) or name.endswith(names.DEPOSITS)


def transfer_label(name: str) -> str:
    """A transfer's name as it stands in bag-info.txt and in the catalogue: one line, nothing invisible at its ends."""
    text = names.shown(name)
    core = text.strip()
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return "".join(f"\\x{ord(c):02x}" for c in lead) + core + "".join(f"\\x{ord(c):02x}" for c in tail)
