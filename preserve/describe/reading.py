"""The text of a file with a way back to its bytes: every span knows its byte offsets in the file's own encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

MAX_BYTES = 1024 * 1024
"""Only the beginning of a file is read for proposals."""
MAX_LINE = 400
"""A longer line is a paragraph, whatever else it looks like."""
_TAIL = 4000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_FOR_FILES = frozenset(["punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"])
"""Encodings that no file is in; some take quadratic time."""
_LINE = re.compile(r"[^\r\n\u2028\u2029\x85\x0b\x0c]*(?:\r\n|[\r\n\u2028\u2029\x85\x0b\x0c]|\Z)")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: character offsets into ``Reading.text``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end and without the white space around it."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """*text* is what *data* says from *offset* on, in *codec*; *whole* is false where the end was not reached."""

    data: bytes
    text: str
    codec: str
    offset: int
    whole: bool

    def octets(self, span: Span) -> tuple[int, int] | None:
        """The byte offsets of *span*, such that these bytes decode to its text; None if they do not."""
        try:
            start = self.offset + len(self.text[: span.start].encode(self.codec))
            end = start + len(self.text[span.start : span.end].encode(self.codec))
            same = self.data[start:end].decode(self.codec) == self.text[span.start : span.end]
        except (UnicodeError, LookupError):
            return None
        return (start, end) if same else None

    def lines(self) -> Iterator[Line]:
        """The lines in order, stripped, blank ones too."""
        return self._lines_from(0)

    def last_lines(self) -> Iterator[Line]:
        """The whole lines in the last few thousand characters."""
        start = max(0, len(self.text) - _TAIL)
        lines = self._lines_from(start)
        if start:
            next(lines, None)  # it may have begun before
        return lines

    def _lines_from(self, position: int) -> Iterator[Line]:
        for match in _LINE.finditer(self.text, position):
            raw = match.group()
            left = len(raw) - len(raw.lstrip())
            stripped = raw.strip()
            start = match.start() + (left if stripped else 0)
            yield Line(stripped, Span(start, start + len(stripped)))


def read(data: bytes, charset: str) -> Reading | None:
    """The text at the beginning of *data*, or None if it is binary, empty or in an encoding that does not fit.

    A byte order mark goes before *charset*; without either, only strict UTF-8 is believed.  Where a byte does not
    fit, the text ends before it.
    """
    head = data[:MAX_BYTES]
    codec, offset = next(((name, len(bom)) for bom, name in _BOMS if head.startswith(bom)), ("", 0))
    text = _decoded(head[offset:], codec or _python_name(charset))
    if text is None or "\0" in text or not text.strip():
        return None
    codec = codec or _python_name(charset)
    reading = Reading(data, text, codec, offset, whole=False)
    reaches = reading.octets(Span(len(text), len(text)))
    # Whoever gives exactly so many bytes may have cut the file there.
    return replace(reading, whole=len(data) < MAX_BYTES and reaches == (len(data), len(data)))


def without_markup(reading: Reading) -> Reading:
    """The same reading with tags, comments, scripts and styles replaced by as many spaces: offsets stay true."""
    blank = _TAG.sub(lambda tag: re.sub(r"[^\r\n]", " ", tag.group()), reading.text)
    return Reading(reading.data, blank, reading.codec, reading.offset, reading.whole)


def _python_name(charset: str) -> str:
    name = charset.strip().lower() or "utf-8"
    if name in ("ascii", "us-ascii", "utf-8-sig", "utf8"):
        return "utf-8"
    # Without a mark the order of bytes must be known; little-endian is what Windows writes.
    return {"utf-16": "utf-16-le", "utf16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name)


def _decoded(octets: bytes, codec: str) -> str | None:
    try:
        "".encode(codec)  # refuses what is no encoding of text, such as compression
        info = codecs.lookup(codec)
        if info.name in _NOT_FOR_FILES:
            return None
        return info.incrementaldecoder("strict").decode(octets, final=False)
    except UnicodeDecodeError as error:
        try:
            return octets[: error.start].decode(codec) if error.start else None
        except UnicodeError:
            return None
    except (LookupError, ValueError, TypeError, AttributeError):
        return None
