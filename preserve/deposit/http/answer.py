"""What came back: a status, headers, and a body of bounded size.  Nothing of it is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from preserve.deposit.http.origin import host_of
from preserve.errors import TargetUnreachable
from preserve.storage.names import shown

LARGEST = 16 << 20
"""Octets that an answer may have."""
_KEPT_BACK = frozenset(
    ["set-cookie", "set-cookie2", "authorization", "proxy-authorization", "www-authenticate", "authentication-info"]
)
_SAID = 300
_NO_ROOM = 507
_FULL = re.compile(r"quota|no space left|insufficient storage|disk (is )?full|no room", re.IGNORECASE)
"""What servers say that have no room, and another status for that: 413 or 400."""


def _as_it_is(content: bytes) -> bytes:
    return content


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one call.  Names of *headers* are in lower case; *url* is that which answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str
    reason: str = ""
    hide: Callable[[bytes], bytes] = field(default=_as_it_is, repr=False, compare=False)

    def receipt(self) -> bytes:
        """Status, headers and body as octets, to be kept: without cookies and credentials, else as they came."""
        lines = [f"HTTP {self.status} {self.reason}".rstrip()]
        lines += [f"{name}: {value}" for name, value in self.headers.items() if name not in _KEPT_BACK]
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        return self.hide(head + b"\r\n\r\n" + self.body)

    def json(self) -> Any:
        """The body as JSON.  ``TargetUnreachable`` if it is not: then something else answered than was asked."""
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise self.garbled("not JSON") from error

    def document(self) -> dict[str, Any]:
        """The body as a JSON object."""
        found = self.json()
        if not isinstance(found, dict):
            raise self.garbled("not a JSON object")
        return found

    def garbled(self, what: str) -> TargetUnreachable:
        """The error to raise where the answer cannot be made sense of; *what* ends the sentence: ``not XML``."""
        return TargetUnreachable(
            f"{host_of(self.url)} answered {self.status}, and what it said is {what}.",
            hint="Look whether the target's url is that of the repository's interface, and not of a page or a proxy.",
        )

    def means_full(self) -> bool:
        """Whether it says that there is no room: by 507 (RFC 4918 §11.5), or another refusal in such words."""
        return self.status == _NO_ROOM or (400 <= self.status < 500 and _FULL.search(self.words()) is not None)

    def words(self) -> str:
        """What the server says in its own words, for a sentence: cleaned and bounded; "" if it says nothing."""
        text = self.hide(self.body[: 64 << 10]).decode("utf-8", "replace")
        try:
            text = ", ".join(_messages(json.loads(text, strict=False))) or text
        except (ValueError, RecursionError):
            if "<" in text:
                text = _without_markup(text)
        text = shown(" ".join(text.split()))
        return text if len(text) <= _SAID else f"{text[:_SAID]}…"


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _messages(found: Any, depth: int = 0) -> list[str]:
    """The texts under the names by which services tell what is wrong, in the order in which they stand."""
    if depth > 4:
        return []
    if isinstance(found, list):
        return [text for each in found[:20] for text in _messages(each, depth + 1)]
    if not isinstance(found, dict):
        return []
    place = f"{found['field']}: " if isinstance(found.get("field"), str) else ""
    texts = []
    for name, value in found.items():
        if name in ("message", "detail", "error", "title", "description") and isinstance(value, str) and value:
            texts.append(place + value)
        elif name in ("messages", "errors", "message", "error"):
            plain = [place + text for text in value[:20] if isinstance(text, str)] if isinstance(value, list) else []
            texts += plain or _messages(value, depth + 1)
    return texts


def _without_markup(text: str) -> str:
    """*text* without what stands between ``<`` and ``>``; only for showing, never for understanding."""
    parts = text.split("<")
    return " ".join([parts[0], *(part.partition(">")[2] for part in parts[1:])])
