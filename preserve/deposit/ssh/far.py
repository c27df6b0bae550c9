"""The folder of a target at its server: what lies there, and writing and reading files, many calls at a time.

Paths are those below that folder, with ``/``; whatever the server calls its files, nothing outside it is touched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

import asyncssh
from asyncssh import FXF_CREAT, FXF_READ, FXF_TRUNC, FXF_WRITE

from preserve.deposit.ssh import calls, programs
from preserve.deposit.ssh.flight import CALLS, WINDOW, Flight, units
from preserve.deposit.ssh.refusals import full, shown
from preserve.deposit.ssh.session import Line, Session
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom
from preserve.storage import names

_LARGEST: Final = 255 * 1024
"""Octets of one call at most: as many as OpenSSH takes."""
SMALL: Final = 64 * 1024
"""Files up to this size are written many at a time."""


class Far:
    """The folder *path* at the server of *session*.  Raises what the contract allows, and nothing else."""

    def __init__(self, session: Session, path: str) -> None:
        self.session = session
        self._path = path
        self._base = b""

    def base(self) -> bytes:
        """The folder, as an absolute path.  ``ConfigError`` if there is none."""
        if not self._base:
            self.session.doing = self._path
            self._base = self.session.run(self._find)
        return self._base

    async def _find(self, line: Line) -> bytes:
        try:
            base = await line.sftp.realpath(names.raw(self._path))
            found = await line.sftp.stat(base)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            found = None
        if found is None or not calls.is_folder(found):
            raise ConfigError(
                f"There is no folder {shown(self._path)} at {self.session.login.server}.",
                hint=f"Have it made there, or correct path in [targets.{self.session.login.target}].",
            )
        return bytes(base)

    def absolute(self, path: str) -> bytes:
        """*path*, below the folder, as the server knows it."""
        return self.base().rstrip(b"/") + b"/" + names.raw(path)

    def size(self, path: str) -> int | None:
        """The octets of the file *path*; None if nothing is there, ``calls.NO_FILE`` if it is no file."""
        found = self._seen(path)
        return None if found is None else calls.size(found)

    def is_folder(self, path: str) -> bool:
        """Whether *path* is a folder, and no link to one."""
        found = self._seen(path)
        return found is not None and calls.is_folder(found)

    def _seen(self, path: str) -> asyncssh.SFTPAttrs | None:
        there = self._at(path)

        async def look(line: Line) -> asyncssh.SFTPAttrs | None:
            try:
                return await line.sftp.lstat(there)
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return None

        return self.session.run(look)

    def files(self, folder: str, folders: Collection[str], most: int) -> dict[str, int]:
        """What lies below *folder*, by its path below it, with its octets; ``calls.NO_FILE`` for what is no file.

        Only those of its *folders* are looked into, and no more than *most* entries are told.
        """
        found: dict[str, int] = {}
        open_folders = deque([""])
        while open_folders and len(found) < most:
            inner = open_folders.popleft()
            prefix = f"{inner}/" if inner else ""
            for name, attrs in self._entries(f"{folder}/{inner}" if inner else folder, most - len(found)):
                path = prefix + name
                if calls.is_folder(attrs) and path in folders:
                    open_folders.append(path)
                else:
                    found[path] = calls.size(attrs)
        return found

    def _entries(self, folder: str, most: int) -> list[tuple[str, asyncssh.SFTPAttrs]]:
        there = self._at(folder)

        async def look(line: Line) -> list[tuple[str, asyncssh.SFTPAttrs]]:
            entries: list[tuple[str, asyncssh.SFTPAttrs]] = []
            async for entry in line.sftp.scandir(there):
                raw = entry.filename if isinstance(entry.filename, bytes) else entry.filename.encode()
                if raw not in (b"", b".", b"..") and b"/" not in raw:
                    entries.append((raw.decode("utf-8", "surrogateescape"), entry.attrs))
                if len(entries) >= most:
                    break
            return entries

        return self.session.run(look)

    def room(self) -> int | None:
        """Octets that are free there, 0 if no file can be added; None if the server does not tell."""
        there = self._at("")

        async def look(line: Line) -> int | None:
            try:
                found = await line.sftp.statvfs(there)
            except asyncssh.SFTPError:
                return None
            return int(found.bavail * found.frsize) if found.favail or not found.files else 0

        return self.session.run(look)

    def make_folder(self, path: str) -> None:
        """Make the folder *path*, unless it is there."""
        there = self._at(path)

        async def make(line: Line) -> None:
            try:
                await line.sftp.mkdir(there)
            except asyncssh.SFTPError:
                if not await calls.has_folder(line, there):
                    raise

        with self._explained(path):
            self.session.run(make)

    def rename(self, old: str, new: str) -> None:
        """Give *old* the name *new*, under which nothing may be: what is there is never written over."""
        before, after = self.absolute(old), self.absolute(new)
        self.session.doing = new
        self.session.run(lambda line: line.sftp.rename(before, after))  # not posix_rename, which replaces

    def remove(self, path: str) -> None:
        """Take away the file *path*."""
        there = self._at(path)
        self.session.run(lambda line: line.sftp.remove(there))

    def drop_folder(self, path: str) -> None:
        """Take away the folder *path*, if it is empty."""
        there = self._at(path)
        with suppress(DepositRefused):
            self.session.run(lambda line: line.sftp.rmdir(there))

    def write(self, path: str, blocks: Iterable[bytes], start: int) -> None:
        """Write *blocks* into the file *path* from octet *start*; what it had from there on is gone if that is 0.

        It is on the disk there when this ends, where the server can see to that.  If reading *blocks* fails, or the
        line is lost, what was written stays.
        """
        there = self._at(path)
        flags = FXF_WRITE | FXF_CREAT | (0 if start else FXF_TRUNC)
        with self._explained(path):
            file = self.session.run(lambda line: calls.opened(line, there, flags))
            try:
                self._pour(file, blocks, start)
                self.session.run(lambda _: calls.synced(file), within=programs.SETTLING)
            finally:
                self._close(file)

    def _pour(self, file: asyncssh.SFTPClientFile, blocks: Iterable[bytes], start: int) -> None:
        unit = self._unit()
        with Flight[int](WINDOW // unit) as flight:
            for data in units(blocks, unit):
                flight.add(self.session.start(partial(calls.put, file, data, start)))
                start += len(data)
            flight.land()

    def write_small(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write whole files of up to ``SMALL`` octets, many at a time.  They are on the disk after ``settle``."""
        unit = self._unit()
        with Flight[None](CALLS) as flight, self._explained(""):
            for path, data in files:
                flight.add(self.session.start(partial(calls.put_whole, self._at(path), data, unit)))
            flight.land()

    def settle(self, path: str, files: Iterable[str] = (), *, at_once: bool) -> None:
        """See that *files*, and all folders below *path*, are on the disk there, as far as the server can.

        *at_once* by a program of the server, for its whole file system: one by one takes long, and knows no folders.
        """
        there = self._at(path)
        if at_once and self.session.run(partial(programs.settle, there), within=2 * programs.SETTLING):
            return
        with Flight[None](CALLS) as flight:
            for file in files:
                flight.add(self.session.start(partial(calls.sync, self._at(file))))
            flight.land()

    def read(self, path: str, size: int) -> Iterator[bytes]:
        """The octets of the file *path*, as the server has them now.  ``KeyError`` if it has no file of this *size*."""
        there = self._at(path)
        if self.size(path) != size:
            raise KeyError(path)
        file = self.session.run(lambda line: calls.opened(line, there, FXF_READ))
        unit = self._unit()
        try:
            with Flight[bytes](WINDOW // unit) as flight:
                for at in range(0, size, unit):
                    yield from flight.add(self.session.start(partial(calls.get, file, min(unit, size - at), at)))
                yield from flight.land()
        finally:
            self._close(file)

    def _unit(self) -> int:
        """Octets of one call that this server takes."""

        async def ask(line: Line) -> int:
            limits = line.sftp.limits
            return max(1024, min(_LARGEST, limits.max_write_len, limits.max_read_len))

        return self.session.run(ask)

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        """Most servers only say that they failed, be it for want of room: so look whether there is any."""
        try:
            yield
        except (DepositRefused, NoRoom) as error:
            room = None if isinstance(error, AccessRefused) else self.room()
            if room is not None and room < _LARGEST:
                raise full(self.session.login, path or self._path) from error
            raise

    def _close(self, file: asyncssh.SFTPClientFile) -> None:
        self.session.at_last(lambda _: file.close())

    def _at(self, path: str) -> bytes:
        there = self.absolute(path) if path else self.base()
        self.session.doing = path or self._path
        return there
