"""Where running text begins among lines that stand together: not in a head, a menu, a list, a talk or a stanza."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import names
from preserve.describe.proposals.line_words import small
from preserve.describe.proposals.preamble import PROSE
from preserve.describe.proposals.reading import MAX_LINE, Line
from preserve.describe.proposals.sentences import ends

_VERSE = 60
"""Lines that are all shorter, each beginning anew, are verses or items."""
_LONGER = 15
"""Characters by which running text is longer than the heading right above it."""
_NARROW = 50
_STANZA = 3
"""So many lines that are so short are verses or items, however they begin."""
_DECK = 300
"""Characters of a paragraph that is no heading even if its last sentence has no end."""
_NUMBER = re.compile(r"(?:\(?\d{1,3}[.)\]]|[*_>]+)\s+")
NOISE = re.compile(
    r"cookie|javascript|browser|copyright|©|all rights|subscribe|sign up|log ?in|newsletter|skip to|advertis"
    r"|abonnez|inscrivez|tous droits|derechos reservados|suscr[ií]b|alle rechte|abonnieren|anmelden"
    r"|все права|подпи[сш]|hakları saklı|abone ol|الحقوق محفوظة|اشترك|حقوق .{0,20}محفوظ|کپی ?رایت",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?<!\d)[12١٢۱۲]\d{3}(?:\s?(?:г\.?|года|م))?[\s,،.)\]]*\Z")
"""Ends in a year, as a line does that says whose statement a text is and of which day."""
_SPEAKER = re.compile(r"^[ \t*_]{0,4}([^\W\d_][\w.’' \-]{0,24}?)[*_]{0,2}\s?[:：]", re.MULTILINE)
_TURN = re.compile(
    r"[*_]*(?:q|a|question|answer|pregunta|respuesta|frage|antwort|вопрос|ответ|soru|cevap|yanıt|domanda|risposta"
    r"|pergunta|resposta|س|ج|سؤال|السؤال|جواب|الجواب|پرسش|پاسخ)\s?\d{0,3}\s?[*_]*[:：.]"
)
GREETED = re.compile(r"[^\W\d_][^.:;?!]{0,40}[,،!]\s*")
_DASHED = re.compile(r"^[ \t]*[—–-]\s", re.MULTILINE)
_CODE = re.compile(r"[{}\[\]=\\$^~<>|]|;\s*$")


def blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
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


def prose_in(block: Sequence[Line], *, is_talk: bool) -> tuple[int, Sequence[Line]] | None:
    """Where running text begins in the *block*, and its lines from there on."""
    for number, line in enumerate(block):
        rest = block[number:]
        if _is_head(line, rest, is_talk=is_talk):
            continue
        is_spoken = (is_talk and _is_turn(line.text)) or _TURN.match(small(line.text))
        if is_spoken or _is_verse(rest) or is_listed(rest) or (_is_label(line.text) and _is_card(block)):
            return None
        if _is_call(rest):
            return None
        match = _NUMBER.match(line.text)
        at = line.span.start + (match.end() if match else 0)
        return (at, rest) if _is_speech(line.text[:MAX_LINE]) else None
    return None


def _is_call(lines: Sequence[Line]) -> bool:
    """Whether the *lines* are a slogan, or a line in large letters that says what a text is about, and no sentences."""
    last = lines[-1].text.rstrip("\"'«»”’)]*_ \\")
    if len(lines) == 1 and last.endswith("!") and len(last) <= 2 * _VERSE:
        return True
    return len(lines) == 1 and len(last) <= _DECK and last[-1:].isalnum()


def _is_speech(text: str) -> bool:
    """Whether it is mostly letters, and no code."""
    letters = sum(map(str.isalpha, text))
    return letters >= 12 and letters * 2 >= len(text.replace(" ", "")) and len(_CODE.findall(text)) * 12 <= letters


def _is_head(line: Line, rest: Sequence[Line], *, is_talk: bool) -> bool:
    """Whether the line stands before a text or around it, and is not of it."""
    text = line.text
    if len(text) > MAX_LINE:
        return False
    below = rest[1].text if len(rest) > 1 else ""
    is_call = text.endswith("!") and len(text) <= 2 * _VERSE >= len(below) and _DATED.search(below)
    if is_call or _is_around(text):
        return True
    says = says_something(rest)
    if kinds.is_list_item(text):
        return not (_NUMBER.match(text) and len(text) >= PROSE and says)
    if is_talk and _is_turn(text):
        return False
    is_short = len(text) < PROSE or (len(rest) == 1 and len(text) < 2 * _VERSE)
    if kinds.is_field(text) and (is_short or not says):
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
        or (len(text) < 2 * _VERSE and kinds.is_date(text.partition(". ")[0]))
        or text.startswith(("#", ">", "|", "<!--", "!["))
        or GREETED.fullmatch(text)
        or (len(text) < 2 * _VERSE and (NOISE.search(text) or _DATED.search(text)))
    )


def _is_above(text: str, rest: Sequence[Line]) -> bool:
    """Whether the line is a heading right above running text: shorter, and what is below begins anew."""
    below = rest[1].text if len(rest) > 1 else ""
    return len(text) < PROSE and len(below) > len(text) + _LONGER and not below[0].islower()


def says_something(lines: Sequence[Line]) -> bool:
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


def is_listed(lines: Sequence[Line]) -> bool:
    """Whether the *lines* are items, one a line."""
    items = sum(kinds.is_list_item(line.text) for line in lines)
    return items > 1 and items * 2 > len(lines)


def _is_card(lines: Sequence[Line]) -> bool:
    """Whether the *lines* are labels with their values."""
    return sum(_is_label(line.text) for line in lines) >= _STANZA


def _is_label(text: str) -> bool:
    return kinds.is_field(text) and _SPEAKER.match(text) is not None


def is_conversation(text: str) -> bool:
    """Whether speakers take turns: the same label begins several lines, or a dash does."""
    labels: dict[str, int] = {}
    for match in _SPEAKER.finditer(text):
        label = match[1].casefold()
        labels[label] = labels.get(label, 0) + 1
    return sum(count for count in labels.values() if count > 1) >= 3 or len(_DASHED.findall(text)) >= 4


def _is_turn(text: str) -> bool:
    return _SPEAKER.match(text) is not None or _DASHED.match(text) is not None


def goes_on(lines: Sequence[Line]) -> bool:
    """Whether the next paragraph is running text too."""
    if not lines or len(lines[0].text) < PROSE or _is_verse(lines):
        return False
    text = lines[0].text
    return not (kinds.is_list_item(text) or _is_turn(text) or _is_head(lines[0], lines, is_talk=False))
