"""A text's own first sentences: how its running text begins, below its head and its menus; no verses, no lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import running_text
from preserve.describe.proposals.front_matter import TextFound, front_matter
from preserve.describe.proposals.line_words import answered
from preserve.describe.proposals.preamble import PROSE
from preserve.describe.proposals.reading import Line, Reading, Span
from preserve.describe.proposals.sentences import ends

MOST = 600
"""Characters of an abstract, unless its first sentence is longer."""
_LONGEST_SENTENCE = 900
_ENOUGH = 200
"""Characters after which no further paragraph is added."""
_LEAST = 30
_BLOCKS = 40
_OPENING = re.compile(r"[\s*_>\"'«»“”‘’„(\[—–-]*")
_PARAGRAPH = re.compile(r"<p\b[^<>]*>(.*?)(?=</p\b|<p\b|<div\b|<h[1-6]\b|<table\b|\Z)", re.IGNORECASE | re.DOTALL)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|em|font|i|kbd|mark|q|s|small|span|strong|sub|sup|u|var|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_GAP = re.compile(r"\n(?:[^\S\n]*\n)+\s*")
_GAP_HERE = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)+\s*")
_SCAN = 64 * 1024
_SPEECH = 8 * 1024


def find_abstract(reading: Reading) -> TextFound | None:
    """The first sentences of a plain text, at most ``MOST`` characters; None where it has no running text."""
    text = reading.text
    start, _ = front_matter(reading.head)
    quoted = answered(text)
    is_talk = running_text.is_conversation(text[: _SPEECH if quoted < 0 else min(quoted, _SPEECH)])
    for block in running_text.blocks(reading.head[start:]):
        if 0 <= quoted <= block[0].span.start:
            return None
        opening = running_text.prose_in(block, is_talk=is_talk)
        if opening is None:
            if running_text.is_listed(block) and running_text.says_something(block):
                return None  # what stands below is not how the text begins
            continue
        at, lines = opening
        if _begins_amid(text, at) and not _is_greeted(reading, at):
            return None
        end = _end(reading, at, lines)
        if end:
            confidence = 0.85 if lines[0].span.end - at >= PROSE or end - at >= 2 * _LEAST else 0.6
            return TextFound(" ".join(text[at:end].split()), Span(at, end), "first-sentences", confidence)
    return None


def find_abstract_of_page(reading: Reading, seen: str) -> TextFound | None:
    """The same of a page in HTML: the first sentences of its first paragraph that has some.

    *seen* is its text without markup, of the same length.
    """
    text = reading.text
    for match in list(_some(_PARAGRAPH.finditer(text, 0, _SCAN * 4))):
        start, end = match.span(1)
        said = seen[start:end]
        start += len(said) - len(said.lstrip())
        said = said.strip()
        if len(said) < 2 * _LEAST or running_text.NOISE.search(said[:200]) or kinds.is_date(said[:80]):
            continue
        if stop := _last_end(seen, start, end):
            value = _seen(text[start:stop])
            return TextFound(value, Span(start, stop), "first-sentences", 0.85)
    return None


def _seen(markup: str) -> str:
    """*markup* as a reader sees it: what only marks some words takes no room."""
    return " ".join(unescape(_TAG.sub(" ", _INLINE.sub("", markup))).split())


def _some(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    for _, match in zip(range(_BLOCKS), found, strict=False):
        yield match


def _begins_amid(text: str, at: int) -> bool:
    """Whether the text begins in the middle of a sentence."""
    match = _OPENING.match(text, at)
    return text[match.end() : match.end() + 1].islower() if match else False


def _is_greeted(reading: Reading, at: int) -> bool:
    """Whether somebody is addressed above: then a small letter may begin a text."""
    above = [line.text for line in reading.head if line.text and line.span.end <= at]
    return any(kinds.is_salutation(text) for text in above) or (
        above != [] and running_text.GREETED.fullmatch(above[-1]) is not None
    )


def _end(reading: Reading, at: int, lines: Sequence[Line]) -> int:
    """Where the abstract that begins *at* ends; 0 if no sentence does."""
    text = reading.text
    item = next((line.span.start for line in lines[1:] if kinds.is_list_item(line.text)), 0)
    end = _last_end(text, at, item or _paragraph_end(text, lines[-1].span.end))
    while end and end - at < _ENOUGH:
        gap = _GAP_HERE.match(text, end)
        if not gap or gap.end() >= len(text):
            break
        start, stop = gap.end(), _paragraph_end(text, gap.end())
        if not running_text.goes_on(
            [Line(line.strip(), Span(0, 0)) for line in text[start:stop].splitlines() if line.strip()]
        ):
            break
        further = _last_end(text, start, stop, at)
        if not further or text[further:stop].strip():
            break
        end = further
    least = _LEAST if text[at:end].isascii() else _LEAST // 2
    return end if end - at >= least else 0


def _paragraph_end(text: str, start: int) -> int:
    gap = _GAP.search(text, start)
    return gap.start() if gap else len(text)


def _last_end(text: str, start: int, stop: int, begun: int = -1) -> int:
    """Where the last sentence ends that is not too far from where the abstract begins; 0 if there is none."""
    begun = start if begun < 0 else begun
    best = 0
    for end in ends(text, start, min(stop, begun + _LONGEST_SENTENCE)):
        if end - begun > MOST and best:
            break
        best = end
        if end - begun > MOST:
            break
    return best
