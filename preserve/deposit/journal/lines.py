"""The lines of a journal, and what they tell together.  Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from preserve.model.deposits import Stage
from preserve.storage.times import from_rfc3339, rfc3339

SCHEMA_VERSION = 1
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029]")  # what some programs take for the end of a line


@dataclass(frozen=True, slots=True)
class Opening:
    """What a deposit is of, and where it goes: its first line.

    *package* is the package's URN, *label* and *key* the consignment's; *kind* is the kind of *target*, and *place*
    what the configuration called its address at that time.  *profile* and *tags* are those of the BagIt profile for
    which the bag was derived.  *who* answers for it.  *despite* is the embargo in spite of which it was sent, "" for
    none.
    """

    deposit: str
    package: str
    name: str
    label: str
    key: str
    state: int
    form: str
    target: str
    kind: str
    place: str
    files: int
    bytes: int
    profile: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    who: tuple[str, ...] = ()
    despite: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer that was kept: its file's name, the SHA-256 of it, and its length."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line.  It tells of a stage; or that, at this stage, *facts* were noted or a *receipt* was kept."""

    time: datetime
    stage: Stage
    where: str = ""
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    receipt: Receipt | None = None
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What the lines of a journal tell together, up to the last whole one.

    *moments* has when each stage was last reached.  *heads* are the hashes of the lines, *whole* is their length in
    octets.
    """

    opening: Opening
    stage: Stage = Stage.PLANNED
    where: str = ""
    note: str = ""
    handle: Mapping[str, str] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    moments: Mapping[Stage, datetime] = field(default_factory=dict)
    started: datetime | None = None
    changed: datetime | None = None
    heads: tuple[str, ...] = ()
    whole: int = 0

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.heads)

    @property
    def head(self) -> str:
        """The hash of the last line, which stands for all of them; "" if there is none."""
        return self.heads[-1] if self.heads else ""


def told(story: Story, line: Line, data: bytes) -> Story:
    """*story* with one more *line*, whose octets without the line end are *data*."""
    step = not (line.facts or line.receipt)
    return replace(
        story,
        stage=line.stage,
        where=line.where or story.where,
        note=line.note if step else story.note,
        handle={**story.handle, **line.facts},
        receipts=(*story.receipts, line.receipt) if line.receipt else story.receipts,
        moments={**story.moments, line.stage: line.time} if step else story.moments,
        started=story.started or line.time,
        changed=line.time,
        heads=(*story.heads, digest(data)),
        whole=story.whole + len(data) + 1,
    )


def digest(data: bytes) -> str:
    """The hash of a line, as the next one repeats it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def encode(line: Line, seq: int, previous: str) -> bytes:
    """The one spelling of *line*, without its line end."""
    told: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "seq": seq,
        "time": rfc3339(line.time),
        "stage": str(line.stage),
    }
    if line.opening:
        told["opening"] = asdict(line.opening)
    if line.receipt:
        told["receipt"] = asdict(line.receipt)
    told |= {key: value for key in ("where", "note", "facts") if (value := getattr(line, key))}
    text = json.dumps(told | {"previous": previous}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = _TO_ESCAPE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return text.encode("utf-8", "backslashreplace")


def decode(data: bytes) -> tuple[Line, int, str]:
    """The line that *data* spells, its number, and the hash that it repeats.

    ``ValueError``, ``TypeError``, ``KeyError`` or ``RecursionError`` if it spells none.
    """
    told: Any = json.loads(data)
    opening, receipt = told.get("opening"), told.get("receipt")
    line = Line(
        from_rfc3339(told["time"]),
        Stage(told["stage"]),
        _text(told.get("where", "")),
        _text(told.get("note", "")),
        {_text(key): _text(value) for key, value in told.get("facts", {}).items()},
        Receipt(**_typed(Receipt, receipt)) if receipt else None,
        Opening(**_typed(Opening, opening)) if opening else None,
    )
    return line, told["seq"], _text(told["previous"])


def _typed(kind: type[Any], told: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(told)
    for each in fields(kind):
        value = found[each.name]
        if each.name == "who":
            found["who"] = tuple(map(_text, _listed(value)))
        elif each.name == "tags":
            found["tags"] = tuple((_text(label), _text(said)) for label, said in map(_listed, _listed(value)))
        elif type(value).__name__ != each.type:
            raise TypeError(each.name)
    return found


def _listed(value: object) -> Iterable[object]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
