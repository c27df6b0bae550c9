"""Disks to fill: small file systems of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_ROOM = ("unshare", "--user", "--map-root-user", "--mount")
"""What gives a user who may not mount a room in which he may."""


def free(place: Path) -> int:
    """Octets that are left there."""
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def fill(place: Path, leave: int) -> Path:
    """Write a file on the file system of *place* that leaves so many octets; returns it."""
    filler = place / ".filler"
    with filler.open("wb") as file:
        if (size := free(place) - leave) > 0:
            os.posix_fallocate(file.fileno(), 0, size)
    return filler


@contextmanager
def tmpfs(place: Path, options: str) -> Iterator[None]:
    """A tmpfs on the folder *place*."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def tmpfs_again(place: Path, options: str) -> None:
    """Give the tmpfs on *place* other *options*; what is in it stays."""
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


def may_mount(place: Path) -> bool:
    """Whether this process may mount something on *place*."""
    tried = subprocess.run(["mount", "-t", "tmpfs", "none", place], check=False, capture_output=True)
    return tried.returncode == 0 and subprocess.run(["umount", "-l", place], check=True).returncode == 0


def passes_in_a_room_of_its_own(test: str) -> None:
    """Run the test with this node id where it may mount.  Skips it where no such room can be had."""
    if subprocess.run([*_ROOM, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("nothing may be mounted here, not even in a namespace of our own")
    words = [sys.executable, "-m", "pytest", "-q", "-m", "slow or not slow", "--basetemp"]
    done = subprocess.run([*_ROOM, *words, test], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
