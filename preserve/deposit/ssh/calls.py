"""Single calls of SFTP, as they are made within the thread of a connection."""

from __future__ import annotations

from contextlib import suppress

import asyncssh
from asyncssh import FXF_CREAT, FXF_READ, FXF_TRUNC, FXF_WRITE

from preserve.deposit.ssh.refusals import Unwritten
from preserve.deposit.ssh.session import Line

NO_FILE = -1
"""The size of what is no file."""


async def opened(line: Line, path: bytes, flags: int) -> asyncssh.SFTPClientFile:
    """Open a file; the flags are those of SFTP."""
    # Without a block size each call is one request: none of its parts is left alone when the line is lost.
    return await line.sftp.open(path, flags, encoding=None, block_size=None)


async def put(file: asyncssh.SFTPClientFile, data: bytes, at: int, _: Line) -> int:
    """Write *data* into *file* from octet *at*.  ``Unwritten`` if the server only says that it failed."""
    try:
        return await file.write(data, at)
    except asyncssh.SFTPFailure as error:
        raise Unwritten(error.reason) from error


async def get(file: asyncssh.SFTPClientFile, count: int, at: int, _: Line) -> bytes:
    """*count* octets from *at*; fewer only where the file ends.  A server may answer with fewer at a time."""
    found: bytes = await file.read(count, at)
    while found and len(found) < count:
        more: bytes = await file.read(count - len(found), at + len(found))
        if not more:
            break
        found += more
    if len(found) > count:
        raise asyncssh.SFTPBadMessage("more octets than were asked for")
    return found


async def put_whole(path: bytes, data: bytes, unit: int, line: Line) -> None:
    """Write a whole file, in calls of *unit* octets."""
    file = await opened(line, path, FXF_WRITE | FXF_CREAT | FXF_TRUNC)
    try:
        for at in range(0, len(data), unit):
            await put(file, data[at : at + unit], at, line)
    finally:
        await file.close()


async def get_whole(path: bytes, most: int, line: Line) -> bytes | None:
    """A file of about *most* octets at most, whole; None if there is none, or it is something else."""
    try:
        file = await opened(line, path, FXF_READ)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return None
    try:
        return await get(file, most + 1, 0, line)
    finally:
        await file.close()


async def sync(path: bytes, line: Line) -> None:
    """Wait until the file at *path* is on the disk there."""
    file = await opened(line, path, FXF_READ | FXF_WRITE)
    try:
        await synced(file)
    finally:
        await file.close()


async def synced(file: asyncssh.SFTPClientFile) -> None:
    """Wait until *file* is on the disk there, where the server can see to that."""
    try:
        with suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()
    except asyncssh.SFTPFailure as error:  # where room is given out late, this is when the lack of it is seen
        raise Unwritten(error.reason) from error


async def has_folder(line: Line, path: bytes) -> bool:
    """Whether there is a folder at *path*, and no link to one."""
    try:
        return is_folder(await line.sftp.lstat(path))
    except asyncssh.SFTPError:
        return False


def is_folder(attrs: asyncssh.SFTPAttrs) -> bool:
    """Whether *attrs* are those of a folder."""
    return attrs.type == asyncssh.FILEXFER_TYPE_DIRECTORY


def size(attrs: asyncssh.SFTPAttrs) -> int:
    """The octets of a file; ``NO_FILE`` of anything else."""
    return attrs.size if attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and attrs.size is not None else NO_FILE
