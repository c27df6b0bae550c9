"""The text of a file with a way back to its bytes: every span knows its byte offsets in the file's own encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import NamedTuple

MAX_BYTES = 1024 * 1024
"""Only the beginning of a file is read for proposals."""
MAX_LINE = 400
"""A longer line is a paragraph, whatever else it looks like."""
_HEAD_LINES = 240
_FEW_LINES = 30
_MARKS_OF_HEADINGS = ("#", "===", "---")
_HEAD = 64 * 1024
_TAIL = 4000
"""Characters in which the first lines are looked for, and the last."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_FOR_FILES = frozenset(["punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"])
"""Encodings that no file is in; some take quadratic time."""
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)


class Span(NamedTuple):
    """A stretch of text: character offsets into ``Reading.text``."""

    start: int
    end: int


class Line(NamedTuple):
    """A line without its end and without the white space around it.  A tuple: every text has hundreds."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """*text* is what *data* says from *offset* on, in *codec*; *whole* is false where the end was not reached.

    *head* are the first lines, blank ones too: thirty that are not blank, or more where there may be headings.
    """

    data: bytes
    text: str
    codec: str
    offset: int
    whole: bool
    head: tuple[Line, ...] = ()

    def octets(self, span: Span) -> tuple[int, int] | None:
        """The byte offsets of *span*, such that these bytes decode to its text; None if they do not."""
        try:
            start = self.offset + len(self.text[: span.start].encode(self.codec))
            end = start + len(self.text[span.start : span.end].encode(self.codec))
            same = self.data[start:end].decode(self.codec) == self.text[span.start : span.end]
        except (UnicodeError, LookupError):
            return None
        return (start, end) if same else None

    def last_lines(self, count: int, end: int = -1) -> list[Line]:
        """The last lines that are not blank, in order; only whole lines, and only from the very end, or from *end*."""
        end = len(self.text) if end < 0 else end
        start = max(0, end - _TAIL)
        raw = self.text[start:end].splitlines(keepends=True)
        found: list[Line] = []
        for line in reversed(raw[1:] if start else raw):  # the first may have begun before
            end -= len(line)
            if line.strip():
                found.append(_line(line, end))
                if len(found) == count:
                    break
        return found[::-1]


def _line(raw: str, start: int) -> Line:
    text = raw.strip()
    if text:
        start += raw.index(text[0])
    return Line(text, Span(start, start + len(text)))


def _first_lines(text: str) -> tuple[Line, ...]:
    """Few, unless something further down might be a heading: to look at a line takes longer than to look for that."""
    head = text[:_HEAD]
    few = _FEW_LINES if all(mark not in head for mark in _MARKS_OF_HEADINGS) else _HEAD_LINES
    found: list[Line] = []
    filled = start = 0
    for raw in head.splitlines(keepends=True)[:_HEAD_LINES]:
        line = _line(raw, start)
        found.append(line)
        start += len(raw)
        filled += line.text != ""
        if filled > few:
            break
    return tuple(found)


def read(data: bytes, charset: str) -> Reading | None:
    """The text at the beginning of *data*, or None if it is binary, empty or in an encoding that does not fit.

    A byte order mark goes before *charset*; without either, only strict UTF-8 is believed.  Where a byte does not
    fit, the text ends before it.
    """
    head = data[:MAX_BYTES]
    codec, offset = next(((name, len(bom)) for bom, name in _BOMS if head.startswith(bom)), ("", 0))
    codec = codec or _python_name(charset)
    text, fits = _decoded(head[offset:], codec)
    if "\0" in text or not text or text.isspace():
        return None
    # Whoever gives exactly so many bytes may have cut the file there.
    return Reading(data, text, codec, offset, fits and len(data) < MAX_BYTES, _first_lines(text))


def without_markup(reading: Reading) -> Reading:
    """The same reading with tags, comments, scripts and styles replaced by as many spaces: offsets stay true."""
    blank = _TAG.sub(lambda tag: re.sub(r"[^\r\n]", " ", tag.group()), reading.text)
    return Reading(reading.data, blank, reading.codec, reading.offset, reading.whole, reading.head)


def _python_name(charset: str) -> str:
    name = charset.strip().lower() or "utf-8"
    if name in ("ascii", "us-ascii", "utf-8-sig", "utf8"):
        return "utf-8"
    # Without a mark the order of bytes must be known; little-endian is what Windows writes.
    return {"utf-16": "utf-16-le", "utf16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name)


def _decoded(octets: bytes, codec: str) -> tuple[str, bool]:
    """What *octets* say, as far as they fit *codec*, and whether that is to their end."""
    try:
        info = codecs.lookup(codec)
        "".encode(codec)  # refuses what is no encoding of text, such as compression
        if info.name in _NOT_FOR_FILES:
            return "", False
        decoder = info.incrementaldecoder("strict")
        return decoder.decode(octets, final=False), not decoder.getstate()[0]
    except UnicodeDecodeError as error:
        try:
            return octets[: error.start].decode(codec), False
        except UnicodeError:
            return "", False
    except (LookupError, ValueError, TypeError, AttributeError):
        return "", False
