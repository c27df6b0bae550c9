"""CLD2, the language detector: asked for any text, with tags of BCP 47 for an answer."""

from __future__ import annotations

import re
from typing import Any

import pycld2

from preserve.model import Agent

_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufffd]+")
_RENAMED = {"iw": "he", "jw": "jv"}
"""Codes of CLD2 that the registry of BCP 47 has replaced; all others are tags as they are."""


def agent() -> Agent:
    """The detector with the version of its tables and that of its binding."""
    return Agent("CLD2", f"{pycld2.VERSION} (pycld2 {getattr(pycld2, '__version__', '')})")


def detected(text: str, *, plain: bool = False) -> Any:
    """CLD2's answer; *plain* text has no markup.

    It refuses control characters and a few others, which are no language: so they are let go.
    """
    try:
        return pycld2.detect(text, isPlainText=plain)
    except (pycld2.error, UnicodeEncodeError):
        pass
    try:
        return pycld2.detect(_UNSPEAKABLE.sub(" ", text), isPlainText=plain)
    except pycld2.error:
        return pycld2.detect("".join(char if char.isprintable() else " " for char in text), isPlainText=plain)


def language_tag(code: str) -> str:
    """CLD2's *code* as a BCP 47 tag, or "" if it stands for no language (``un``, ``xxx``, ``xx-Latn``, ``zzp``)."""
    return "" if code == "un" or code.startswith(("xx", "zz")) else _RENAMED.get(code, code)
