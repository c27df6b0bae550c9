"""Text tag files: bytes to lines (RFC 8493 §2.3).  Pure; whatever the bytes are, there is an answer."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from preserve.bag import rules
from preserve.model import Problem
from preserve.storage.names import shown

_LINE_END = re.compile(r"\r\n?|\n")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,40}")
_CHARACTER_SETS = re.compile(
    r"utf-(8|16|32)(-[bl]e)?|ascii|iso8859-\d+|latin-1|cp\d+|koi8-[rtu]|mac-\w+|big5(hkscs)?|gb(2312|k|18030)"
    r"|euc_(jp|kr|jis\w+)|shift_jis\w*|iso2022_\w+|hz|johab|tis-620|ptcp154|kz1048|hp-roman8"
)
"""Names of Python codecs that are character sets.  All others (rot13, hex, idna, utf-7 …) are programs or traps."""

_MARKED = frozenset(["utf-16", "utf-32"])
"""The encodings that need a byte-order mark."""


@lru_cache(maxsize=64)
def codec(encoding: str) -> str:
    """The Python codec of the character set *encoding*, or "" if it is none that a tag file may be written in."""
    if not _NAME.fullmatch(encoding):
        return ""
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError, ImportError):
        return ""
    return name if _CHARACTER_SETS.fullmatch(name) else ""


def decode(data: bytes, encoding: str, path: str) -> tuple[str, list[Problem]]:
    """The text of the tag file *path*, and what is wrong with its bytes.

    *encoding* is a codec as ``codec`` gives it.  Bytes that are not UTF-8 come through as in file names
    (``surrogateescape``), so that a name in a manifest can still meet the file that it means.
    """
    problems: list[Problem] = []
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        problems.append(rules.UNDECODABLE.at(path, f"{shown(path)} is not text in {encoding} (octet {error.start})."))
        text = data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    if text.startswith("\ufeff") and encoding not in _MARKED:
        problems.append(rules.BOM.at(path, f"{shown(path)} begins with a byte-order mark, which {encoding} must not."))
        text = text.removeprefix("\ufeff")
    return text, problems


def lines(text: str) -> Iterator[str]:
    """The lines of *text*, one by one.  Only LF, CR and CRLF end a line (§2.3), none of Unicode's other breaks."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.start()]
        start = end.end()
    if start < len(text):
        yield text[start:]


def judge_end(text: str, path: str) -> list[Problem]:
    """The finding that the last line of *path* has no end, if so; it may have been cut off."""
    if not text or text.endswith(("\n", "\r")):
        return []
    return [rules.LAST_LINE_OPEN.at(path, f"The last line of {shown(path)} has no line end.")]
