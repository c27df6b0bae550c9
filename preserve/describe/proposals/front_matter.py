"""What was found in a text, and the fields that stand between ``---`` lines above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from preserve.describe.proposals.reading import Line, Span

_DECORATION = re.compile(r"\\(?=[^\w\s])|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|!?\[(?P<label>[^\]]*)\]\([^)]*\)")
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_FRONT_FIELD = re.compile(
    r"(?P<key>title|author|creator|date|publisher|organization|source|url|canonical|canonical_url|permalink|link)"
    r"\s*:\s*(?P<quote>['\"]?)(?P<value>.+?)(?P=quote)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextFound:
    """A value found at *span*; *method* is a short stable word for how."""

    value: str
    span: Span
    method: str
    confidence: float


def front_matter(lines: Sequence[Line]) -> tuple[int, dict[str, TextFound]]:
    """The fields of a YAML head between ``---`` lines that say what a text is, and the line after it."""
    if not lines or lines[0].text != "---":
        return 0, {}
    end = next((n for n, line in enumerate(lines[1:60], 1) if line.text in ("---", "...")), 0)
    found: dict[str, TextFound] = {}
    for line in lines[1:end]:
        match = _FRONT_FIELD.fullmatch(line.text)
        if match:
            at = line.span.start + match.start("value")
            value = match["value"].strip()
            span = Span(at, at + len(match["value"]))
            found.setdefault(match["key"].lower(), TextFound(value, span, "front-matter", 0.95))
    return (end + 1 if end else 0), found


def plain(text: str) -> str:
    """*text* without the marks of Markdown; an only-decorated text comes back as it is."""
    text = text.strip(_INVISIBLE)
    cleaned = " ".join(_DECORATION.sub(lambda mark: mark["label"] or "", text).split())
    return cleaned or text
