"""Programs that a server runs for us, where it does; what they say is bounded, and no name stands in a command."""

from __future__ import annotations

import asyncio

import asyncssh

from preserve.deposit.ssh.session import Line

PROBE = 15.0
"""Seconds that a server may take over a small task; one that lets nobody run programs may say nothing at all."""
SETTLING = 600.0
"""Seconds that it may take to bring to its disk what it has in memory."""


async def asked(command: str, words: bytes, most: int, line: Line, *, within: float = PROBE) -> bytes:
    """What *command* says, or nothing where it is not allowed, or does not end *within* so many seconds."""
    try:
        return await asyncio.wait_for(told(command, words, most, line), within)
    except TimeoutError:
        return b""


async def told(command: str, words: bytes, most: int, line: Line) -> bytes:
    """What *command* says about *words*, up to *most* octets; nothing where the server does not run it."""
    try:
        process = await line.ssh.create_process(command, encoding=None, stderr=asyncssh.DEVNULL)
    except asyncssh.ChannelOpenError:
        return b""
    try:
        process.stdin.write(words)
        process.stdin.write_eof()
        told = b""
        while len(told) <= most and (block := await process.stdout.read(most + 1 - len(told))):
            told += block
        return told
    except BrokenPipeError:  # it ended before it had heard everything
        return b""
    finally:
        process.close()


async def settle(path: bytes, line: Line) -> bool:
    """Let the file system of *path* bring everything to its disk; False where the server has no program for that."""
    command = "xargs -0 sync -f && echo settled"
    return await asked(command, path + b"\0", 100, line, within=SETTLING) == b"settled\n"
