"""One line of a history: an event as canonical JSON.

Canonical means: UTF-8, keys in the order of ``encode``, no blanks between tokens, no number but whole ones, one line
whatever program splits it.  So an entry has exactly one spelling, and a line in any other spelling was not written
here.  A name that is not UTF-8 is shown with escapes, and ``objects_b64`` then gives the exact bytes of those names
(null for the others).
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preserve.model import Agent, Event, Outcome, Package, PinnedDigest
from preserve.storage import names
from preserve.storage.times import from_rfc3339, rfc3339

SCHEMA_VERSION = 1
GENESIS = ""
"""What the first entry gives as the hash of the entry before it."""

NOTE = "note"
"""Our own event type for what the Library of Congress has no word for."""

_LOC_CODES = (
    "acc app cap com cop cre dea dec del der dig dis dsg dsp enc exe exp ext ffa fil fix for ima ine ing "
    "ins int ipc ipm ips mee mem mes mig mod nor pac poa prt qua rec red ref ren rep tra unp unq val vir"
)
TYPES = frozenset([*_LOC_CODES.split(), NOTE])
"""Every event type that may be written: the Library of Congress's codes of 2026, and our own."""

_LOC = "http://id.loc.gov/vocabulary/preservation"
_LOC_TYPE = re.compile(r"[a-z]{3}", re.ASCII)
_OUTCOME_URIS = {
    Outcome.SUCCESS: f"{_LOC}/eventOutcome/suc",
    Outcome.FAIL: f"{_LOC}/eventOutcome/fai",
    Outcome.WARNING: f"{_LOC}/eventOutcome/war",
    Outcome.NOT_DONE: "",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029]")  # what some programs take for the end of a line


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be written down.

    *id* names it for ever: the same id is never written twice, so that work that was interrupted can be repeated.
    Without one, the id is derived from the event itself.
    """

    event: Event
    id: str = ""
    pinned: tuple[PinnedDigest, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One whole line of a history.  *digest* is the hash of its bytes, as the next line repeats it."""

    seq: int
    id: str
    event: Event
    package: str
    pinned: tuple[PinnedDigest, ...]
    previous: str
    digest: str


def package_urn(package_id: str) -> str:
    """*package_id* as ``urn:uuid:``, given with or without it.  ``ValueError`` if it is no UUID."""
    return uuid.UUID(package_id).urn


def type_uri(event_type: str) -> str:
    """The URI of an event type: codes of three letters are the Library of Congress's, others are ours and have none."""
    return f"{_LOC}/eventType/{event_type}" if _LOC_TYPE.fullmatch(event_type) else ""


def outcome_uri(outcome: Outcome) -> str:
    """The URI of an outcome, or "" for "not done", for which there is none."""
    return _OUTCOME_URIS[outcome]


def sealing(package: Package, time: datetime, agents: Sequence[Agent], note: str = "") -> NewEntry:
    """The entry that a history begins with: the package was created, and these are the digests of its manifests.

    *note* says why it was not written when it happened.  Its id follows from the package and those digests, so that
    the same sealing is never written down twice.
    """
    event = Event(
        type="ipc",
        time=time,
        outcome=Outcome.SUCCESS,
        agents=tuple(agents),
        detail=f"Sealed as a BagIt {package.bag_version} bag; files: {package.files:,}; bytes: {package.bytes:,}.",
        note=note,
    )
    identity = "sealing:" + _json(_pinned_field(package.pinned))
    return NewEntry(event, id=str(uuid.uuid5(uuid.UUID(package.id), identity)), pinned=package.pinned)


def entry_id(new: NewEntry, package: str) -> str:
    """The id of *new* in the history of *package*: its own, else a UUID (version 5) of what it says."""
    if new.id:
        return _text(new.id)
    return str(uuid.uuid5(uuid.UUID(package), _json(_event_fields(new.event) | _pinned_field(new.pinned))))


def encode(new: NewEntry, *, seq: int, package: str, previous: str) -> bytes:
    """The line for *new*, without its line end.  ``ValueError`` if its time has no zone.

    Types that are not in ``TYPES`` are accepted here: a later version may have written them.
    """
    fields: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "seq": seq,
        "id": entry_id(new, package),
        **_event_fields(new.event),
        "package": package,
        **_pinned_field(new.pinned),
        "previous": previous,
    }
    return _json(fields).encode()


def decode(fields: Mapping[str, Any], digest: str) -> Entry:
    """The entry that the parsed line *fields* says.

    ``KeyError``, ``TypeError`` or ``ValueError`` if it says none; whether it was spelt as ``encode`` spells it is
    for the caller to compare.
    """
    event = Event(
        type=_str(fields["type"]),
        time=from_rfc3339(_str(fields["time"])),
        outcome=Outcome(fields["outcome"]),
        agents=tuple(Agent(*(_str(each[key]) for key in ("name", "version", "kind"))) for each in fields["agents"]),
        detail=_str(fields["detail"]),
        note=_str(fields["note"]),
        objects=_objects(fields["objects"], fields.get("objects_b64")),
        location=_str(fields.get("location", "")),
    )
    pinned = tuple(
        PinnedDigest(*(_str(each[key]) for key in ("path", "algorithm", "value"))) for each in fields.get("pinned", ())
    )
    seq = fields["seq"]
    if type(seq) is not int:
        raise TypeError("seq is not a whole number")
    texts = {key: _str(fields[key]) for key in ("id", "package", "previous")}
    return Entry(seq=seq, event=event, pinned=pinned, digest=digest, **texts)


def _event_fields(event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "time": rfc3339(event.time),
        "type": event.type,
        "type_uri": type_uri(event.type),
        "outcome": event.outcome.value,
        "outcome_uri": outcome_uri(event.outcome),
        "agents": [
            {"name": _text(agent.name), "version": _text(agent.version), "kind": _text(agent.kind)}
            for agent in event.agents
        ],
        "detail": _text(event.detail),
        "note": _text(event.note),
        "objects": [_text(path) for path in event.objects],
    }
    if not all(names.is_utf8(path) for path in event.objects):
        fields["objects_b64"] = [None if names.is_utf8(path) else names.b64(path) for path in event.objects]
    if event.location:
        fields["location"] = _text(event.location)
    return fields


def _pinned_field(pinned: Sequence[PinnedDigest]) -> dict[str, Any]:
    if not pinned:
        return {}
    return {"pinned": [{"path": _text(p.path), "algorithm": p.algorithm, "value": p.value} for p in pinned]}


def _objects(shown: Sequence[Any], exact: Sequence[Any] | None) -> tuple[str, ...]:
    encoded = exact if exact is not None else [None] * len(shown)
    return tuple(
        _str(path) if b64 is None else base64.b64decode(b64, validate=True).decode("utf-8", "surrogateescape")
        for path, b64 in zip(shown, encoded, strict=True)
    )


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return value


def _json(fields: Mapping[str, Any]) -> str:
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _text(value: str) -> str:
    """*value* with every stray byte and lone surrogate, which UTF-8 cannot hold, as a visible escape."""
    return value if value.isascii() else _SURROGATE.sub(_visible, value)


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
