"""Disks to fill and to unplug: small file systems of their own."""

import fcntl
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from preserve.storage.durable import opened

_ROOM = ("unshare", "--user", "--map-root-user", "--mount")
"""What gives a user who may not mount a room in which he may."""


_MENDED = (0, 1)
"""What e2fsck ends with where nothing is wrong any more."""
_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN"""
_WITHOUT_FLUSHING = 2


def free(place: Path) -> int:
    """Octets that are left there."""
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def used(place: Path) -> int:
    """Octets that are taken there."""
    found = os.statvfs(place)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


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
    words = [sys.executable, "-m", "pytest", "-q", "-m", "slow or not slow", "-p", "no:cacheprovider"]
    done = subprocess.run([*_ROOM, *words, test], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


class Unpluggable:
    """An ext4 disk in a file, mounted on *place*, whose power can be cut.  Needs root and a loop device.

    Nothing reaches it by itself within minutes, so after a cut it holds what was synced, and not much more.
    """

    def __init__(self, place: Path, image: Path, octets: int = 24 << 20) -> None:
        self.place = place
        self._image = image
        with image.open("wb") as file:
            file.truncate(octets)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-O", "^resize_inode", image], check=True)
        shutil.rmtree(place.parent / ".preserve", ignore_errors=True)  # the home must not miss the disk before this one
        self._plug()

    def _plug(self) -> None:
        subprocess.run(["mount", "-o", "loop,commit=600", self._image, self.place], check=True)

    def cut_the_power(self) -> None:
        """From now on nothing more reaches the disk, and every call that needs it fails."""
        with opened(self.place, os.O_RDONLY) as fd:
            fcntl.ioctl(fd, _SHUTDOWN, struct.pack("=I", _WITHOUT_FLUSHING))

    def power_again(self) -> None:
        """Mount what the cut left, as the next boot would: after a look by fsck."""
        subprocess.run(["umount", self.place], check=True)
        looked = subprocess.run(["e2fsck", "-p", self._image], check=False, capture_output=True)
        assert looked.returncode in _MENDED, looked.stdout
        self._plug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", self.place], check=True)


def may_unplug(folder: Path) -> bool:
    """Whether an unpluggable disk can be had here."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        return False
    (place := folder / "tried").mkdir()
    try:
        with Unpluggable(place, folder / "image", octets=4 << 20) as disk:
            disk.cut_the_power()
            disk.power_again()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
