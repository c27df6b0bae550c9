"""The title of a text, if its first lines show one; otherwise nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import names
from preserve.describe.proposals.front_matter import TextFound, front_matter, plain
from preserve.describe.proposals.masthead import LINES, masthead
from preserve.describe.proposals.preamble import LONG, is_prose, preamble
from preserve.describe.proposals.reading import MAX_LINE, Line, Reading, Span
from preserve.describe.proposals.verses import stanzas

_LIKELY, _UNLIKELY = 0.7, 0.6
_LINES = 60
_LINES_BEFORE_TITLE = 12
_LETTER_LINES = 20
_FIELD_LINES = 8
_HEADING = re.compile(r"[ ]{0,3}(?P<marks>#{1,6})[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_DATED = re.compile(r"\d{4}(?:\s?(?:г\.?|года|م))?\W*\Z")
_UNDERLINE = re.compile(r"=+|-{3,}")


def find_title(reading: Reading) -> TextFound | None:
    """The first heading in Markdown, else a subject line, else the first short line that looks like a title.

    None for a text that begins with a paragraph, a letter without a subject, a list only, or nothing readable.
    """
    start, front = front_matter(reading.head)
    if "title" in front:
        return front["title"]
    every = reading.head[start:]
    lines = [line for line in every if line.text][:_LINES]
    if not lines or lines[0].text.startswith(("#!", "<?xml", "%!PS", "{\\rtf", "---BEGIN", "-----BEGIN")):
        return None
    following = _following(every)
    paper = masthead(tuple(lines[:LINES]))
    top = sum(line.text != "" for line in every[: preamble(every)])
    first = _title_of_poem(every) or _first_line(lines[paper:], following, max(top - paper, 0), is_paper=paper > 0)
    heading = _heading(lines, following)
    if heading is None:
        return first
    level, found = heading
    if found.span.start > _start_of_prose(every):  # it may be of a part only
        found = replace(found, confidence=_LIKELY if level == 1 else _UNLIKELY)
    # A section's heading does not outrank a title that stands by itself at the very top.
    if level > 1 and first and first.span.start == lines[0].span.start and first.confidence >= 0.7:
        return first
    return found


def _start_of_prose(lines: Sequence[Line]) -> int:
    top = preamble(lines)
    return lines[top].span.start if top < len(lines) else lines[-1].span.end


def _title_of_poem(lines: Sequence[Line]) -> TextFound | None:
    """The line above stanzas, alone or with a name below it."""
    place = stanzas(lines)
    above = [line for line in lines[: place[0]] if line.text] if place else []
    if not above or len(above) > 2 or lines[lines.index(above[0]) + 1].text:
        return None
    line = above[0]
    is_title = kinds.is_headline(line.text) and not (_is_passed_over(line.text) or kinds.is_salutation(line.text))
    if not is_title or _HEADING.fullmatch(line.text) or names.is_byline(line.text) or kinds.is_section(line.text):
        return None
    return _found(line.text, line.span.start, "title-of-poem", 0.85)


def _following(lines: Sequence[Line]) -> dict[int, Line | None]:
    """For the start of each line, the very next line, blank or not."""
    return {line.span.start: following for line, following in zip(lines, [*lines[1:], None], strict=True) if line.text}


def _heading(lines: Sequence[Line], following: dict[int, Line | None]) -> tuple[int, TextFound] | None:
    """The first heading that is more than the name of a section, and its level."""
    fenced, sections = False, 7
    if _is_commented(lines, following):
        return None
    for line in lines:
        if line.text.startswith(("```", "~~~")):
            fenced = not fenced
        if fenced or len(line.text) > MAX_LINE:
            continue
        below = following.get(line.span.start)
        heading = _heading_at(line, below)
        if not heading or heading[0] >= sections:
            continue
        level, found = heading
        if kinds.is_date(found.value):
            continue
        if not (kinds.is_section(found.value) or kinds.is_chrome(found.value)):
            return heading
        sections = level  # what follows on this level are sections as well
    return None


def _is_commented(lines: Sequence[Line], following: dict[int, Line | None]) -> bool:
    """Whether lines that begin like a heading are remarks, as in settings: some go on in the very next line."""
    for line in lines:
        below = following.get(line.span.start)
        if line.text[:2] == "# " and below and below.text[:2] == "# ":
            return True
    return False


def _heading_at(line: Line, below: Line | None) -> tuple[int, TextFound] | None:
    match = _HEADING.fullmatch(line.text)
    if match and any(char.isalpha() for char in match["text"]):
        at = line.span.start + match.start("text")
        sure = 0.6 if match["text"].endswith((".", "…")) else 0.9
        return len(match["marks"]), _found(match["text"], at, "markdown-heading", sure)
    if below and _UNDERLINE.fullmatch(below.text) and kinds.is_headline(line.text) and len(below.text) > 2:
        level = 1 if below.text.startswith("=") else 2
        return level, _found(line.text, line.span.start, "underlined-heading", 0.85)
    return None


def _first_line(
    lines: Sequence[Line], following: dict[int, Line | None], top: int, *, is_paper: bool
) -> TextFound | None:
    """The title among the *top* lines before the running text; *is_paper* if the head of a newspaper is above them."""
    is_letter = any(kinds.is_salutation(line.text) for line in lines[: min(top, _LETTER_LINES)])
    candidates: list[int] = []
    has_byline = False
    for place, line in enumerate(lines[: min(top, _LINES_BEFORE_TITLE)]):
        text = line.text
        if len(text) > MAX_LINE:
            break
        at = kinds.subject(text)
        if at and kinds.is_headline(text[at:]):
            # An answer's subject without its "Re:" may be what was answered.
            confidence = 0.7 if text[:2].lower() == "re" else 0.85
            return _found(text[at:], line.span.start + at, "subject-line", confidence)
        how = names.byline(text)[0]
        has_byline = how != "" and candidates != []
        if has_byline:
            break
        if is_letter and kinds.has_kind(text) and not _is_passed_over(text) and kinds.is_headline(text):
            # "Newsletter No. 7", then "Dear members"
            return _found(text, line.span.start, "first-line", 0.85 if place == 0 and len(text.split()) > 2 else 0.7)
        is_bare = how == "short" and place == 0  # "Por Caminos Nuevos" may be anything
        if not is_bare and (is_letter or how or _is_passed_over(text) or _is_field(lines, place)):
            continue
        if kinds.is_section(text) or not kinds.is_headline(text) or _HEADING.fullmatch(text):
            break
        candidates.append(place)
    if not candidates:
        return None
    found = _chosen(lines, following, candidates, has_byline=has_byline)
    if found and is_paper and len(candidates) == 1 and found.confidence >= _LIKELY:
        return _found(found.value, found.span.start, "headline", 0.85) if candidates == [0] else found
    return found


def _chosen(
    lines: Sequence[Line], following: dict[int, Line | None], candidates: Sequence[int], *, has_byline: bool
) -> TextFound | None:
    """The title among lines that could be it, above a by-line or a text: the one nearest to a by-line on a page."""
    place = candidates[0]
    if has_byline:
        place = candidates[-1] if place else place
        confidence = 0.85 if len(candidates) == 1 else 0.7
    else:
        named = next((n for n in candidates if kinds.has_kind(lines[n].text) and len(lines[n].text.split()) > 2), place)
        if named != place and kinds.is_letterhead(lines[place].text):
            return _found(lines[named].text, lines[named].span.start, "first-line", 0.85)
        line = lines[place]
        below = following.get(line.span.start)
        if len(candidates) > 1 and _is_person(line.text) and not (below and below.text):
            place = candidates[1]  # "Jane Doe", a blank line, and the title
            line = lines[place]
            below = following.get(line.span.start)
        confidence = _confidence(line, below, alone=len(lines) == 1)
        if confidence in (0.7, 0.75) and place + 1 < len(lines):
            text = lines[place + 1]
            is_above_text = (
                names.is_byline(text.text)
                or is_prose(text, following.get(text.span.start))
                or (kinds.has_act(text.text) and _DATED.search(text.text) is not None)
            )
            is_first = all(kinds.is_chrome(above.text) for above in lines[:place])
            confidence = _standing(line.text, is_first=is_first, is_above_text=is_above_text)
    line = lines[place]
    return _found(line.text, line.span.start, "first-line", confidence) if confidence else None


def _standing(text: str, *, is_first: bool, is_above_text: bool) -> float:
    """How sure it is that a line which stands by itself is the title, by its words and what stands further down."""
    if kinds.is_letterhead(text) or names.byline(text)[0]:
        return 0.5
    if kinds.has_kind(text) and len(text.split()) >= 2:
        return 0.85  # "Minutes of the …", whatever stands above and below
    if is_first and kinds.is_shouted(text):
        return 0.8
    is_title = is_first and len(text.split()) >= 3 and not names.is_name(text) and "," not in text
    return 0.8 if is_title and is_above_text else 0.7


def _is_person(text: str) -> bool:
    """Whether this looks like a name in a script that has capitals."""
    return text[0].isupper() and names.is_name(text)


def _is_field(lines: Sequence[Line], place: int) -> bool:
    """Whether this is a label with its value and not a title with a colon in it: such lines seldom come alone."""
    if place >= _FIELD_LINES or not kinds.is_field(lines[place].text):
        return False
    around = lines[max(0, place - 1) : place + 2]
    return kinds.is_head_field(lines[place].text) or sum(kinds.is_field(line.text) for line in around) > 1


def _is_passed_over(text: str) -> bool:
    if kinds.is_furniture(text) or kinds.is_address(text) or kinds.is_list_item(text) or kinds.is_date(text):
        return True
    return kinds.is_field(text) and kinds.is_date(re.split("[:：]", text, maxsplit=1)[1].strip())


def _confidence(line: Line, below: Line | None, *, alone: bool) -> float:
    """How sure it is that a headline is the title, by what stands in the very next line; 0 if it is a wrapped line."""
    if alone:
        return 0.3
    if below is None or not below.text:
        return 0.7
    text = below.text
    if _UNDERLINE.fullmatch(text):
        return 0.85
    if kinds.is_date(text) or kinds.is_address(text):
        return 0.75
    return 0.6 if (len(text) > LONG and len(line.text) <= 100) or _is_person(text) else 0.0


def _found(text: str, start: int, method: str, confidence: float) -> TextFound:
    return TextFound(plain(text), Span(start, start + len(text)), method, confidence)
