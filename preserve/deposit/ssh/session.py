"""One connection to a server, kept as long as it holds, and used from a program that is not asynchronous.

The connection lives in a thread of its own: so it answers the server while we read, hash, or wait for the rate limit.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import asyncssh

from preserve.deposit.ssh.hostkeys import Witness, is_another, known_hosts, not_known
from preserve.deposit.ssh.login import Login
from preserve.deposit.ssh.refusals import refusal, words
from preserve.errors import AccessRefused, NoRoom, PreserveError, TargetUnreachable

_log = logging.getLogger(__name__)
T = TypeVar("T")
_FAREWELL = 3.0
"""Seconds that a server may take to let a connection end in order."""
_CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
"""Those that processors of today are built for come first."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a connection offers, within its thread."""

    ssh: asyncssh.SSHClientConnection
    sftp: asyncssh.SFTPClient


class Session:
    """Connects when it is first used, and again when the line was lost.  Used by one thread."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._line: Line | None = None
        self.doing = ""
        """The path there that is being worked on, for messages."""

    def run(self, work: Callable[[Line], Coroutine[Any, Any, T]], *, within: float | None = None) -> T:
        """Do *work* and wait for it, as long as the login's time-out says, or *within* so many seconds."""
        return self.start(work).result(within)

    def start(self, work: Callable[[Line], Coroutine[Any, Any, T]]) -> Pending[T]:
        """Begin *work*, and go on."""
        line = self._connected()
        return Pending(self, self._begin(work(line)))

    def at_last(self, work: Callable[[Line], Coroutine[Any, Any, object]]) -> None:
        """Do *work*, which tidies up, if the line still holds; no matter what comes of it."""
        if self._line is not None and not self._line.ssh.is_closed():
            with suppress(PreserveError):
                self.run(work)

    def fail(self, error: BaseException) -> Exception:
        """What *error* is called; a line that is lost is given up, so that the next work begins with a new one."""
        told = refusal(error, self.login, self.doing)
        if isinstance(told, TargetUnreachable) and not isinstance(told, NoRoom):
            self._hang_up()
        return told

    @property
    def server(self) -> str:
        """What the server calls itself: ``OpenSSH_9.2p1 Debian-2``."""
        told = str(self._connected().ssh.get_extra_info("server_version", ""))
        return words(told.removeprefix("SSH-2.0-"))

    @property
    def host_key(self) -> str:
        """The kind and the fingerprint of the key by which the server was known."""
        key = self._connected().ssh.get_server_host_key()
        return f"{key.get_algorithm()} {key.get_fingerprint()}" if key else ""

    def close(self) -> None:
        """End the connection, and the thread."""
        self._hang_up()
        loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(_stop_all(), loop).result(_FAREWELL)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop.set_exception_handler(_unheard)
            self._thread = threading.Thread(target=self._loop.run_forever, name=f"ssh {self.login.host}", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _connected(self) -> Line:
        if self._line is not None and self._line.ssh.is_closed():  # the server ended it while nobody used it
            self._hang_up()
        if self._line is None:
            witness = Witness()
            try:
                self._line = self._begin(self._connect(witness)).result()
            except AccessRefused:
                raise
            except asyncssh.HostKeyNotVerifiable as error:
                raise not_known(self.login, witness.unknown) from error
            except Exception as error:
                raise self.fail(error) from error
        return self._line

    async def _connect(self, witness: Witness) -> Line:
        login = self.login
        try:
            ssh = await asyncio.wait_for(self._log_in(witness), login.timeout)
        except (asyncssh.KeyExchangeFailed, asyncssh.ConnectionLost, ConnectionResetError) as error:
            # Perhaps it only has host keys of another kind than the one that is known: then that is what to say.
            key = await self._shown_key()
            if key is not None and is_another(login, key):
                raise not_known(login, key) from error
            raise
        try:
            sftp = await asyncio.wait_for(ssh.start_sftp_client(path_encoding=None), login.timeout)
        except BaseException:
            ssh.abort()
            raise
        return Line(ssh, sftp)

    async def _log_in(self, witness: Witness) -> asyncssh.SSHClientConnection:
        login = self.login
        return await asyncssh.connect(
            login.host,
            login.port,
            client_factory=lambda: witness,
            config=None,
            known_hosts=known_hosts(login),
            username=login.user,
            password=login.password.reveal() or None,
            encryption_algs=_CIPHERS,
            compression_algs=None,
            connect_timeout=login.timeout,
            login_timeout=login.timeout,
            keepalive_interval=max(1.0, login.timeout / 4),
            keepalive_count_max=3,
            **_identities(login),
        )

    async def _shown_key(self) -> asyncssh.SSHKey | None:
        ask = asyncssh.get_server_host_key(self.login.host, self.login.port, config=None)
        try:
            return await asyncio.wait_for(ask, self.login.timeout)
        except (OSError, asyncssh.Error):
            return None

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(Exception):  # it is lost, or it is not needed any more
                self._begin(_part(line)).result(2 * _FAREWELL)


class Pending(Generic[T]):
    """Work that has begun."""

    def __init__(self, session: Session, future: Future[T]) -> None:
        self._session = session
        self._future = future

    def result(self, within: float | None = None) -> T:
        """Wait for it from now on, as long as the login's time-out says, or *within* so many seconds.

        Raises what the contract allows, and nothing else.
        """
        try:
            return self._future.result(self._session.login.timeout if within is None else within)
        except Exception as error:
            self._future.cancel()
            raise self._session.fail(error) from error

    def forget(self) -> None:
        """Nobody wants to know what comes of it."""
        self._future.cancel()


def _identities(login: Login) -> dict[str, Any]:
    """By what the user is known: one key that was named; or a password; or whatever the user's agent has."""
    key = login.private_key()
    if key is not None:
        return {"client_keys": [_read(login, str(key))], "agent_path": None}
    if login.password:
        return {"client_keys": None, "agent_path": None}
    return {}


def _read(login: Login, key: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(key, login.passphrase.reveal() or None)
    except (OSError, ValueError, asyncssh.Error) as error:
        why = (
            "its passphrase is wrong or missing"
            if "ncrypt" in str(error) or "assphrase" in str(error)
            else words(error)
        )
        raise AccessRefused(
            f"The private key {key} cannot be used: {why}.",
            hint=f"Check key_file of [targets.{login.target}], and the credential called passphrase.",
        ) from None  # no part of a key, or of a passphrase, in any trace


def _unheard(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What befell work that nobody waits for any more, as all that is under way when a line is lost."""
    _log.debug("%s", context.get("message"))


async def _part(line: Line) -> None:
    line.sftp.exit()
    line.ssh.close()
    try:
        await asyncio.wait_for(line.ssh.wait_closed(), _FAREWELL)
    except (OSError, asyncssh.Error):
        line.ssh.abort()
        await line.ssh.wait_closed()


async def _stop_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
