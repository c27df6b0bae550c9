"""A text's own first sentences: how its running text begins, below its head and its menus; no verses, no lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from preserve.describe import line_kinds as kinds
from preserve.describe import names
from preserve.describe.find_title import TextFound, front_matter
from preserve.describe.line_words import answered, small
from preserve.describe.preamble import PROSE
from preserve.describe.reading import MAX_LINE, Line, Reading, Span, without_markup
from preserve.describe.sentences import ends

MOST = 600
"""Characters of an abstract, unless its first sentence is longer."""
_LONGEST_SENTENCE = 900
_ENOUGH = 200
"""Characters after which no further paragraph is added."""
_LEAST = 30
_LINES = 60
_VERSE = 60
"""Lines that are all shorter, each beginning anew, are verses or items."""
_LONGER = 15
"""Characters by which running text is longer than the heading right above it."""
_NARROW = 50
_STANZA = 3
"""So many lines that are so short are verses or items, however they begin."""
_BLOCKS = 40
_NUMBER = re.compile(r"(?:\(?\d{1,3}[.)\]]|[*_>]+)\s+")
_OPENING = re.compile(r"[\s*_>\"'«»“”‘’„(\[—–-]*")
_NOISE = re.compile(
    r"cookie|javascript|browser|copyright|©|all rights|subscribe|sign up|log ?in|newsletter|skip to|advertis"
    r"|abonnez|inscrivez|tous droits|derechos reservados|suscr[ií]b|alle rechte|abonnieren|anmelden"
    r"|все права|подпи[сш]|hakları saklı|abone ol|الحقوق محفوظة|اشترك|حقوق .{0,20}محفوظ|کپی ?رایت",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"^[ \t*_]{0,4}([^\W\d_][\w.’' \-]{0,24}?)[*_]{0,2}\s?[:：]", re.MULTILINE)
_TURN = re.compile(
    r"[*_]*(?:q|a|question|answer|pregunta|respuesta|frage|antwort|вопрос|ответ|soru|cevap|yanıt|domanda|risposta"
    r"|pergunta|resposta|س|ج|سؤال|السؤال|جواب|الجواب|پرسش|پاسخ)\s?\d{0,3}\s?[*_]*[:：.]"
)
_GREETED = re.compile(r"[^\W\d_][^.:;?!]{0,40}[,،!]\s*")
_DASHED = re.compile(r"^[ \t]*[—–-]\s", re.MULTILINE)
_PARAGRAPH = re.compile(r"<p\b[^<>]*>(.*?)(?=</p\b|<p\b|<div\b|<h[1-6]\b|<table\b|\Z)", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"[{}\[\]=\\$^~<>|]|;\s*$")
_GAP = re.compile(r"\n(?:[^\S\n]*\n)+\s*")
_GAP_HERE = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)+\s*")
_SCAN = 64 * 1024
_SPEECH = 8 * 1024


def find_abstract(reading: Reading) -> TextFound | None:
    """The first sentences of a plain text, at most ``MOST`` characters; None where it has no running text."""
    text = reading.text
    start, _ = front_matter(reading.head)
    quoted = answered(text)
    is_talk = _is_talk(text[: _SPEECH if quoted < 0 else min(quoted, _SPEECH)])
    is_first = True
    for block in _blocks(reading.head[start:]):
        if 0 <= quoted <= block[0].span.start:
            return None
        opening = _prose_in(block, is_talk=is_talk)
        if opening is None:
            if _is_listed(block) and _says_something(block):
                return None  # what stands below is not how the text begins
            continue
        at, lines = opening
        if is_first and _begins_amid(text, at) and not _is_greeted(reading, at):
            return None
        end = _end(reading, at, lines)
        if end:
            confidence = 0.85 if lines[0].span.end - at >= PROSE or end - at >= 2 * _LEAST else 0.6
            return TextFound(" ".join(text[at:end].split()), Span(at, end), "first-sentences", confidence)
        is_first = False
    return None


def find_abstract_of_page(reading: Reading) -> TextFound | None:
    """The same of a page in HTML: the first sentences of its first paragraph that has some."""
    text = reading.text
    seen = without_markup(reading).text
    for match in list(_some(_PARAGRAPH.finditer(text, 0, _SCAN * 4))):
        start, end = match.span(1)
        said = seen[start:end]
        start += len(said) - len(said.lstrip())
        said = said.strip()
        if len(said) < 2 * _LEAST or _NOISE.search(said[:200]) or kinds.is_date(said[:80]):
            continue
        if stop := _last_end(seen, start, end):
            value = " ".join(unescape(seen[start:stop]).split())
            return TextFound(value, Span(start, stop), "first-sentences", 0.85)
    return None


def _some(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    for _, match in zip(range(_BLOCKS), found, strict=False):
        yield match


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that stand together; nothing of what is fenced as code."""
    block: list[Line] = []
    fenced = False
    for line in lines:
        is_fence = line.text.startswith(("```", "~~~"))
        fenced ^= is_fence
        if line.text and not fenced and not is_fence:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _prose_in(block: Sequence[Line], *, is_talk: bool) -> tuple[int, Sequence[Line]] | None:
    """Where running text begins in the *block*, and its lines from there on."""
    for number, line in enumerate(block):
        rest = block[number:]
        if _is_head(line, rest, is_talk=is_talk):
            continue
        if _is_verse(rest) or _is_listed(rest) or (is_talk and _is_turn(line.text)) or _TURN.match(small(line.text)):
            return None
        match = _NUMBER.match(line.text)
        at = line.span.start + (match.end() if match else 0)
        return (at, rest) if _is_speech(line.text[:MAX_LINE]) else None
    return None


def _is_speech(text: str) -> bool:
    """Whether it is mostly letters, and no code."""
    letters = sum(map(str.isalpha, text))
    return letters >= 12 and letters * 2 >= len(text.replace(" ", "")) and len(_CODE.findall(text)) * 12 <= letters


def _is_head(line: Line, rest: Sequence[Line], *, is_talk: bool) -> bool:
    """Whether the line stands before a text or around it, and is not of it."""
    text = line.text
    if len(text) > MAX_LINE:
        return False
    if _is_around(text):
        return True
    says = _says_something(rest)
    if kinds.is_list_item(text) and not (_NUMBER.match(text) and len(text) >= PROSE and says):
        return True
    if is_talk and _is_turn(text):
        return False
    if kinds.is_field(text) and (len(text) < PROSE or not says or (len(rest) == 1 and len(text) < 2 * _VERSE)):
        return True
    return kinds.is_headline(text) and (not says or _is_above(text, rest))


def _is_around(text: str) -> bool:
    """Whether the line is a date, a label, a by-line … by its own words."""
    return bool(
        kinds.is_furniture(text)
        or kinds.is_address(text)
        or kinds.is_date(text)
        or kinds.is_salutation(text)
        or kinds.is_head_field(text)
        or names.is_byline(text)
        or text.startswith(("#", ">", "|", "<!--", "!["))
        or _GREETED.fullmatch(text)
        or (len(text) < 2 * _VERSE and _NOISE.search(text))
    )


def _is_above(text: str, rest: Sequence[Line]) -> bool:
    """Whether the line is a heading right above running text: shorter, and what is below begins anew."""
    below = rest[1].text if len(rest) > 1 else ""
    return len(text) < PROSE and len(below) > len(text) + _LONGER and not below[0].islower()


def _says_something(lines: Sequence[Line]) -> bool:
    """Whether a sentence ends within the *lines* that stand together."""
    if len(lines[0].text) > MAX_LINE:
        return True
    joined = "\n".join(line.text[:MAX_LINE] for line in lines[:12])
    return next(ends(joined, 0, len(joined)), 0) > 0


def _is_verse(lines: Sequence[Line]) -> bool:
    """Whether the *lines* are verses or items: all short, and each begins anew."""
    longest = max(len(line.text) for line in lines)
    if len(lines) < 2 or longest >= _VERSE:
        return False
    if len(lines) >= _STANZA and longest < _NARROW:
        return True
    begun = [line.text.lstrip("\"'«»“”‘’„(—–-*_ ")[:1] for line in lines[1:]]
    if any(char.islower() or char.isupper() for char in begun):
        return sum(not char.islower() for char in begun) >= 0.75 * len(begun)
    return len(lines) >= 3


def _is_listed(lines: Sequence[Line]) -> bool:
    """Whether the *lines* are items or labels with their values, one a line."""
    items = sum(kinds.is_list_item(line.text) for line in lines)
    return (items > 1 and items * 2 > len(lines)) or sum(_is_label(line.text) for line in lines) >= _STANZA


def _is_label(text: str) -> bool:
    return kinds.is_field(text) and _SPEAKER.match(text) is not None


def _is_talk(text: str) -> bool:
    """Whether speakers take turns: the same label begins several lines, or a dash does."""
    labels: dict[str, int] = {}
    for match in _SPEAKER.finditer(text):
        label = match[1].casefold()
        labels[label] = labels.get(label, 0) + 1
    return sum(count for count in labels.values() if count > 1) >= 3 or len(_DASHED.findall(text)) >= 4


def _is_turn(text: str) -> bool:
    return _SPEAKER.match(text) is not None or _DASHED.match(text) is not None


def _begins_amid(text: str, at: int) -> bool:
    """Whether the text begins in the middle of a sentence."""
    match = _OPENING.match(text, at)
    return text[match.end() : match.end() + 1].islower() if match else False


def _is_greeted(reading: Reading, at: int) -> bool:
    """Whether somebody is addressed above: then a small letter may begin a text."""
    above = [line.text for line in reading.head if line.text and line.span.end <= at]
    return any(kinds.is_salutation(text) for text in above) or (
        above != [] and _GREETED.fullmatch(above[-1]) is not None
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
        if not _goes_on([Line(line.strip(), Span(0, 0)) for line in text[start:stop].splitlines() if line.strip()]):
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


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether the next paragraph is running text too."""
    if not lines or len(lines[0].text) < PROSE or _is_verse(lines):
        return False
    text = lines[0].text
    return not (kinds.is_list_item(text) or _is_turn(text) or _is_head(lines[0], lines, is_talk=False))


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
