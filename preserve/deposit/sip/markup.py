"""Elements and attributes as text, well-formed whatever a value holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT = {"\r": "&#13;"}
_IN_QUOTES = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", '"': "&quot;"}


def element(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    """The element *name* around *text*."""
    return f"<{name}{marks(attributes or {})}>{escape(_legible(text), _IN_TEXT)}</{name}>"


def marks(attributes: Mapping[str, str]) -> str:
    """*attributes* as they stand in a tag; those without a value are left out."""
    return "".join(f' {name}="{escape(_legible(value), _IN_QUOTES)}"' for name, value in attributes.items() if value)


def _legible(text: str) -> str:
    """*text* without what XML 1.0 forbids (§2.2)."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
