"""The languages of a text passage by passage, so that a text in two languages is seen to be in two.

A passage is judged where CLD2 is sure of it and it is long enough; a line or two that are too short to judge belong to
the language around them, unless they seem to be in another one.  Figures, code and lists of foreign names are in none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import whitespace

from preserve.identify.probes import cld2
from preserve.model import Passage

MOST = 12_000
"""Characters that are looked at; of a longer text windows are taken evenly."""
_WINDOW = 1_000
_LONG = 600
"""A longer paragraph is looked at in portions, as it may quote."""
_PORTION = 300
_LENT = 200
"""Characters of a portion, and letters of a piece that may be in the language around it though CLD2 is not sure."""
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
_FOREIGN = 24
"""Letters of another script that stand for themselves; fewer are a name or a loan."""
_OTHER_TONGUE = 0.15
"""A language that is nearly the same as another of the text is believed only if it has this part of the other, …"""

_ALIKE = ("pt gl", "nl af", "da no nb nn sv", "hr sr bs sl", "id ms", "cs sk", "fr co oc ca", "en sco", "es gl ast ca",
          "it co", "ar arz", "ru bg uk", "tr az")  # fmt: skip
"""… as of these, which CLD2 takes for one another in a sentence or two."""
_KIN = [frozenset(tags.split()) for tags in _ALIKE]

_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?…؟۔。！？])[\"'”’»)\]]*\s+|\n")
_ADDRESS = re.compile(r"(?:https?://|www\.|ftp://)\S+|[\w.+-]{1,64}@[\w.-]{1,255}")
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_RANGES = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
    "arabic": _ARABIC,
    "cyrillic": "\u0400-\u052f",
    "greek": "\u0370-\u03ff",
    "hebrew": "\u0590-\u05ff",
    "other": "\u0530-\u058f\u0700-\u074f\u0780-\u089f\u0900-\u1dff\u2c00-\ud7ff\uf900-\ufaff\U00010000-\U0003ffff",
}
_HAS = {script: re.compile(f"[{letters}]") for script, letters in _RANGES.items()}
_RUNS = re.compile("|".join(f"(?P<{script}>[{letters}]+)" for script, letters in _RANGES.items()))
_RUSSIAN, _NOT_RUSSIAN = re.compile("[ыэё]"), re.compile("[іїєґўјљњћђџѓќѕ\u0460-\u052f]", re.IGNORECASE)
"""Letters that the Slavic languages near to Russian do not have, and letters that it does not have."""
_CODE = re.compile(r"[{}\[\]=\\$^~<>]|\w\(|;\s*$", re.MULTILINE)
_TOO_MANY_SIGNS = 0.06


@dataclass(slots=True)
class _Piece:
    """A stretch of the text in one script; *tag* is "" while it is in no language, *hint* what it might be in."""

    start: int
    end: int
    script: str
    letters: int
    tag: str = ""
    hint: str = ""
    speaks: bool = True


def passages(text: str) -> tuple[Passage, ...]:
    """The languages of *text*, the largest share first; none where nothing can be told.  Never raises."""
    blank = _ADDRESS.sub(lambda found: " " * len(found.group()), text) if "@" in text or "/" in text else text
    pieces = [piece for start, end in _windows(blank) for piece in _pieces(blank, start, end)]
    total = sum(piece.letters for piece in pieces)
    if not total:
        return ()
    pieces = [part for piece in pieces for part in _judged(blank, piece)]
    _believe(pieces)
    _lend(pieces)
    if not any(piece.tag for piece in pieces):
        _judge_together(blank, pieces)
    return tuple(_summed(text, pieces, total))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """All of *text*, or stretches of it that begin and end between words."""
    if len(text) <= MOST:
        yield 0, len(text)
        return
    count = MOST // _WINDOW
    step = (len(text) - _WINDOW) // (count - 1)
    for start in range(0, count * step, step):
        left = text.find(" ", start, start + 100) if start else 0
        end = min(len(text), start + _WINDOW)
        right = text.rfind(" ", start + 100, end)
        yield max(left, start), right if right > 0 and end < len(text) else end


def _pieces(text: str, start: int, end: int) -> Iterator[_Piece]:
    left = start
    for gap in [*_BREAK.finditer(text, start, end), None]:
        right = gap.start() if gap else end
        for one, other in _portions(text, left, right):
            yield from _by_script(text, one, other)
        left = gap.end() if gap else end


def _portions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A paragraph, or if it is long as many sentences of it as make a portion."""
    if end - start > _LONG:
        for stop in _SENTENCE.finditer(text, start, end):
            if stop.start() - start >= _PORTION:
                yield start, stop.start()
                start = stop.end()
    if start < end:
        yield start, end


def _by_script(text: str, start: int, end: int) -> Iterator[_Piece]:
    """Stretches in one script each; a few words in another one belong to what they stand in."""
    said = text[start:end]
    scripts = ["latin"] if said.isascii() else [script for script, has in _HAS.items() if has.search(said)]
    if len(scripts) == 1:
        if letters := sum(map(str.isalpha, said)):
            yield _Piece(start, end, scripts[0], letters)
        return
    runs: list[_Piece] = []
    for found in _RUNS.finditer(text, start, end):
        script, letters = found.lastgroup or "", sum(map(str.isalpha, found.group()))
        if runs and runs[-1].script == script:
            runs[-1].end = found.end()
            runs[-1].letters += letters
        else:
            runs.append(_Piece(found.start(), found.end(), script, letters))
    yield from _joined(runs, start, end)


def _joined(runs: Sequence[_Piece], start: int, end: int) -> Iterator[_Piece]:
    """*runs* of letters as pieces that fill the paragraph; what is short goes with what stands before it."""
    main = max(runs, key=lambda run: run.letters).script if runs else ""
    kept: list[_Piece] = []
    for run in runs:
        script = run.script if run.letters >= _FOREIGN else main
        if kept and kept[-1].script == script:
            kept[-1].end = run.end
            kept[-1].letters += run.letters
        else:
            kept.append(_Piece(run.start, run.end, script, run.letters))
    if kept:
        kept[0].start, kept[-1].end = start, end
    yield from kept


def _judged(text: str, piece: _Piece) -> list[_Piece]:
    """The piece with what CLD2 says of it, where it is sure; or its sentences, where they seem to be in several."""
    if piece.letters < _SHORT:
        return [piece]
    said = text[piece.start : piece.end]
    if len(_CODE.findall(said)) > _TOO_MANY_SIGNS * piece.letters:
        piece.speaks = False
        return [piece]
    piece.hint, is_mixed = _told(said)
    if is_mixed and piece.letters >= _PLENTY and len(parts := list(_sentences(text, piece))) > 1:
        for part in parts:
            part.hint = _told(text[part.start : part.end])[0] if part.letters >= _SHORT else ""
        return parts
    return [piece]


def _sentences(text: str, piece: _Piece) -> Iterator[_Piece]:
    start = piece.start
    for stop in [*_SENTENCE.finditer(text, piece.start, piece.end), None]:
        end = stop.end() if stop else piece.end
        if (letters := sum(map(str.isalpha, text[start:end]))) >= _ENOUGH or (letters and not stop):
            yield _Piece(start, end, piece.script, letters)
            start = end


def _told(said: str) -> tuple[str, bool]:
    """The language that *said* is in, "" where CLD2 is not sure, and whether there are signs of another one."""
    reliable, _, details = cld2.detected(said, plain=True)
    (_, code, percent, _), (_, _, second, _) = details[:2]
    if reliable and percent >= _CLEARLY:
        return cld2.language_tag(code), second >= _A_SECOND
    if (code, second) == ("ru", 0) and _RUSSIAN.search(said) and not _NOT_RUSSIAN.search(said):
        return "ru", False  # CLD2 is seldom sure of it, because of the languages that are near
    return "", second >= _A_SECOND


def _believe(pieces: Sequence[_Piece]) -> None:
    """Each piece that is long enough is in the language that it seems to be in, if there is plenty of that.

    Where a script is in one language only, less is enough.
    """
    votes: dict[tuple[str, str], int] = {}
    for piece in pieces:
        if piece.hint and piece.letters >= _ENOUGH:
            key = piece.script, piece.hint
            votes[key] = votes.get(key, 0) + piece.letters
    scripts = [script for script, _ in votes]
    believed = {key for key, letters in votes.items() if letters >= _PLENTY or scripts.count(key[0]) == 1}
    for script, tag in tuple(believed):
        kin = [n for (other, its), n in votes.items() if other == script and its != tag and _are_kin(its, tag)]
        if kin and votes[script, tag] < _OTHER_TONGUE * max(kin):
            believed.discard((script, tag))
    for piece in pieces:
        if piece.letters >= _ENOUGH and (piece.script, piece.hint) in believed:
            piece.tag = piece.hint


def _are_kin(one: str, other: str) -> bool:
    return any(one in group and other in group for group in _KIN)


def _lend(pieces: Sequence[_Piece]) -> None:
    """What is too short to judge is in the language of its neighbours in the same script, if they agree."""
    told = [piece for piece in pieces if piece.tag]
    for piece in pieces:
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


def _judge_together(text: str, pieces: Sequence[_Piece]) -> None:
    """Of a text in short lines nothing can be told but by all of them."""
    for script in {piece.script for piece in pieces}:
        alike = [piece for piece in pieces if piece.script == script and piece.speaks]
        if sum(piece.letters for piece in alike) >= _ENOUGH:
            tag, _ = _told("\n".join(text[piece.start : piece.end] for piece in alike))
            for piece in alike:
                piece.tag = tag


def _summed(text: str, pieces: Sequence[_Piece], total: int) -> Iterator[Passage]:
    letters: dict[str, int] = {}
    longest: dict[str, tuple[int, int]] = {}
    run, at, last = 0, 0, ""
    for piece in pieces:
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
    end = _BREAK.search(said)
    said = said[: end.start()] if end and end.start() >= _SHORT else said
    cut = max(said.rfind(" "), said.rfind("\n"))
    return (said[:cut] if len(said) > _SNIPPET * 3 // 4 and cut > 0 else said).rstrip()
