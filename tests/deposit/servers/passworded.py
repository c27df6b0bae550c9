"""A second SSH server, asyncssh's own: one that takes a password, and lets nobody run programs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh


class _Door(asyncssh.SSHServer):
    def __init__(self, password: str) -> None:
        self._password = password

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("archive", self._password)


@contextmanager
def passworded(folder: Path, password: str, serving: type[asyncssh.SFTPServer] = asyncssh.SFTPServer) -> Iterator[int]:
    """Serve *folder*, as ``/``, to the user ``archive``; the port.  Its host key is ``<folder>.key``."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(f"{folder}.key")
    key.write_public_key(f"{folder}.pub")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def serve() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Door(password),
            "127.0.0.1",
            0,
            server_host_keys=[key],
            sftp_factory=lambda channel: serving(channel, chroot=str(folder).encode()),
        )

    async def end(server: asyncssh.SSHAcceptor) -> None:
        server.close()
        await server.wait_closed()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(20)
    try:
        yield server.get_port()
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
