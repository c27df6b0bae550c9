"""Who we say we are: one header of each request, and what must never be seen of it again."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

from preserve.errors import ConfigError
from preserve.ports.depositing import Secret

_HIDDEN = b"[credential]"
_SHORTEST = 4
"""Anything shorter would be found everywhere in an answer."""


@dataclass(frozen=True, slots=True)
class Auth:
    """One header, and the credentials that must not be shown to anybody; its repr shows none."""

    header: str
    value: Secret
    secrets: tuple[Secret, ...] = field(default=())

    def hide(self, content: bytes) -> bytes:
        """*content* without the credentials, should the far end have repeated them."""
        for known in self._known():
            content = content.replace(known, _HIDDEN)
        return content

    def _known(self) -> Iterable[bytes]:
        """What to look for, longest first: the value that was sent may hold the password."""
        said = {secret.reveal().encode("utf-8", "surrogateescape") for secret in (*self.secrets, self.value)}
        said |= {known.partition(b" ")[2] for known in said}
        return sorted((known for known in said if len(known) >= _SHORTEST), key=len, reverse=True)


def basic(user: str, password: Secret) -> Auth:
    """User name and password (RFC 7617), in UTF-8."""
    pair = f"{user}:{password.reveal()}".encode("utf-8", "surrogateescape")
    return _auth("Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}", password)


def bearer(token: Secret) -> Auth:
    """A token (RFC 6750)."""
    return _auth("Authorization", f"Bearer {token.reveal()}", token)


def by_header(header: str, value: str, *secrets: Secret) -> Auth:
    """Any other header with its whole *value*, of which *secrets* are parts."""
    return _auth(header, value, *secrets)


def _auth(header: str, value: str, *secrets: Secret) -> Auth:
    if not (value.isascii() and value.isprintable()):
        raise ConfigError(
            "The credential holds characters that HTTP cannot carry.",
            hint="Look whether a line break or a quotation mark got into the file or variable that it comes from.",
        )
    return Auth(header, Secret(value), secrets)
