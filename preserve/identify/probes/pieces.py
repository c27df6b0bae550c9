"""A text cut into the pieces whose language is asked for: paragraphs, portions of long ones, scripts of mixed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

MOST = 12_000
"""Characters that are looked at; of a longer text windows are taken evenly."""
_WINDOW = 1_000
_LONG = 600
"""A longer paragraph is looked at in portions, as it may quote."""
_PORTION = 300
_FOREIGN = 24
"""Letters of another script that stand for themselves; fewer are a name or a loan."""
BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\s*\n\s*")
_PARAGRAPHS, _LINES, _LONGEST_LINE = 10, 4, 120
_SENTENCE = re.compile(r"(?<=[.!?…؟۔。！？])[\"'”’»)\]]*\s+|\n")
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


@dataclass(slots=True)
class Piece:
    """A stretch of the text in one script; *tag* is "" while it is in no language, *hint* what it might be in."""

    start: int
    end: int
    script: str
    letters: int
    tag: str = ""
    hint: str = ""
    speaks: bool = True


def pieces(text: str, *, by_line: bool = False) -> list[Piece]:
    """The pieces of *text* that have letters, in order; of a long text, those of windows taken evenly.

    *by_line* takes each line for itself, as where a translation stands between the lines.
    """
    return [piece for start, end in _windows(text) for piece in _cut(text, start, end, _LINE if by_line else BREAK)]


def first_lines(text: str) -> list[str]:
    """The lines of the first paragraph that has several, none of them long, as verses or a glossary have."""
    start = 0
    for gap in [*islice(BREAK.finditer(text), _PARAGRAPHS), None]:
        lines = text[start : gap.start() if gap else start + _WINDOW].splitlines()
        if len(lines) >= _LINES:
            return lines if max(map(len, lines)) <= _LONGEST_LINE else []
        start = gap.end() if gap else start
    return []


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


def _cut(text: str, start: int, end: int, gaps: re.Pattern[str]) -> Iterator[Piece]:
    left = start
    for gap in [*gaps.finditer(text, start, end), None]:
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


def _by_script(text: str, start: int, end: int) -> Iterator[Piece]:
    """Stretches in one script each; a few words in another one belong to what they stand in."""
    said = text[start:end]
    scripts = ["latin"] if said.isascii() else [script for script, has in _HAS.items() if has.search(said)]
    if len(scripts) == 1:
        if letters := sum(map(str.isalpha, said)):
            yield Piece(start, end, scripts[0], letters)
        return
    runs: list[Piece] = []
    for found in _RUNS.finditer(text, start, end):
        script, letters = found.lastgroup or "", sum(map(str.isalpha, found.group()))
        if runs and runs[-1].script == script:
            runs[-1].end = found.end()
            runs[-1].letters += letters
        else:
            runs.append(Piece(found.start(), found.end(), script, letters))
    yield from _joined(runs, start, end)


def _joined(runs: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    """*runs* of letters as pieces that fill the paragraph; what is short goes with what stands before it."""
    main = max(runs, key=lambda run: run.letters).script if runs else ""
    kept: list[Piece] = []
    for run in runs:
        script = run.script if run.letters >= _FOREIGN else main
        if kept and kept[-1].script == script:
            kept[-1].end = run.end
            kept[-1].letters += run.letters
        else:
            kept.append(Piece(run.start, run.end, script, run.letters))
    if kept:
        kept[0].start, kept[-1].end = start, end
    yield from kept


def sentences(text: str, piece: Piece, enough: int) -> Iterator[Piece]:
    """The sentences of *piece*, short ones together until they have *enough* letters."""
    start = piece.start
    for stop in [*_SENTENCE.finditer(text, piece.start, piece.end), None]:
        end = stop.end() if stop else piece.end
        if (letters := sum(map(str.isalpha, text[start:end]))) >= enough or (letters and not stop):
            yield Piece(start, end, piece.script, letters)
            start = end
