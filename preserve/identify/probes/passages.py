"""The languages of a text passage by passage, so that a text in two languages is seen to be in two.

A passage is judged where CLD2 is sure of it and it is long enough; a line or two that are too short to judge belong to
the language around them, unless they seem to be in another one.  Figures, code and lists of foreign names are in none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import whitespace

from preserve.identify.probes import cld2
from preserve.identify.probes.pieces import BREAK, Piece, first_lines, pieces, sentences
from preserve.model import Passage

_LENT = 200
"""Letters of a piece that may be in the language around it though CLD2 is not sure."""
_SHORT = 20
"""Letters of a line that tells nothing of its language."""
_ENOUGH = 40
_PLENTY = 60
"""Letters by which a language is known, if the text has it elsewhere, and by which it is known anyway."""
_CLEARLY = 80
"""Percent of a piece that the detector must find in one language."""
_A_SECOND = 8
"""Percent of a piece that the detector finds in another language, so that its sentences are looked at."""
_SNIPPET = 200
_OTHER_TONGUE = 0.15
"""A language that is nearly the same as another of the text is believed only if it has this part of the other, …"""

_ALIKE = ("pt gl", "nl af", "da no nb nn sv", "hr sr bs sl", "id ms", "cs sk", "fr co oc ca", "en sco", "es gl ast ca",
          "it co", "ar arz", "ru bg uk", "tr az")  # fmt: skip
"""… as of these, which CLD2 takes for one another in a sentence or two."""
_KIN = [frozenset(tags.split()) for tags in _ALIKE]

_ADDRESS = re.compile(r"(?:https?://|www\.|ftp://)\S+|[\w.+-]{1,64}@[\w.-]{1,255}")
_RUSSIAN, _NOT_RUSSIAN = re.compile("[ыэё]"), re.compile("[іїєґўјљњћђџѓќѕ\u0460-\u052f]", re.IGNORECASE)
"""Letters that the Slavic languages near to Russian do not have, and letters that it does not have."""
_CODE = re.compile(r"[{}\[\]=\\$^~<>]|\w\(|;\s*$", re.MULTILINE)
_TOO_MANY_SIGNS = 0.06


def passages(text: str) -> tuple[Passage, ...]:
    """The languages of *text*, the largest share first; none where nothing can be told.  Never raises."""
    blank = _ADDRESS.sub(lambda found: " " * len(found.group()), text) if "@" in text or "/" in text else text
    by_line = _is_interlinear(blank)
    found = pieces(blank, by_line=by_line)
    total = sum(piece.letters for piece in found)
    if not total:
        return ()
    found = [part for piece in found for part in _judged(blank, piece)]
    _believe(found, _SHORT if by_line else _ENOUGH)
    _lend(found)
    if not any(piece.tag for piece in found):
        _judge_together(blank, found)
    return tuple(_summed(text, found, total))


def _is_interlinear(text: str) -> bool:
    """Whether two languages take turns line by line: the first three lines that stand together say so."""
    lines = first_lines(text)[:3]
    if len(lines) < 3 or min(map(len, lines)) <= _SHORT:
        return False
    one, other = (_told(line)[0] for line in lines[:2])
    return bool(one and other) and one != other and not _are_kin(one, other) and _told(lines[2])[0] == one


def _judged(text: str, piece: Piece) -> list[Piece]:
    """The piece with what CLD2 says of it, where it is sure; or its sentences, where they seem to be in several."""
    if piece.letters < _SHORT:
        return [piece]
    said = text[piece.start : piece.end]
    if len(_CODE.findall(said)) > _TOO_MANY_SIGNS * piece.letters:
        piece.speaks = False
        return [piece]
    piece.hint, is_mixed = _told(said)
    if is_mixed and piece.letters >= _PLENTY and len(parts := list(sentences(text, piece, _ENOUGH))) > 1:
        for part in parts:
            part.hint = _told(text[part.start : part.end])[0] if part.letters >= _SHORT else ""
        return parts
    return [piece]


def _told(said: str) -> tuple[str, bool]:
    """The language that *said* is in, "" where CLD2 is not sure, and whether there are signs of another one."""
    reliable, _, details = cld2.detected(said, plain=True)
    (_, code, percent, _), (_, _, second, _) = details[:2]
    if reliable and percent >= _CLEARLY:
        return cld2.language_tag(code), second >= _A_SECOND
    if (code, second) == ("ru", 0) and _RUSSIAN.search(said) and not _NOT_RUSSIAN.search(said):
        return "ru", False  # CLD2 is seldom sure of it, because of the languages that are near
    return "", second >= _A_SECOND


def _believe(found: Sequence[Piece], enough: int) -> None:
    """Each piece of *enough* letters is in the language that it seems to be in, if there is plenty of that.

    Where a script is in one language only, less is enough.
    """
    votes: dict[tuple[str, str], int] = {}
    for piece in found:
        if piece.hint and piece.letters >= enough:
            key = piece.script, piece.hint
            votes[key] = votes.get(key, 0) + piece.letters
    scripts = [script for script, _ in votes]
    believed = {key for key, letters in votes.items() if letters >= _PLENTY or scripts.count(key[0]) == 1}
    for script, tag in tuple(believed):
        kin = [n for (other, its), n in votes.items() if other == script and its != tag and _are_kin(its, tag)]
        if kin and votes[script, tag] < _OTHER_TONGUE * max(kin):
            believed.discard((script, tag))
    for piece in found:
        if piece.letters >= enough and (piece.script, piece.hint) in believed:
            piece.tag = piece.hint


def _are_kin(one: str, other: str) -> bool:
    return any(one in group and other in group for group in _KIN)


def _lend(found: Sequence[Piece]) -> None:
    """What is too short to judge is in the language of its neighbours in the same script, if they agree."""
    told = [piece for piece in found if piece.tag]
    for piece in found:
        if piece.tag or not piece.speaks or piece.letters >= _LENT:
            continue
        alike = [other for other in told if other.script == piece.script]
        before = next((other.tag for other in reversed(alike) if other.start < piece.start), "")
        after = next((other.tag for other in alike if other.start > piece.start), "")
        if piece.hint and piece.hint in (before, after):
            piece.tag = piece.hint
        elif before == after or not (before and after):
            around = before or after
            piece.tag = around if not piece.hint or _are_kin(piece.hint, around) else ""


def _judge_together(text: str, found: Sequence[Piece]) -> None:
    """Of a text in short lines nothing can be told but by all of them."""
    for script in {piece.script for piece in found}:
        alike = [piece for piece in found if piece.script == script and piece.speaks]
        if sum(piece.letters for piece in alike) >= _ENOUGH:
            tag, _ = _told("\n".join(text[piece.start : piece.end] for piece in alike))
            for piece in alike:
                piece.tag = tag


def _summed(text: str, found: Sequence[Piece], total: int) -> Iterator[Passage]:
    letters: dict[str, int] = {}
    longest: dict[str, tuple[int, int]] = {}
    run, at, last = 0, 0, ""
    for piece in found:
        if piece.tag != last:
            run, at, last = 0, piece.start, piece.tag
        if not piece.tag:
            continue
        run += piece.letters
        letters[piece.tag] = letters.get(piece.tag, 0) + piece.letters
        if run > longest.get(piece.tag, (0, 0))[0]:
            longest[piece.tag] = run, at
    for tag in sorted(letters, key=lambda tag: (-letters[tag], tag)):
        if letters[tag] >= _ENOUGH:
            start = longest[tag][1]
            yield Passage(tag, round(letters[tag] / total, 4), letters[tag], _snippet(text, start))


def _snippet(text: str, start: int) -> str:
    """How a passage begins: its first words, to the letter."""
    said = text[start : start + _SNIPPET + 1].lstrip("\ufeff" + whitespace)
    end = BREAK.search(said)
    said = said[: end.start()] if end and end.start() >= _SHORT else said
    cut = max(said.rfind(" "), said.rfind("\n"))
    return (said[:cut] if len(said) > _SNIPPET * 3 // 4 and cut > 0 else said).rstrip()
