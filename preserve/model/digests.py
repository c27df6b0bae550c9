"""PREMIS messageDigest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Digest:
    """PREMIS messageDigest: *algorithm* by its bag name (``sha256``, ``sha3256`` …), *value* in lower-case hex."""

    algorithm: str
    value: str
