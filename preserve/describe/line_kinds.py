"""What a line of a text is: a date, an address, a list item, a salutation, a byline … or perhaps a title.

All functions are pure and look at one line, or at a few.  Latin and Arabic scripts.
"""

from __future__ import annotations

import re

from preserve.describe.find_dates import find_dates

_URL = re.compile(r"(?:https?://|www\.|ftp://)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_LIST = re.compile(r"(?:\\?[-*+•·▪◦–—‣●○►»]|\(?\d{1,3}[.)\-]|\(?[a-zA-Zا-ي][.)])\s+\S")
_MARKUP = re.compile(r"[<>|`]|!\[|\[\^|\{\{|#!|//|/\*|%PDF|\\[a-zA-Z]+\{|(?:[-=*_~#]\s?){3,}$")
_FIGURES = re.compile(r"[\W\d_]*")
_PAGE = re.compile(r"(?:page|seite|página|p\.|صفحة)\s*[\divxlc]+(?:\s*(?:of|/|von|de|sur|من)\s*\d+)?\W*", re.IGNORECASE)
_SALUTATION = re.compile(
    r"(?:dear|hi|hello|hey|greetings|to whom|sir|madam|dearest|good (?:morning|evening|day)"
    r"|sehr geehrte\w*|liebe[rs]?|hallo|guten (?:tag|morgen)|werte[rs]?"
    r"|ch(?:er|ère)s?|bonjour|monsieur|madame|mesdames|messieurs|mademoiselle|salut"
    r"|estimad[oa]s?|querid[oa]s?|muy señor\w*|señor(?:es|as?)?|hola|buenos d[ií]as"
    r"|عزيزي|عزيزتي|أعزائي|السلام عليكم|تحية|السيد|السيدة|السادة|حضرة|الأخ|الأخت|أخي|مرحبا|سيدي|إلى من يهمه)(?!\w)",
    re.IGNORECASE,
)
_INVOCATION = re.compile(r"(?:بسم الله|بِسْمِ)")
_BYLINE = re.compile(
    r"[*_\s]*(?:(?:written |posted |published )?by|von|par|por|author|auteur|autor(?:in)?"
    r"|بقلم|كتبها?|تأليف|إعداد|الكاتب)"
    r"\s*[:：]?[*_]*\s+(?P<name>[^,،|•·;(*_\d]+)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:subject|re|title|betreff|betr\.?|objet|asunto|título|titre|titel|الموضوع|العنوان)\s*[:：]\s*", re.IGNORECASE
)
_FIELD = re.compile(r"[^\W\d_][\w .\-]{0,24}[:：]\s+\S")
_PLACE_AND_DATE = re.compile(r"[^\W\d_][\w .'’\-]{0,40}(?:,|،)?\s*(?:(?:the|le|den|el|on|في)\s+)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.…,،;؛:：\-–—]$|[.]['\"”»)]$")
_NUMERIC_DATE = re.compile(r"\W*\d{1,4}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{1,4}\W*")
_PARTICLE_WORDS = """
    de da do dos das del della di du la le el al van von der den ten ter zu zur af av bin ibn bint abu abd y e i
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_OTHER_WORDS = """
    the a an all end read more rights reserved contents table page continued share print comments next previous
    copyright admin staff editor editors unknown anonymous fin ende fine thank thanks you about contact home search menu
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.split())
_ARABIC_WORD = re.compile(r"[\u0621-\u064a\u064b-\u0652\u0670-\u06d3]+")
_CLOSING_MARKS = re.compile(r"[\s*_\"'”’»)\]]+$")

MAX_TITLE = 150
_MAX_WORDS = 22


def is_address(line: str) -> bool:
    """Whether the line is an URL or an e-mail address, alone or with little around it."""
    rest = _URL.sub("", line)
    is_mostly = rest != line and len(re.sub(r"[\W\d_]", "", rest)) <= 20
    return is_mostly or line.startswith(("[www.", "[http", "<http"))


def is_date(line: str) -> bool:
    """Whether the line is a date, perhaps with a weekday or a place before it."""
    if len(line) > 80:
        return False
    if _NUMERIC_DATE.fullmatch(line):
        return True
    for found in find_dates(line):
        before, after = line[: found.span.start].strip(), line[found.span.end :].strip(" .,،م)T0123456789:Z+-")
        if not after and (not before or (len(before.split()) <= 4 and _PLACE_AND_DATE.fullmatch(before + " "))):
            return True
    return False


def is_list_item(line: str) -> bool:
    """Whether the line begins with a bullet or a number."""
    return _LIST.match(line) is not None


def is_salutation(line: str) -> bool:
    """Whether a letter begins here."""
    return len(line) <= 80 and _SALUTATION.match(line) is not None


def is_byline(line: str) -> bool:
    """Whether the line names its author: "By …", "بقلم …"."""
    match = _BYLINE.match(line) if len(line) <= 160 else None
    return match is not None and is_name(re.split(r"\s(?:and|et|und|y|&|[–—-])\s", match["name"])[0].strip())


def is_name(text: str) -> bool:
    """Whether *text* looks like the name of a person or group: two to five words, each with a capital or Arabic."""
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 60:
        return False
    if any(word.strip(".").casefold() in _NOT_NAMES for word in words):
        return False
    if all(_ARABIC_WORD.fullmatch(word) for word in words):
        return True
    capitals = sum(_is_capital(word) for word in words)
    return capitals >= 2 and all(_is_capital(word) or word.casefold() in _PARTICLES for word in words)


def _is_capital(word: str) -> bool:
    return re.fullmatch(r"[^\W\d_](?:[^\W\d_]|['’.\-\u0300-\u036f])*", word) is not None and word[0].isupper()


def is_furniture(line: str) -> bool:
    """Whether the line is neither prose nor title: page numbers, rules, markup, figures, an invocation."""
    return bool(_MARKUP.match(line) or _FIGURES.fullmatch(line) or _PAGE.fullmatch(line) or _INVOCATION.match(line))


def subject(line: str) -> int:
    """Where the subject begins in a line such as "Subject: …" or "Betreff: …"; 0 if the line is none."""
    match = _SUBJECT.match(line)
    return match.end() if match and match.end() < len(line) else 0


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
