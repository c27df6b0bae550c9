"""How long a text is, in characters and words; words only where spaces stand between them."""

from __future__ import annotations

import re
from html import unescape

from preserve.describe.proposals.reading import Reading

_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}\u0640\u200c\u200d]|['’.\-‑·](?=[^\W_]))*")
"""Letters, figures and the marks that belong to them; an apostrophe, a hyphen or a point within joins."""
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_NONE_BETWEEN = 0.05
"""Part of the characters that may belong to scripts without spaces between words."""


def extent(reading: Reading, seen: str, *, is_markup: bool) -> str:
    """``5,225 bytes, 5,190 characters, 895 words``, as far as that can be told of a file that was read to its end.

    Of marked-up text the words that are *seen* are counted.  A form feed ends a page.  "" if the end was not read.
    """
    if not reading.whole:
        return ""
    text = unescape(seen) if is_markup else seen
    parts = [_counted(len(reading.data), "byte")]
    if not is_markup:
        parts.append(_counted(len(text), "character"))
    if len(_NO_SPACES.findall(text)) <= _NONE_BETWEEN * len(text) and (words := count_words(text)):
        parts.append(_counted(words, "word"))
    if not is_markup and "\f" in text:
        parts.append(_counted(sum(not page.isspace() and page != "" for page in text.split("\f")), "page"))
    return ", ".join(parts)


def count_words(text: str) -> int:
    """The words of *text*, figures too, where spaces or other marks stand between them."""
    return len(_WORD.findall(text))


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
