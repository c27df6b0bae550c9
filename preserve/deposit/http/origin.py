"""Where requests may go: to one scheme, one host and one port, whatever an answer says.  All functions are pure."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urljoin, urlsplit

from preserve.errors import ConfigError, DepositRefused
from preserve.storage.names import shown

_CARRIED = re.compile(r"[\x21-\x5b\x5d-\x7e]*")  # a backslash is a slash to some and not to others
_PORTS = {"http": 80, "https": 443}
_LONGEST = 8000

Origin = tuple[str, str, int]


def origin_of(url: str) -> Origin:
    """Scheme, host and port of *url*.  ``ValueError`` if it has none, or carries a user name."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("it carries a user name or a password")
    if parts.scheme not in _PORTS:
        raise ValueError("it is not http: or https:")
    if not parts.hostname:
        raise ValueError("it names no server")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def base_of(url: str) -> str:
    """*url* as calls begin: without query and fragment, ``/`` at its end.  ``ConfigError`` if it cannot be used."""
    try:
        origin_of(url)
        parts = _split(url)
    except ValueError as error:
        raise ConfigError(f"The address {shown(url[:200])} cannot be used: {error}.") from error
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def within(base: str, url: str) -> str:
    """*url*, resolved against *base*, if it is of the same origin; else ``DepositRefused``."""
    try:
        whole = urljoin(base, url)
        if origin_of(whole) == origin_of(base):
            return whole.partition("#")[0]
        reason = f"that is not {host_of(base)}"
    except ValueError as error:
        reason = str(error)
    raise DepositRefused(
        f"{host_of(base)} points to {shown(url[:200])}, where we do not go: {reason}.",
        hint="Look whether the target's url is the address that the repository gives for itself, https: or http: too.",
    )


def host_of(url: str) -> str:
    """The server's name as a person writes it, with the port where it is not the usual one."""
    try:
        scheme, host, port = origin_of(url)
    except ValueError:
        return shown(url[:200])
    host = f"[{host}]" if ":" in host else host
    return shown(host if port == _PORTS[scheme] else f"{host}:{port}")


def is_loopback(url: str) -> bool:
    """Whether *url* stays on this machine."""
    host = origin_of(url)[1]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(url: str) -> SplitResult:
    if len(url) > _LONGEST or not _CARRIED.fullmatch(url):
        raise ValueError("it holds characters that no URL has, or too many")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError("it is not a URL") from error
    return parts
