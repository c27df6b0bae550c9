"""What goes wrong between us and a server that speaks SSH, in the words of the contract: one sentence each."""

from __future__ import annotations

import asyncio

import asyncssh

from preserve.deposit.ssh.login import Login
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.storage import names

_LONGEST = 200
_AGAIN = "Run the command again: what arrived there is gone on with."
_LOST = (
    OSError,
    EOFError,
    TimeoutError,
    asyncio.IncompleteReadError,
    asyncssh.DisconnectError,
    asyncssh.ChannelOpenError,
    asyncssh.SFTPNoConnection,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPBadMessage,
)
_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNoMedia)


class Unwritten(asyncssh.SFTPFailure):
    """The server did not write octets into a file that it had opened for that, and did not say why."""


def words(text: object) -> str:
    """What a server said, as it may be shown: one short line without control characters."""
    return names.shown(" ".join(str(text).split()))[:_LONGEST].rstrip(".") or "no reason given"


def refusal(error: BaseException, login: Login, place: str) -> PreserveError:
    """What *error*, met while working at *place* there, is called."""
    if isinstance(error, PreserveError):
        return error
    if isinstance(error, asyncssh.PermissionDenied) or "Too many authentication failures" in str(error):
        return _not_let_in(login)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return AccessRefused(
            f"{login.server} and this program have no common way to encrypt: {words(error)}.",
            hint="Ask those who run the server to bring its SSH up to date.",
        )
    if isinstance(error, _LOST):
        return lost(login, error)
    if isinstance(error, asyncssh.SFTPError):
        return _refused(error, login, place)
    return TargetUnreachable(
        f"What {login.server} answered is not as SFTP should be ({type(error).__name__}: {words(error)}).", hint=_AGAIN
    )


def _refused(error: asyncssh.SFTPError, login: Login, place: str) -> PreserveError:
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return AccessRefused(
            f"{login.user} may not do this at {login.server}: {shown(place)}: {words(error.reason)}.",
            hint="Ask those who run the server for the right to write there, then run the command again.",
        )
    if isinstance(error, _FULL):
        return full(login, place)
    if isinstance(error, Unwritten):
        return NoRoom(
            f"{login.server} did not go on writing {shown(place)}: {words(error.reason)}.",
            hint="It does not say why: a full disk, a used-up quota or a damaged disk there are usual reasons. When "
            f"that is mended: {_resume(login)}",
        )
    if isinstance(error, _GONE):
        return TargetUnreachable(
            f"At {login.server} {shown(place)}, or its folder, went while it was worked on: {words(error.reason)}.",
            hint=_AGAIN,
        )
    if isinstance(error, asyncssh.SFTPOpUnsupported):
        return ConfigError(
            f"{login.server} cannot do what is needed for {shown(place)}: {words(error.reason)}.",
            hint="Ask those who run the server to bring its SFTP up to date, or for another way to deposit there.",
        )
    return DepositRefused(
        f"{login.server} refused to work on {shown(place)}: {words(error.reason)}.",
        hint="Many servers do not say why. A full disk, a used-up quota or a damaged disk there are usual reasons.",
    )


def lost(login: Login, error: BaseException) -> TargetUnreachable:
    """There is no connection, or there is none any more."""
    if isinstance(error, TimeoutError):
        return TargetUnreachable(f"{login.server} gave no answer for {login.timeout} seconds.", hint=_AGAIN)
    if isinstance(error, ConnectionRefusedError):
        said = "the connection was refused"
    elif isinstance(error, OSError):
        said = (error.strerror or str(error)).lower()
    else:
        said = str(error)
    return TargetUnreachable(f"{login.server} cannot be reached, or the line was cut: {words(said)}.", hint=_AGAIN)


def full(login: Login, place: str) -> NoRoom:
    """There is no room at the far end; what arrived stays there."""
    return NoRoom(
        f"There is no room at {login.server} to go on with {shown(place)}: its disk is full, or the quota used up.",
        hint=f"Have room made there, then: {_resume(login)}; what arrived is gone on with.",
    )


def _resume(login: Login) -> str:
    return f"preserve deposit --to {shown(login.target)} --resume"


def _not_let_in(login: Login) -> AccessRefused:
    tried = "the key " + str(login.key_file) if login.key_file else "the password" if login.password else "any key"
    return AccessRefused(
        f"{login.server} does not let {login.user} in: it did not accept {tried}.",
        hint=f"Check user, key_file and the credentials of [targets.{login.target}], and ask those who run the server.",
    )


def shown(place: str) -> str:
    """A path there, as it may be shown."""
    return names.shown(place)
