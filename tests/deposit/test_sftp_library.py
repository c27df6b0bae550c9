"""SFTP without any program but Python: the contract against asyncssh's own server, and against servers that lie."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar

import asyncssh
import pytest

from preserve.deposit.targets.sftp import KIND
from preserve.errors import DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.testing.conformance import TargetConformance, consignment, deposit
from preserve.testing.logs import MemoryLog
from tests.deposit.far_shelf import Shelf
from tests.deposit.servers.passworded import passworded
from tests.deposit.servers.sshd import Sshd
from tests.deposit.shelf_faults import MIB, ends_well, make

PASSWORD = "correct horse battery staple"  # noqa: S105  of a server that lives as long as a test


class Library(Sshd):
    """The server, as ``Shelf`` wants it."""

    @property
    def deposits(self) -> Path:
        return self.folder / "in"

    @property
    def user(self) -> str:
        return "archive"

    @property
    def known_hosts(self) -> Path:
        return self.folder.with_suffix(".known")


@contextmanager
def library(tmp_path: Path, serving: type[asyncssh.SFTPServer] = asyncssh.SFTPServer) -> Iterator[Shelf]:
    folder = tmp_path / "library"
    (folder / "in").mkdir(parents=True)
    with passworded(folder, PASSWORD, serving) as port:
        server = Library(folder, port, runs_programs=False)
        server.knows(port, folder.with_suffix(".key"))
        shelf = Shelf(KIND, server, tmp_path / "scratch", passwords={"password": PASSWORD})
        shelf.values |= {"key_file": "", "path": "/in", "timeout": 5}
        yield shelf


class TestLibrary(TargetConformance):
    """See ``TargetConformance``."""

    forms: ClassVar = ("tar", "bag")

    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Shelf]:
        with library(tmp_path) as shelf:
            yield shelf


def outcome(tmp_path: Path, serving: type[asyncssh.SFTPServer], form: str = "bag") -> PreserveError:
    """What a deposit at a server that behaves so ends with."""
    with library(tmp_path, serving) as shelf, closing(shelf.open()) as target:
        what = consignment(form)
        with pytest.raises(PreserveError) as caught:
            target.send(what, MemoryLog())
        assert not shelf.whole()
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 1000
    return caught.value


def test_a_folder_without_end(tmp_path: Path) -> None:
    class Endless(asyncssh.SFTPServer):
        async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
            file = asyncssh.SFTPAttrs(type=asyncssh.FILEXFER_TYPE_REGULAR, size=1, permissions=0o644)
            for number in itertools.count():
                yield asyncssh.SFTPName(b"%d" % number, attrs=file)

        def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
            return asyncssh.SFTPAttrs.from_local(self.stat_of_folder(path))

        def stat_of_folder(self, path: bytes):  # type: ignore[no-untyped-def]
            return (Path(self.map_path(b"/in").decode())).stat()

    with library(tmp_path, Endless) as shelf, closing(shelf.open()) as target, pytest.raises(DepositRefused) as caught:
        target.send(consignment("bag"), MemoryLog())
    assert "Something else lies at" in caught.value.message


def test_names_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    class Leading(asyncssh.SFTPServer):
        async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
            folder = asyncssh.SFTPAttrs(type=asyncssh.FILEXFER_TYPE_DIRECTORY, permissions=0o755)
            for name in (b"..", b".", b"../..", b"/etc", b"", b"data/../../x"):
                yield asyncssh.SFTPName(name, attrs=folder)

    with library(tmp_path, Leading) as shelf, closing(shelf.open()) as target:
        (shelf.server.deposits / "letters-1901.part").mkdir()
        assert target.look(consignment("bag"), {}).received == 0


def test_words_that_would_reach_a_terminal(tmp_path: Path) -> None:
    class Rude(asyncssh.SFTPServer):
        def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
            raise asyncssh.SFTPFailure("\x1b[2J\r\nall is well\n" * 500)

    error = outcome(tmp_path, Rude, "tar")
    assert isinstance(error, DepositRefused)
    assert "\\x1b[2J" in error.message


def test_more_octets_than_were_asked_for(tmp_path: Path) -> None:
    class Generous(asyncssh.SFTPServer):
        def read(self, file_obj: object, offset: int, size: int) -> bytes:
            return b"x" * (size + 1)

    assert isinstance(outcome(tmp_path, Generous, "tar"), TargetUnreachable)


def test_octets_that_change_after_they_were_written(tmp_path: Path) -> None:
    class Forgetful(asyncssh.SFTPServer):
        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            super().write(file_obj, offset, b"\0" * len(data))
            return len(data)

    error = outcome(tmp_path, Forgetful, "tar")
    assert isinstance(error, TargetUnreachable)
    assert "is not what was sent: its SHA-256 differs" in error.message


@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_quota_of_which_the_server_does_not_speak_is_gone_on_with(tmp_path: Path, form: str) -> None:
    """It has room on its disk, and says no more than that it failed, as many do."""

    class Stingy(asyncssh.SFTPServer):
        left = 60_000

        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            if len(data) > Stingy.left:
                raise asyncssh.SFTPFailure("Failure")
            Stingy.left -= len(data)
            super().write(file_obj, offset, data)
            return len(data)

    what = make(form, octets=MIB)
    with library(tmp_path, Stingy) as shelf:
        done = deposit(shelf, what, tmp_path / "journal")
        assert isinstance(done.error, NoRoom)
        assert "a used-up quota" in done.error.hint
        assert "preserve deposit --to shelf --resume" in done.error.hint
        assert done.stage is Stage.UNKNOWN
        assert not shelf.whole()
        Stingy.left = 10 * MIB
        ends_well(shelf, what, tmp_path / "journal")


def test_sizes_that_are_not_so(tmp_path: Path) -> None:
    class Boasting(asyncssh.SFTPServer):
        def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
            attrs = asyncssh.SFTPAttrs.from_local(Path(self.map_path(path).decode()).lstat())
            attrs.size = (attrs.size or 0) and 2**40
            return attrs

    error = outcome(tmp_path, Boasting, "tar")
    assert isinstance(error, TargetUnreachable)


def test_a_name_that_was_never_given_is_found_out(tmp_path: Path) -> None:
    class Lying(asyncssh.SFTPServer):
        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            """Says that it is done."""

    what = consignment("tar")
    with library(tmp_path, Lying) as shelf, closing(shelf.open()) as target:
        target.send(what, MemoryLog())
        found = target.verify(what, MemoryLog(), Silent())
    assert not found.good
    assert [problem.code for problem in found.problems] == ["deposit-file-missing"]
