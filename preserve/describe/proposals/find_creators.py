"""Who wrote a text, where it says so: a byline, a labelled line, a name below a closing formula or at the very end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import names
from preserve.describe.proposals.front_matter import TextFound, front_matter, plain
from preserve.describe.proposals.imprint_words import GROUP
from preserve.describe.proposals.line_words import CLOSING, STATEMENT_OF, answered, small
from preserve.describe.proposals.preamble import LONG, preamble
from preserve.describe.proposals.reading import Line, Reading, Span
from preserve.describe.proposals.verses import stanzas

_HEAD = 15
_TAIL = 8
_MESSAGE = 8
"""Lines in which the head of a message must begin."""
_QUOTED = 0.6
"""What is said in running text, or without a word for it."""
_CREDIT = re.compile(
    r"(?:photo|translat|illustrat|foto|übersetz|traduit|traduc|перев|çevir|ترجمة|تصوير|ترجمه)", re.IGNORECASE
)
"""Thanks to somebody else: "Photographs by …"."""
_YOUR = re.compile(r"(?:тво[йя]|ваша?|deine?|ihre?|euer|votre|ton|ta|tu|yours?),?\s+(?P<name>\S+)", re.IGNORECASE)
_DASH = re.compile(r"[–—―-]{1,2}\s*(?P<rest>[^\W\d_].*)")
_ROLE = 40
_CLOSING = re.compile(rf"{CLOSING}\W*")
_STATEMENT = re.compile(
    rf"[*_\s]*{STATEMENT_OF}\s+"
    r"(?!(?:accounts?|facts?|claims?|principles|faith|intent|purpose|independence|rights|war|love|revenus?|cuentas)\b)"
    r"(?P<name>[^,،(:]{3,80}[^,،(:\s])"
)
_DATED = re.compile(r"\d{4}\W*(?:(?:https?://|www\.)\S+)?\W*\Z")
_ABOUT = re.compile(
    r"\s(?:to|on|about|regarding|concerning|against|for|in|à|aux?|sur|contre|a|al|sobre|contra|an|zu|zur|zum|gegen|über"
    r"|إلى|حول|بشأن|ضد|به|دربارهٔ?|علیه)\s"
)
"""What a statement is about, or to whom: not of the name of who makes it."""
_GROUP = re.compile(rf"(?<!\w)(?:{GROUP})(?!\w)")


def find_creators(reading: Reading) -> list[TextFound]:
    """Candidates for the creator, surest first; usually one or none."""
    found = list(_front(reading))
    head = list(islice((line for line in reading.head if line.text), _HEAD))
    sent = list(_sender(head))
    found += sent
    top = preamble(reading.head)
    found += _poets(reading)
    found += _groups(reading, [line for line in reading.head[:top] if line.text][:_HEAD])
    found += _bylines(reading.head, top)
    is_letter = any(kinds.is_salutation(line.text) for line in reading.head[:top] if line.text)
    found += [] if is_letter else _bare_names(reading.head, head, top)
    if reading.whole and len(head) >= 3:
        found += _sign_off(reading, is_letter=is_letter, is_message=sent != [])
    unique: dict[str, TextFound] = {}
    for candidate in sorted(found, key=lambda item: -item.confidence):
        unique.setdefault(candidate.value.casefold(), candidate)
    return list(unique.values())[:5]


def _front(reading: Reading) -> Iterator[TextFound]:
    _, fields = front_matter(reading.head)
    for key in ("author", "creator"):
        if key in fields:
            yield fields[key]


def _sender(head: Sequence[Line]) -> Iterator[TextFound]:
    """Who a message is from, where at least two lines of its head stand together."""
    for number, line in enumerate(head[:_MESSAGE]):
        place = names.sender(line.text)
        if place and any(kinds.is_head_field(head[n].text) for n in (number - 1, number + 1) if 0 <= n < len(head)):
            yield _named(line, place, "sender", 0.85)
            return


def _bylines(lines: Sequence[Line], top: int) -> Iterator[TextFound]:
    """By-lines among the first lines; one that stands below the first *top*, in running text, may be quoted."""
    seen = 0
    for number, line in enumerate(lines):
        seen += line.text != ""
        if seen > _HEAD:
            return
        how, places = names.byline(line.text) if line.text else ("", ())
        confidence = _byline_confidence(how, lines, number, is_first=seen == 1) if places else 0.0
        for place in places:
            method = "author-label" if how == "label" else "byline"
            yield _named(line, place, method, confidence if number < top else min(confidence, _QUOTED))


def _byline_confidence(how: str, lines: Sequence[Line], number: int, *, is_first: bool) -> float:
    """A by-line has its line to itself, under something and over an end: in running text "by" means little."""
    if how == "label":
        return 0.85
    if is_first:
        return 0.4 if how == "short" else _QUOTED
    above = lines[number - 1].text
    below = lines[number + 1].text if number + 1 < len(lines) else ""
    is_apart = not above or (len(above) <= 100 and kinds.is_headline(above))
    if is_apart and (not below or _goes_on(below)):
        return 0.85
    if how == "by" and is_apart:
        return 0.8
    return 0.5


def _goes_on(text: str) -> bool:
    """Whether the line may follow a by-line that has its line to itself."""
    return (
        len(text) > LONG
        or kinds.is_date(text)
        or kinds.is_field(text)
        or names.is_byline(text)
        or _CREDIT.match(text) is not None
    )


def _bare_names(lines: Sequence[Line], head: Sequence[Line], top: int) -> Iterator[TextFound]:
    """Names alone in the second line, under what may be a title: two of them, or one with a date or the text below."""
    if len(head) < 3 or not kinds.is_headline(head[0].text) or kinds.is_chrome(head[0].text):
        return
    line = head[1]
    places = () if names.is_byline(line.text) else names.names_in(line.text)
    is_all = sum(end - start for start, end in places) >= 0.75 * len(line.text)
    is_stack = line.text[0].isupper() and sum(above.text != "" for above in lines[:top]) == 2
    if is_all and (len(places) > 1 or is_stack or kinds.is_date(head[2].text)):
        for place in places:
            yield _named(line, place, "names-below-title", _QUOTED)


def _groups(reading: Reading, head: Sequence[Line]) -> Iterator[TextFound]:
    """The group that makes a statement: in a line with its date among the first ones, or by itself in the last line."""
    for line in head:
        low = small(line.text[: 2 * LONG])
        match = _STATEMENT.match(low) if len(low) == len(line.text) else None
        if match and _DATED.search(low, match.end("name")) and not line.text[match.start("name")].islower():
            start, end = match.span("name")
            about = _ABOUT.search(low, start, end)
            end = about.start() if about else end
            sure = 0.8 if _GROUP.search(low, start, end) else _QUOTED
            yield _named(line, (start, end), "statement-of", sure)
            return
    tail = reading.last_lines(3) if reading.whole and answered(reading.text) < 0 else []
    tail = tail[:-1] if tail and kinds.is_date(tail[-1].text) else tail[-2:]
    is_apart = len(tail) == 2 and "\n" in reading.text[tail[0].span.end + 1 : tail[1].span.start].lstrip("\r")
    if is_apart and _is_group(tail[1].text):
        is_below_text = tail[0].text.endswith((".", "!", "?", "…", "؟", '"', "”", "»")) and not any(
            map(str.isdigit, tail[1].text)
        )
        yield TextFound(plain(tail[1].text), tail[1].span, "group-signature", 0.8 if is_below_text else _QUOTED)


def _is_group(text: str) -> bool:
    """Whether the line is the name of a committee, a league, a party …: a few words, with capitals where there are."""
    parts = text.split()
    if not 2 <= len(parts) <= 7 or not kinds.is_headline(text) or not _GROUP.search(small(text)):
        return False
    return not parts[0][0].islower() and not kinds.is_field(text) and not kinds.is_chrome(text)


def _poets(reading: Reading) -> Iterator[TextFound]:
    """The name below the title of a poem, or below its last stanza, perhaps with a place and a date."""
    place = stanzas(reading.head)
    if not place:
        return
    above = [line for line in reading.head[: place[0]] if line.text]
    below = [line for line in reading.head[place[1] :] if line.text]
    for line in (*above[1:2], *(below[:1] if reading.whole else ())):
        dash = _DASH.fullmatch(line.text)
        name, start = (dash["rest"], dash.start("rest")) if dash else (line.text, 0)
        if names.is_name(name) and (name[0].isupper() or line in below):
            yield _named(line, (start, start + len(name)), "poet", 0.8)


def _named(line: Line, place: tuple[int, int], method: str, confidence: float) -> TextFound:
    start, end = place
    span = Span(line.span.start + start, line.span.start + end)
    return TextFound(plain(line.text[start:end]), span, method, confidence)


def _sign_off(reading: Reading, *, is_letter: bool, is_message: bool) -> Iterator[TextFound]:
    """A name below a closing formula, or in the last line.

    What a message answers or forwards is left out, as far as it can be told; and a story may end with a letter.
    """
    tail = reading.last_lines(_TAIL, answered(reading.text))
    is_doubtful = is_message
    for above, line in pairwise(tail):
        if len(above.text) <= 160 and _CLOSING.fullmatch(small(above.text)):
            if names.is_name(line.text):
                yield TextFound(line.text, line.span, "sign-off", 0.5 if is_doubtful else 0.85 if is_letter else 0.7)
            elif not is_doubtful and names.is_capital(line.text) and len(line.text) <= 20:
                yield TextFound(line.text, line.span, "sign-off", 0.5)
            return
    last = tail[-1] if tail else None
    if last is None or is_doubtful:
        return
    role = tail[-2].text if len(tail) > 1 else ""
    if role.endswith((",", "،")) and len(role) <= _ROLE and names.is_name(last.text):
        yield TextFound(last.text, last.span, "sign-off", 0.7)  # "The secretary,"
        return
    if (own := _YOUR.fullmatch(last.text)) and names.is_capital(own["name"]):
        yield _named(last, own.span("name"), "sign-off", 0.5)
    if kinds.is_date(last.text) and len(tail) > 1:
        last = tail[-2]
    dash = _DASH.fullmatch(last.text)
    if dash and names.is_name(dash["rest"]):
        at = last.span.start + dash.start("rest")
        yield TextFound(dash["rest"], Span(at, at + len(dash["rest"])), "sign-off", 0.6)
    elif names.is_name(last.text) and last.text[0].isupper():  # any few Arabic words would do; so none
        yield TextFound(last.text, last.span, "last-line", 0.4)
