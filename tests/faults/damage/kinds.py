"""What can happen to a file of a bag, and by which finding it must be told."""

import os
import socket
from collections.abc import Callable
from contextlib import chdir, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from tests.bag.builder import build

NEW = ".new"
"""What is added to the name of a file that is renamed."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One kind of damage to one file; *code* is the finding by which it is told if the file is listed."""

    name: str
    do: Callable[[Path], object]
    code: str

    @property
    def leaves_new(self) -> bool:
        """Whether the content then stands beside its place, by another name."""
        return self.name.startswith("renamed")


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def lengthen(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(b"x")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x01  # never only the case of a hex digit, which does not count
    file.write_bytes(data)


def rename(file: Path) -> None:
    file.rename(str(file) + NEW)


def link_to_renamed(file: Path) -> None:
    """A link to the very content."""
    rename(file)
    file.symlink_to(file.name + NEW)


def link_outside(file: Path) -> None:
    """A link to a file that is there and can be read, but not in the bag."""
    file.unlink()
    file.symlink_to("/proc/version")  # which nobody can spoil


def link_to_itself(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.name)


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def make_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def make_socket(file: Path) -> None:
    file.unlink()
    with chdir(file.parent), socket.socket(socket.AF_UNIX) as one:  # the path of a socket has at most 107 octets
        one.bind(file.name)


def make_device(file: Path) -> None:
    """``/dev/zero``, which never ends; a pipe where only root may make devices."""
    file.unlink()
    try:
        os.mknod(file, 0o20666, os.makedev(1, 5))
    except PermissionError:
        os.mkfifo(file)


DAMAGES = (
    Damage("cut in half", cut, "checksum-mismatch"),
    Damage("emptied", empty, "checksum-mismatch"),
    Damage("one byte longer", lengthen, "checksum-mismatch"),
    Damage("one bit flipped", flip, "checksum-mismatch"),
    Damage("deleted", os.unlink, "missing"),
    Damage("renamed", rename, "missing"),
    Damage("renamed and linked to", link_to_renamed, "link-listed"),
    Damage("a link out of the bag", link_outside, "link-listed"),
    Damage("a link to itself", link_to_itself, "link-listed"),
    Damage("a folder", make_folder, "path-is-folder"),
    Damage("a pipe", make_pipe, "special-file"),
    Damage("a socket", make_socket, "special-file"),
    Damage("a device", make_device, "special-file"),
)


def clear(file: Path) -> None:
    """Take away whatever stands at *file*, that nothing may be written through a link or into a pipe."""
    if file.is_dir() and not file.is_symlink():
        rmtree(file)
    with suppress(FileNotFoundError):
        file.unlink()


def undo(file: Path, content: bytes) -> None:
    """Put *file* back, whatever stands in its place now."""
    Path(str(file) + NEW).unlink(missing_ok=True)
    clear(file)
    file.write_bytes(content)


def many_files(root: Path, number: int) -> Path:
    """A bag of *number* tiny files in folders of a hundred, sealed with sha256 and sha512; also some tag files."""
    files = {f"data/{n // 100:03}/{n:05}.txt": (b"%d\n" % n) * (1 + n % 40) for n in range(number)}
    tags = {f"notes/{n}.txt": b"Note %d.\n" % n for n in range(20)}
    return build(root, files, algorithms=("sha256", "sha512"), tag_files=tags)
