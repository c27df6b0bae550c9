"""What stands at one place: a file, a folder, or something that cannot be taken in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from preserve.model import Problem, TransferKind
from preserve.transfer import rules
from preserve.transfer.arrival import Arrival
from preserve.transfer.hazards import said
from preserve.transfer.walk import special, unreadable


def absolute(path: Path) -> Path:
    """*path* from the root of the file system; links in it stay as they are."""
    return path if path.is_absolute() else Path.cwd() / path


def arrival_at(place: Path) -> Arrival:
    """What stands at *place*, without companions; refused if it is neither a file nor a folder."""
    name = place.name if place.name not in ("", "..") else Path(os.path.realpath(place)).name or "root"
    try:
        mode = os.lstat(place).st_mode
    except OSError as error:
        return Arrival(name, place, TransferKind.FILE, problems=(_absent(place, error),))
    except ValueError:  # a NUL, or half a character, which no file system can hold
        problem = rules.PATH_MISSING.at(str(place), f"There can be no file or folder {said(str(place))}.")
        return Arrival(name, place, TransferKind.FILE, problems=(problem,))
    if stat.S_ISDIR(mode):
        return Arrival(name, place, TransferKind.FOLDER)
    if stat.S_ISREG(mode):
        return Arrival(name, place, TransferKind.FILE)
    return Arrival(name, place, TransferKind.FILE, problems=(_refused(place, mode),))


def _absent(place: Path, error: OSError) -> Problem:
    path = str(place)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return rules.PATH_MISSING.at(path, f"There is no file or folder {said(path)}.")
    return unreadable(path, error)


def _refused(place: Path, mode: int) -> Problem:
    path = str(place)
    if not stat.S_ISLNK(mode):
        return special(path, mode)
    try:
        target = f", to {said(os.readlink(place))}"
    except OSError:
        target = ""
    return rules.PATH_IS_LINK.at(path, f"{said(path)} is a link{target}; links are not followed.")
