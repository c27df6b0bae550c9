"""An object as the server tells of it, and how it is to be kept there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from preserve.errors import TargetUnreachable

KEY = "preserve-key"
SHA256 = "preserve-sha256"
"""Names of what we say of an object in its own metadata."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the server says of an object."""

    size: int
    said: Mapping[str, str]
    version: str = ""
    retained: str = ""
    held: bool = False

    @property
    def key(self) -> str:
        """The key of the consignment that it belongs to, "" if it is nobody's."""
        return self.said.get(KEY, "")

    @property
    def locked(self) -> str:
        """How it is locked, for people; "" if it is not."""
        return ", ".join(filter(None, (self.retained, "legal hold" if self.held else "")))


@dataclass(frozen=True, slots=True)
class Keeping:
    """How new objects are to be kept: in which class, encrypted by what, and for how long nobody may delete them."""

    storage_class: str = ""
    encryption: str = ""
    kms_key: str = ""
    lock: str = ""
    retention: timedelta | None = None
    legal_hold: bool = False

    @property
    def locks(self) -> bool:
        """Whether it asks for object lock."""
        return bool(self.lock) or self.legal_hold

    def words(self) -> dict[str, Any]:
        """The same in the words of S3, for an object that is made now."""
        said: dict[str, Any] = {}
        if self.storage_class:
            said["StorageClass"] = self.storage_class
        if self.encryption:
            said["ServerSideEncryption"] = self.encryption
        if self.kms_key:
            said["SSEKMSKeyId"] = self.kms_key
        if self.lock and self.retention is not None:
            said["ObjectLockMode"] = self.lock.upper()
            said["ObjectLockRetainUntilDate"] = datetime.now(UTC) + self.retention
        if self.legal_hold:
            said["ObjectLockLegalHoldStatus"] = "ON"
        return said


def found_in(answer: Mapping[str, Any], host: str) -> Found:
    """What *answer*, to a HEAD, says.  ``TargetUnreachable`` if it is not that of an S3 server."""
    if not answer.get("ETag"):
        raise TargetUnreachable(
            f"{host} answered, and not as an S3 server does.",
            hint="Look whether the target's url is that of the repository's interface, and not of a page or a proxy.",
        )
    until = answer.get("ObjectLockRetainUntilDate")
    return Found(
        int(answer.get("ContentLength", -1)),
        {str(name).lower(): str(value) for name, value in answer.get("Metadata", {}).items()},
        str(answer.get("VersionId", "")),
        f"locked until {until:%Y-%m-%d}" if isinstance(until, datetime) else "",
        answer.get("ObjectLockLegalHoldStatus") == "ON",
    )
