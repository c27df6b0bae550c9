"""What InvenioRDM answers, as records and files.  It is taken for hostile: what cannot be so is not believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from preserve.deposit.http import Answer
from preserve.storage.names import shown

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Record:
    """A record, or the draft of one, as the repository tells of it.

    *names* are its alternate identifiers, *kin* its related ones.  *status* is ``draft``, ``new_version_draft``,
    ``in_review``, ``published`` …; *complaints* what keeps it from being published.
    """

    id: str
    published: bool
    status: str = ""
    title: str = ""
    created: str = ""
    version: int = 0
    latest: bool = False
    doi: str = ""
    names: frozenset[str] = frozenset()
    kin: frozenset[str] = frozenset()
    complaints: str = ""
    answer: Answer | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a record: *md5* is the digest that the repository took of what arrived, "" if it took none."""

    name: str
    complete: bool
    size: int
    md5: str


def record_in(found: Mapping[str, Any], answer: Answer) -> Record:
    """The record that *found* is; ``TargetUnreachable`` if it is none."""
    metadata, versions = inner(found, "metadata"), inner(found, "versions")
    version = versions.get("index")
    return Record(
        id_in(found, answer),
        found.get("is_published") is True,
        _text(found.get("status")),
        _text(metadata.get("title")),
        _text(found.get("created")),
        version if isinstance(version, int) else 0,
        versions.get("is_latest") is True,
        _text(inner(inner(found, "pids"), "doi").get("identifier")),
        _identifiers(metadata.get("identifiers")),
        _identifiers(metadata.get("related_identifiers")),
        _complaints(found.get("errors")),
        answer,
    )


def id_in(found: Mapping[str, Any], answer: Answer) -> str:
    """The id in *found*, which can stand in an address; ``TargetUnreachable`` if there is none."""
    said = found.get("id")
    told = str(said) if type(said) in (str, int) else ""  # Zenodo's are numbers, as text or not
    if not _ID.fullmatch(told):
        raise answer.garbled("not about a record")
    return told


def entry_in(found: Any, answer: Answer) -> Entry:
    """The file that *found* is; ``TargetUnreachable`` if it is none."""
    name = found.get("key") if isinstance(found, dict) else None
    if not isinstance(name, str):
        raise answer.garbled("not about a file")
    checksum = _text(found.get("checksum"))
    md5 = checksum.removeprefix("md5:").lower() if checksum.startswith("md5:") else ""
    return Entry(name, found.get("status") == "completed", _size(found.get("size")), md5)


def _size(said: Any) -> int:
    """A size that a file can have, as a number such as 5 or 5.0; else -1."""
    if isinstance(said, float) and said.is_integer():  # infinity is not
        said = int(said)
    return said if type(said) is int and 0 <= said < 1 << 63 else -1


def inner(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object called *name* in *found*; an empty one if it is not there, or is something else."""
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def _identifiers(listed: Any) -> frozenset[str]:
    each = listed if isinstance(listed, list) else []
    return frozenset(_text(one.get("identifier")) for one in each if isinstance(one, dict))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _complaints(listed: Any) -> str:
    """What the repository finds wrong with a draft, in its words, for a sentence."""
    said = []
    for each in (listed if isinstance(listed, list) else [])[:10]:
        if isinstance(each, dict):
            messages = each.get("messages")
            words = " ".join(word for word in messages if isinstance(word, str)) if isinstance(messages, list) else ""
            said.append(f"{_text(each.get('field'))}: {words}")
    return shown(" ".join("; ".join(said).split()))[:500].rstrip(".")
