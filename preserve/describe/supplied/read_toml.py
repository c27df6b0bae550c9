"""``metadata.toml``: what is said of all that lies in a folder, or of one document, in TOML → statements.

.. code-block:: toml

    publisher = "Municipal Archive"
    creator = ["Ann", "Bob"]
    created = 1931-03-12
    title = {value = "Lettres", lang = "fr"}
    subject = [{value = "Anchors", scheme = "LCSH"}, "Harbours"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from preserve.describe.record import rules
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import heading, nearest
from preserve.model import Problem, Severity, Statement
from preserve.storage.names import shown

LARGEST = 1024 * 1024
"""Octets of the largest file that is read: its values are typed by people."""

_PREFIXES = frozenset(["dc", "dcterms", "dct"])
_PARTS = frozenset(["value", "lang", "scheme"])
_MOST_PROBLEMS = 100


def read_toml(data: bytes, source: str) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """The statements of a metadata.toml, and what is wrong with it; *source* becomes their origin.

    Keys are terms, as ``title``, ``"dc:title"``, ``dc.title`` or ``"title@fr"``.  A value is a text, a date, a year, a
    table with ``value``, ``lang`` and ``scheme``, or a list of these.  Never raises for content.
    """
    content, reason = _content(data)
    if content is None:
        return (), (rules.TOML_UNREADABLE.at(source, f"{shown(source)} cannot be read: {reason}."),)
    problems: list[Problem] = []
    statements: list[Statement] = []
    for written, value in _entries(content):
        statements += _said(written, value, source, problems)
    problems.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    if not statements and all(problem.code == rules.TOML_TERM_UNKNOWN.code for problem in problems):
        problems = [rules.TOML_NOTHING.at(source, f"{shown(source)} holds no Dublin Core term with a value.")]
    return tuple(statements), tuple(problems[:_MOST_PROBLEMS])


def _content(data: bytes) -> tuple[dict[str, Any] | None, str]:
    if len(data) > LARGEST:
        return None, f"it is {len(data):,} bytes long, and at most {LARGEST:,} are read"
    try:
        return tomllib.loads(data.decode("utf-8-sig")), ""
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, f"it is not UTF-8 (line {line})"
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        return None, shown(reason[:1].lower() + reason[1:300])
    except (ValueError, RecursionError):
        return None, "it is nested too deeply, or holds a number of thousands of digits"


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Keys and values; ``dc.title`` is a table in a table to TOML, and one key to us."""
    for key, value in content.items():
        if key.lower() in _PREFIXES and isinstance(value, dict) and not _PARTS.issuperset(value):
            yield from ((f"{key}:{name}", inner) for name, inner in value.items())
        else:
            yield key, value


def _said(written: str, value: Any, source: str, problems: list[Problem]) -> Iterator[Statement]:
    name = heading(written)
    if not name.term:
        close = nearest(written)
        hint = f"; did you mean {close}?" if close else "."
        text = f"The key '{shown(written[:60])}' in {shown(source)} is not a Dublin Core term{hint}"
        problems.append(rules.TOML_TERM_UNKNOWN.at(source, text))
        return
    for one in value if isinstance(value, list) else [value]:
        statement = _statement(name.term, one, name.lang, source)
        if statement is None:
            text = f"{shown(source)}: {name.term} must be a text, a date, a table with a value, or a list of these."
            problems.append(rules.TOML_VALUE.at(source, text))
        elif statement.value:
            settled, findings = settle(statement)
            problems.extend(rule.at(source, f"{shown(source)}: {sentence}") for rule, sentence in findings)
            yield settled


def _statement(term: str, value: Any, lang: str, source: str) -> Statement | None:
    if not isinstance(value, dict):
        text = _text(value)
        return None if text is None else Statement(term, text, lang, origin=source)
    parts = {key: _text(part) for key, part in value.items()}
    if not _PARTS.issuperset(parts) or "value" not in parts or None in parts.values():
        return None
    said = {key: text or "" for key, text in parts.items()}
    return Statement(term, said["value"], said.get("lang", lang), said.get("scheme", ""), source)


def _text(value: Any) -> str | None:
    """What a person means by a plain value of TOML; None if it is not plain."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | float | time) or not isinstance(value, int):
        return None
    return str(value) if abs(value) < 10**18 else None
