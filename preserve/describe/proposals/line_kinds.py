"""What a line of a text is: a date, an address, a list item, a salutation, a byline … or perhaps a title.

All functions are pure and look at one line, or at a few.  Latin, Cyrillic and Arabic scripts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from preserve.describe.proposals import line_words as words
from preserve.describe.proposals import page_words
from preserve.describe.proposals.find_dates import find_dates

_I = re.IGNORECASE
_URL = re.compile(r"(?:https?://|www\.|ftp://)\S+|\S+@\S+\.\w+", _I)
_LIST = re.compile(r"(?:\\?[-*+•·▪◦–—‣●○►»]|\(?\d{1,3}[.)\-]|\(?[a-zA-Zا-ي][.)])\s+\S")
_MARKUP = re.compile(r"[<>|`]|!\[|\[\^|\{\{|#!|//|/\*|%PDF|\\[a-zA-Z]+\{|(?:[-=*_~#]\s?){3,}$")
_FIGURES = re.compile(r"[\W\d_]*")
_PAGE = re.compile(
    r"(?:page|seite|página|p\.|стр\.?|sayfa|صفحة|صفحه)\s*[\divxlc]+(?:\s*(?:of|/|von|de|sur|из|من)\s*\d+)?\W*", _I
)
# Without IGNORECASE an alternative of many words is found several times faster: these see lines in small letters.
_GREETING = re.compile(rf"{words.GREETING}(?!\w)")
_HAIL = re.compile(rf"{words.HAIL}(?!\w)")
_END_OF_HAIL = re.compile(r"[,:!،؛]\W*\Z")
_INVOCATION = re.compile(r"(?:بسم الله|بِسْمِ|بسمه تعالی|به نام خدا)")
_SUBJECT = re.compile(rf"{words.SUBJECT}\.?\s*[:：]\s*", _I)
_NO_SUBJECT = re.compile(
    r"\W*(?:no subject|kein betreff|sans objet|sin asunto|без темы|konu yok|بدون موضوع|بلا موضوع)\W*", _I
)
_HOUSE_NUMBER = re.compile(r"شارع|بناية|ص\.ب|حي |خیابان|کوچه|\d\s*$")
_FIELD = re.compile(r"[^\W\d_][\w .\-\u200c]{0,24}[:：]\s+\S")
_HEAD_FIELD = re.compile(rf"[*_]*(?:{words.FROM}|{words.TO}|{words.SUBJECT}|{words.OWN_DATE})\s*[:：]")
_PLACE_AND_DATE = re.compile(r"[^\W\d_][\w .'’\-]{0,40}(?:,|،)?\s*(?:(?:the|le|den|el|a|al|am|on|في|فی)\s+)?", _I)
_AFTER_DATE = re.compile(rf"[\s.,،)T\d:Z+م-]*(?:г\.?|года|год)?\W*(?:{page_words.WEEKDAY}\W*)?", _I)
_OWN_DATE = re.compile(rf"[*_\s]*{words.OWN_DATE}\s*[:：]?[*_]*\s*(?:[^\W\d_]{{2,12}},?\s+)?")
_SENTENCE_END = re.compile(r"[.…,،;؛:：\-–—]$|[.]['\"”»)]$")
_NUMERIC_DATE = re.compile(r"\W*\d{1,4}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{1,4}\W*")
_SECTION = re.compile(rf"(?:[\divxlc]{{1,5}}[.):]?\s+)?{page_words.SECTION}\W*")
_CHROME = re.compile(rf"\W*{page_words.CHROME}\W*")
_RESERVED = re.compile(r"(?:copyright\b|©|\(c\)\s)", _I)
_COOKIES = re.compile(r"\bcookies?\b|\bjavascript\b", _I)
_BETWEEN_LINKS = re.compile(r"\s[|·•»›/]\s")
_KIND = re.compile(rf"(?<!\w){page_words.KIND}(?!\w)")
_ACT = re.compile(rf"(?<!\w){page_words.ACT}(?!\w)")
_HOUSE = re.compile(rf"(?<!\w){page_words.HOUSE}(?!\w)")
_RULE = re.compile(r"[=\-_*~]{3,}")
_CLOSING_MARKS = re.compile(r"[\s*_\"'”’»)\]]+$")

MAX_TITLE = 150
_MAX_WORDS = 22


def is_address(line: str) -> bool:
    """Whether the line is an URL or an e-mail address, alone or with little around it."""
    rest = _URL.sub("", line)
    is_mostly = rest != line and len(re.sub(r"[\W\d_]", "", rest)) <= 20
    return is_mostly or line.startswith(("[www.", "[http", "<http"))


@lru_cache(128)
def is_date(line: str) -> bool:
    """Whether the line is a date, perhaps with a weekday, a place or a label before it."""
    if len(line) > 80 or not any(map(str.isdigit, line)):
        return False
    if _NUMERIC_DATE.fullmatch(line):
        return True
    for found in find_dates(line):
        before, after = line[: found.span.start].strip(" «\"'*_"), line[found.span.end :]
        if not _AFTER_DATE.fullmatch(after):
            continue
        if not before or is_own_date(before) or (len(before.split()) <= 4 and _PLACE_AND_DATE.fullmatch(before + " ")):
            return True
    return False


def is_own_date(before: str) -> bool:
    """Whether the words *before* a date say that the text was written, sent or published then."""
    return len(before) <= 60 and _OWN_DATE.fullmatch(words.small(before).strip() + " ") is not None


def is_list_item(line: str) -> bool:
    """Whether the line begins with a bullet or a number."""
    return _LIST.match(line) is not None


@lru_cache(128)
def is_salutation(line: str) -> bool:
    """Whether a letter begins here."""
    if len(line) > 80:
        return False
    low = words.small(line)
    if _END_OF_HAIL.search(low) and _HAIL.match(low):
        return True
    return _GREETING.match(low) is not None and len(line.split()) <= 8


def is_head_field(line: str) -> bool:
    """Whether the line may belong to the head of a message: From, To, Subject, Date."""
    return _HEAD_FIELD.match(words.small(line)) is not None


def is_furniture(line: str) -> bool:
    """Whether the line is neither prose nor title: page numbers, rules, markup, figures, an invocation, navigation."""
    return bool(
        _MARKUP.match(line)
        or _FIGURES.fullmatch(line)
        or _PAGE.fullmatch(line)
        or _INVOCATION.match(line)
        or is_chrome(line)
    )


def is_chrome(line: str) -> bool:
    """Whether the line is navigation of a page, or says what stands on many a form, such as "Memorandum"."""
    if (len(line) <= 40 and _CHROME.fullmatch(words.small(line))) or _RESERVED.match(line):
        return True
    return len(_BETWEEN_LINKS.findall(line)) >= 2 or (len(line) <= 120 and _COOKIES.search(line) is not None)


def is_section(line: str) -> bool:
    """Whether the line is the name of a part only, such as "Introduction"."""
    return len(line) <= 40 and _SECTION.fullmatch(words.small(line)) is not None


def is_rule(line: str) -> bool:
    """Whether the line only underlines or separates."""
    return _RULE.fullmatch(line) is not None


def is_shouted(line: str) -> bool:
    """Whether the line is at least three words, all in capitals."""
    return line.isupper() and sum(any(map(str.isalpha, word)) for word in line.split()) >= 3


def has_kind(line: str) -> bool:
    """Whether the line names a kind of document, such as minutes, a report or an interview."""
    return _KIND.search(words.small(line)) is not None


def has_act(line: str) -> bool:
    """Whether the line names what takes place on a day, such as a meeting, a speech or a statement."""
    return _ACT.search(words.small(line)) is not None


def is_letterhead(line: str) -> bool:
    """Whether the line may be the name of an office or a firm."""
    return _HOUSE.search(words.small(line)) is not None and not has_kind(line)


def subject(line: str) -> int:
    """Where the subject begins in a line such as "Subject: …" or "Betreff: …"; 0 if the line is none."""
    match = _SUBJECT.match(line)
    if not match or match.end() >= len(line) or _NO_SUBJECT.fullmatch(line[match.end() :]):
        return 0
    # The Arabic word for a title is the word for an address as well.
    return 0 if line.startswith(("العنوان", "عنوان")) and _HOUSE_NUMBER.search(line) else match.end()


def is_field(line: str) -> bool:
    """Whether the line is a label and a value, as in "From: …"."""
    return _FIELD.match(line) is not None


def is_headline(line: str) -> bool:
    """Whether the line by itself could be a title: short, with words, and not the end of a sentence."""
    plain = _CLOSING_MARKS.sub("", line)
    if not 3 <= len(plain) <= MAX_TITLE:
        return False
    letters = sum(map(str.isalpha, plain))
    return (
        len(plain.split()) <= _MAX_WORDS
        and letters * 2 > len(plain.replace(" ", ""))
        and not _SENTENCE_END.search(plain)
        and not re.search(r"[.?!؟]\s+\w[^.?!؟]*[.?!؟]\s+\w", plain)
    )
