r"""What XML 1.0 can and cannot hold, and how names and texts get into it without losing a byte.

A *name* (of a file, folder or link) is written readably, with every control character and stray byte as a visible
escape (``\x0b``, ``\xff``).  Where that, or the handling of white space by XML tools, could change the name, its
exact bytes stand beside it in base64, and those are the name.  A *text* (a detail, a note, somebody's name) keeps
its line ends; only what XML 1.0 §2.2 forbids is escaped visibly.
"""

from __future__ import annotations

import base64
import re

from preserve.premis.vocabulary import BASE, Term
from preserve.storage import names

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FRAGILE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_WHITE_SPACE_AT_RISK = re.compile(r"^\s|\s$|\s\s")
_SPECIAL = re.compile(f'[&<>"{_FRAGILE.pattern[1:-1]}]')
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def text(value: str) -> str:
    """*value* as XML character data."""
    if value.isalnum() or not _SPECIAL.search(value):  # nearly always, and several times as fast
        return value
    return _FORBIDDEN.sub(_visible, value).translate(_MARKUP)


def name(value: str) -> str:
    """The name *value* as readable XML character data on one line."""
    if not _SPECIAL.search(value):
        return value
    return _FRAGILE.sub(_visible, value).translate(_MARKUP)


def exact(value: str) -> str:
    """The bytes of the name *value* in base64, or "" where ``name`` alone says it exactly."""
    return names.b64(value) if _FRAGILE.search(value) or _WHITE_SPACE_AT_RISK.search(value) else ""


def from_exact(value: str) -> str:
    """The name whose bytes are *value* in base64.  ``ValueError`` if that is not base64."""
    return base64.b64decode(value.strip(), validate=True).decode("utf-8", "surrogateescape")


def word(tag: str, term: Term, *, brief: bool = False) -> str:
    """The element *tag* with a *term* of a controlled list, by its label and its URI, if it has one.

    *brief* leaves out the list itself, which the URI names as well: for what stands there once for every file.
    """
    if not term.uri:
        return f"<{tag}>{text(term.label)}</{tag}>"
    source = "" if brief else f' authority="{term.scheme}" authorityURI="{BASE}{term.scheme}"'
    return f'<{tag}{source} valueURI="{term.uri}">{term.label}</{tag}>'
