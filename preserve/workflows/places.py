"""Where in the package store a path leads.  Asks the file system only: no catalogue has to be opened for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def names_at(store: Path, path: str) -> Iterator[str]:
    """What the entry of *store* at *path* may be called, whatever links lead there; nothing if it is not in it."""
    path = os.path.abspath(path)
    beside = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    for place in dict.fromkeys((beside, os.path.realpath(path))):
        parent, name = os.path.split(place)
        if parent == os.path.realpath(store):
            yield name


def folder_at(store: Path, path: str) -> str:
    """What the folder at *path* is called in *store*, whatever links lead there; "" if it is not in it, or hidden."""
    visible = (name for name in names_at(store, path) if not name.startswith("."))
    return next((name for name in visible if os.path.isdir(store / name)), "")
