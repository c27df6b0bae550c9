"""How likely each date that is written in a text is the text's own: the day on which it was written or published.

Certainty there is none; but a letter's dateline, a label ("Date: …") and the line beside a by-line say so plainly.
Where two such dates contradict each other, neither is sure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import names, page_words
from preserve.describe.proposals.find_dates import DateFound
from preserve.describe.proposals.line_words import answered, small
from preserve.describe.proposals.masthead import LINES, masthead
from preserve.describe.proposals.preamble import PROSE, preamble
from preserve.describe.proposals.reading import Line

_NEAR = 1000
"""Characters from the beginning that are near it."""
_HEAD = 24
"""Lines, blank ones not counted, among which a text says when it was written."""
_LONGEST_REST = 60
"""Characters behind a date in a line that tells what was on that day."""
_SIGNED_LINES = 5
"""Lines, blank ones too, in which a text can end after its place and date."""
_SIGNER_WORDS = 6
_AFTERWARDS = re.compile(r"\W*(?:г\.?|года|م)?\W*(?:\[?(?:https?://|www\.)\S+)?\W*")
_PLACE = re.compile(r"(?P<place>[^\W\d_][\w .'’\-\u200c]{1,40})[,،]\s*(?:\w{1,3})?", re.IGNORECASE)
_WEEKDAY = re.compile(rf"{page_words.WEEKDAY}|\w{{2,4}}\.?")
_LINK = re.compile(r"\[?(?:https?://|www\.)\S+")
_HANGING = re.compile(r"\s[^\W\dA-Z]{1,3}\Z")
_COMMA = re.compile(r"\w\s*[,،]\s*(?:\w{1,3}\s*)?\Z")
_ANOTHER_DAY = re.compile(
    r"updated?|modified|changed|accessed|retrieved|printed|downloaded|copyright|©|stand\b|next|due|until|valid|born|received"
    r"|will (?:be|take)|findet|wird .{2,40} stattfinden|aura lieu|se tiendra|se celebrará|tendrá lugar|состоится"
    r"|yapılacak|düzenlenecek|سيعقد|ستعقد|سيقام|برگزار خواهد|à jour|modifiée?|consulté|actualizad|consultad|обновлен"
    r"|изменен|güncelle|değiştir|تحديث|تعديل|به‌روز|ویرایش",
    re.IGNORECASE,
)


class _Place(IntEnum):
    """Where a date stands, the more telling the higher."""

    FAR = 0
    NEAR = 1
    ALONE = 2
    SIGNED = 3
    BELOW_TITLE = 4
    STATED = 5
    PLACED = 6
    BESIDE_BYLINE = 7
    DATELINE = 8
    LABELLED = 9


_CONFIDENCE = (0.2, 0.3, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6)
"""By place, for what is not told apart from all the others."""
_TELLING = 0.85


@dataclass(frozen=True, slots=True)
class _Head:
    """The lines before the running text that are not blank, and where each begins.

    *salutation* is which of them greets (0: none), *paper* how many are the head of a newspaper.
    """

    lines: Sequence[Line]
    starts: Sequence[int]
    salutation: int
    paper: int


def weigh_dates(text: str, dates: Sequence[DateFound], lines: Sequence[Line]) -> list[float]:
    """A confidence for each of the *dates* of *text*, whose first lines are *lines*."""
    if not dates:
        return []
    filled = [line for line in lines[: preamble(lines)] if line.text][:_HEAD]
    salutation = next((n for n, line in enumerate(filled) if kinds.is_salutation(line.text)), 0)
    head = _Head(filled, [line.span.start for line in filled], salutation, masthead(tuple(filled[:LINES])))
    quoted = answered(text)
    end = len(text) if quoted < 0 else quoted
    places = [_place(text, found, head) if found.span.start < end else _Place.FAR for found in dates]
    own = _own(places)
    return [
        _TELLING if number == own else _CONFIDENCE[place] - (0.1 if found.kind == "month" else 0.0)
        for number, (found, place) in enumerate(zip(dates, places, strict=True))
    ]


def _own(places: Sequence[_Place]) -> int:
    """The number of the date that is told to be the text's own, or -1.

    Of several labels the first speaks of the text, the others of what it quotes; other hints must not contradict.
    """
    best = max(places)
    if best <= _Place.ALONE or (best < _Place.LABELLED and places.count(best) > 1):
        return -1
    if best is _Place.BELOW_TITLE and _Place.ALONE in places:
        return -1  # the days of a diary
    return places.index(best)


def _place(text: str, found: DateFound, head: _Head) -> _Place:
    start, end = found.span
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    before, after = text[line_start:start].strip(), _LINK.sub("", text[end : min(line_end, end + _NEAR)]).strip()
    near = _Place.NEAR if start < _NEAR else _Place.FAR
    if len(before) > 120 or len(after) > _LONGEST_REST or _ANOTHER_DAY.search(before):
        return near
    number = bisect_right(head.starts, start) - 1
    if number >= 0 and start > head.lines[number].span.end:
        number = -1
    if before and (number >= 0 or not head.lines) and kinds.is_own_date(before):
        return _Place.LABELLED if near else near
    if number >= 0 and (told := _told_by_line(head, number, before, after)):
        return told
    is_most = end - start > len(before) + len(after)
    if not is_most and not kinds.is_date(" ".join((before, text[start:end], after)).strip()):
        return near
    if _is_signed(before, text, line_start, line_end):
        return _Place.SIGNED
    place = _place_of_line(head, number) if near else near
    is_placed = place is _Place.ALONE and number >= 0 and _names_place(before) and _AFTERWARDS.fullmatch(after)
    return _Place.PLACED if is_placed else place


def _told_by_line(head: _Head, number: int, before: str, after: str) -> _Place | None:
    """What the line *number* of the head says of the date in it by its other words."""
    if number < head.paper:
        return _Place.DATELINE
    if names.is_byline(head.lines[number].text):
        return _Place.BESIDE_BYLINE
    return _Place.STATED if before and _is_stated(before, after) else None


def _place_of_line(head: _Head, number: int) -> _Place:
    """What the line *number* of the head, which is a date, stands beside; -1 is a line that is not of the head."""
    if number < 0:
        return _Place.ALONE
    if number < head.salutation:
        return _Place.DATELINE
    if any(names.is_byline(line.text) for line in head.lines[max(0, number - 1) : number + 2]):
        return _Place.BESIDE_BYLINE
    is_last = number == len(head.lines) - 1
    return _Place.BELOW_TITLE if is_last and _is_below_title(head.lines) else _Place.ALONE


def _names_place(before: str) -> bool:
    """Whether a line begins with the place where it was written: "Lyon, le 3 mai 1968", and not with a weekday."""
    match = _PLACE.fullmatch(before)
    return match is not None and _WEEKDAY.fullmatch(small(match["place"])) is None


def _is_stated(before: str, after: str) -> bool:
    """Whether a line ends with a date that is its document's: "Minutes of 9 March 1992", "Report of …, May 1926"."""
    if after[:1] in (",", "،") and kinds.has_act(after) and kinds.has_act(before):
        return True  # "Minutes of the meeting of 9 March 2011, held in the school"
    if _AFTERWARDS.fullmatch(after) is None:
        return False
    return kinds.has_act(before) or (kinds.has_kind(before) and before.endswith((",", "،")))


def _is_signed(before: str, text: str, line_start: int, line_end: int) -> bool:
    """Whether the text ends here with a place and a date, or with the date below who signs."""
    if _COMMA.search(before):
        return text.count("\n", line_end) < _SIGNED_LINES
    if text[line_end : line_end + 2 * _NEAR].strip() or not line_start:
        return False
    block = text[max(0, line_start - _NEAR) : line_start].splitlines()[-2:]
    if len(block) < 2 or block[0].strip():
        return False
    signer = block[1].strip(" –—-")
    is_page = kinds.is_furniture(signer) or kinds.is_address(signer) or kinds.is_date(signer)
    return not is_page and len(signer.split()) <= _SIGNER_WORDS and kinds.is_headline(signer)


def _is_below_title(lines: Sequence[Line]) -> bool:
    """Whether the last of the *lines* before a text is all, but for a name, that stands between it and a title."""
    title = lines[0].text
    if len(title) >= PROSE and _HANGING.search(title):  # a paragraph that is wrapped by hand
        return False
    if len(lines) == 3 and not names.is_name(lines[1].text):
        return False
    return 2 <= len(lines) <= 3 and kinds.is_headline(title) and not kinds.is_chrome(title) and not kinds.is_date(title)
