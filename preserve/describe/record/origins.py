"""``metadata/descriptive/origins.json``: where each value of the description came from, to bytes and back.

The XML Schemas of the DCMI allow no foreign attribute in a value, so it stands beside ``dc.xml`` and not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from preserve.describe.record.values import legible, same_case
from preserve.errors import DescriptionError
from preserve.model import Statement

ORIGINS_PATH = "metadata/descriptive/origins.json"
SCHEMA_VERSION = 1
_quoted = json.JSONEncoder(ensure_ascii=False).encode
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from.

    *source* is ``preserve`` for what is certain, ``config``, ``set``, ``edit``, the name of a file that somebody
    supplied, or ``proposal`` for one that was accepted.  *agent* and *time* (RFC 3339) tell who said it after sealing.
    """

    source: str
    agent: str = ""
    time: str = ""


Key: TypeAlias = tuple[str, str, str, str]
"""What is described, the term, its value, and its language."""

Origins: TypeAlias = Mapping[Key, Origin]
"""The origin of each statement; of some nothing is known."""


def key_of(statement: Statement) -> Key:
    """What *statement* is found by, also when it was written to ``dc.xml`` and read again."""
    return statement.about, statement.term, legible(statement.value), same_case(statement.lang)


def chunks(statements: Iterable[Statement], origins: Origins | None = None) -> Iterator[bytes]:
    """The file in parts, a line for each statement, in the order given.

    The origin is looked up in *origins*, by default it is that of the statement; one of which nothing is known is left
    out.
    """
    between, end = f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "statements": [', "]\n}\n"
    for statement in statements:
        origin = Origin(statement.origin) if origins is None else origins.get(key_of(statement))
        if origin is not None and origin.source:
            yield _utf8(f"{between}\n    {_as_text(statement, origin)}")
            between, end = ",", "\n  ]\n}\n"
    yield _utf8(end if between == "," else between + end)


def from_json(data: bytes) -> dict[Key, Origin]:
    """What the file says.  ``DescriptionError`` tells what is wrong with it, never anything else."""
    try:
        document = json.loads(data)
        if document["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"its schema_version is not {SCHEMA_VERSION}")
        return dict(_entry(each) for each in document["statements"])
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise DescriptionError(
            f"{ORIGINS_PATH} cannot be read: {error}.", hint="Validate the package; restore the file from a copy."
        ) from error


def _entry(each: Mapping[str, Any]) -> tuple[Key, Origin]:
    about, term, value, lang = (str(each.get(key, "")) for key in ("about", "term", "value", "lang"))
    origin = Origin(*(str(each.get(key, "")) for key in ("origin", "agent", "time")))
    return (about, term, value, same_case(lang)), origin


def _as_text(statement: Statement, origin: Origin) -> str:
    fields = {
        "about": statement.about,
        "term": statement.term,
        "value": legible(statement.value),
        "lang": statement.lang,
        "origin": origin.source,
        "agent": origin.agent,
        "time": origin.time,
    }
    return "{" + ", ".join(f'"{key}": {_quoted(value)}' for key, value in fields.items() if value) + "}"


def _utf8(text: str) -> bytes:
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text).encode()
