"""Identifiers that are the same whenever the same package is described: UUIDs of version 5 (RFC 9562 §5.5)."""

from __future__ import annotations

import hashlib
import uuid
from urllib.parse import quote

from preserve.model import Agent
from preserve.storage import names

TYPE = "URI"
"""The identifier type of everything that we name."""

_AGENTS = uuid.uuid5(uuid.NAMESPACE_URL, "http://www.loc.gov/premis/v3#agent")


def package(package_id: str) -> uuid.UUID:
    """The UUID of a package, given with or without ``urn:uuid:``.  ``ValueError`` if it is none."""
    return uuid.UUID(package_id)


def _derived(space: uuid.UUID, local: bytes) -> str:
    """As ``uuid.uuid5``, which cannot do it for bytes, and takes three times as long."""
    digest = bytearray(hashlib.sha1(space.bytes + local, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # version 5
    digest[8] = digest[8] & 0x3F | 0x80  # the variant of RFC 9562
    text = digest.hex()
    return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def of_file(package_uuid: uuid.UUID, path: str) -> str:
    """The identifier of the file at *path* in the bag."""
    return _derived(package_uuid, names.raw(path))


def of_event(package_uuid: uuid.UUID, ordinal: int) -> str:
    """The identifier of the event that is number *ordinal* (from 1) in the package's record."""
    return _derived(package_uuid, b"event:%d" % ordinal)


def of_rights(package_uuid: uuid.UUID, ordinal: int) -> str:
    """The identifier of the rights statement that is number *ordinal* (from 1) in the package's record."""
    return _derived(package_uuid, b"rights:%d" % ordinal)


def of_agent(agent: Agent) -> str:
    """The identifier of an agent: the same in every package."""
    parts = (agent.kind, agent.name, agent.version)
    return _derived(_AGENTS, "/".join(quote(part, errors="surrogatepass", safe="") for part in parts).encode())
