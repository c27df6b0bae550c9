"""What the tests of faults over SSH share: packages, a line between, and how all must end."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import PAYLOAD, deposit
from preserve.testing.consignments import of_files, single
from preserve.testing.wire import Wire
from preserve.workflows.depositing.driving import Patience
from tests.deposit.far_shelf import Shelf

ONCE = Patience(attempts=1, first_pause=0.01)
MIB = 1024 * 1024


@contextmanager
def over_a_wire(shelf: Shelf) -> Iterator[Wire]:
    with Wire("127.0.0.1", shelf.server.port) as wire:
        shelf.server.knows(wire.port)
        shelf.port = wire.port
        yield wire


def folder_of(label: str, large: int = 3 * MIB, folder: Path | None = None) -> Consignment:
    """A folder of small files and large ones."""
    files = {f"data/{number}.txt": f"text {number}\n".encode() * number for number in range(60)}
    return of_files(label, PAYLOAD | files | {"data/large.bin": os.urandom(large)}, form="bag", folder=folder)


def make(form: str, label: str = "letters", octets: int = 5 * MIB, folder: Path | None = None) -> Consignment:
    return single(label, form, octets) if form == "tar" else folder_of(label, octets // 2, folder)


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A disk of *size* at *place*; only root may mount one."""
    mount: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={size}", "deposits", place]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def enlarge(place: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)


def stop_after(shelf: Shelf, wire: Wire, octets: int) -> threading.Thread:
    """Begin to wait until *octets* have passed, then stop the server."""

    def wait() -> None:
        while wire.octets() < octets:
            time.sleep(0.005)
        shelf.server.stop()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def ends_well(shelf: Shelf, what: Consignment, folder: Path) -> None:
    """The truth so far: whole or not there, and the journal does not say more than is so; then it is gone on with."""
    entry = read(folder)
    assert list(shelf.whole()) in ([], [what.label])
    if entry is not None and entry.story.stage in (Stage.STORED, Stage.VERIFIED):
        assert list(shelf.whole()) == [what.label], "the journal lies"
    done = deposit(shelf, what, folder)
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    assert shelf.names() == [next(iter(what.pieces())).path if what.form == "tar" else what.label]
    is_the_same(shelf, what)


def is_the_same(shelf: Shelf, what: Consignment) -> None:
    """Read on the disk of the far end, by nobody's words."""
    for piece in what.pieces():
        place = shelf.server.deposits / (piece.path if what.form == "tar" else f"{what.label}/{piece.path}")
        assert place.read_bytes() == b"".join(piece.blocks()), piece.path


def empty(shelf: Shelf, elsewhere: Path) -> None:
    """Put what is at the far end *elsewhere*."""
    shelf.server.deposits.rename(elsewhere)
    shelf.server.deposits.mkdir()
