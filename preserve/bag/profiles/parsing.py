"""A BagIt Profile as JSON → plain values, with everything that is wrong with the profile itself.  Pure.

Nothing is guessed: a field of the wrong type is a finding and counts as absent, and since it is an error, a bag is
never called conforming by a profile that could not be read in full.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from preserve.bag.profiles import rules
from preserve.errors import BagError
from preserve.model import Problem, Rule
from preserve.storage.names import shown

MAX_BYTES = 4 * 1024 * 1024
"""No honest profile is larger."""

_FIX = "Check that this is a BagIt Profile: one JSON object in UTF-8."


class Fields:
    """One JSON object of a profile, read field by field; collects what is wrong with it."""

    def __init__(self, values: Mapping[str, Any], source: str, where: str = "") -> None:
        self.values = values
        self.problems: list[Problem] = []
        self._source = source
        self._where = f"{shown(where)}." if where else ""

    def blame(self, rule: Rule, what: str) -> None:
        """Note a finding; *what* is the rest of a sentence about the profile."""
        self.problems.append(rule.at("", f"The profile {shown(self._source)} {what}."))

    def text(self, key: str, default: str = "") -> str:
        """A field that is text."""
        value = self.values.get(key, default)
        return str(value) if isinstance(value, str) else str(self._malformed(key, "text", default))

    def flag(self, key: str, default: bool) -> bool:
        """A field that is true or false."""
        value = self.values.get(key, default)
        return value if isinstance(value, bool) else bool(self._malformed(key, "true or false", default))

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """A field that is one of a few words."""
        value = self.values.get(key, default)
        return value if value in choices else str(self._malformed(key, " or ".join(choices), default))

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A field that is a list of texts, or None if it is absent."""
        value = self.values.get(key)
        if key not in self.values:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._malformed(key, "a list of texts", None)
            return None
        return tuple(dict.fromkeys(value))

    def section(self, key: str) -> Fields:
        """A field that is an object; an empty one if it is absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self._malformed(key, "an object", None)
            value = {}
        return Fields(value, self._source, f"{self._where}{key}")

    def only(self, known: frozenset[str]) -> None:
        """Name the fields that are not known."""
        for key in self.values.keys() - known:
            self.blame(rules.UNKNOWN_KEY, f"has a field that is not in the specification: {self._where}{shown(key)}")

    def _malformed(self, key: str, kind: str, default: object) -> object:
        self.blame(rules.MALFORMED, f"gives {self._where}{shown(key)} a value that is not {kind}")
        return default


def read_json(data: bytes, source: str) -> dict[str, Any]:
    """The JSON object in *data*.  ``BagError`` if it is none, is too large, or says one thing twice."""
    name = shown(source)
    if len(data) > MAX_BYTES:
        raise BagError(f"{name} is too long: a profile may have at most {MAX_BYTES:,} octets.", hint=_FIX)
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BagError(f"{name} is not a BagIt Profile: {reason}.", hint=_FIX) from error
    if not isinstance(value, dict):
        raise BagError(f"{name} is not a BagIt Profile: it is not a JSON object.", hint=_FIX)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"it has the field {shown(twice)} twice")
    return values


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
