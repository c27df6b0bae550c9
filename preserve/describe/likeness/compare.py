"""Whether two texts are one text, word by word; pure.

Page chrome and cut ends *add* words or leave some away.  What letters from one template, forms and minutes have in
common is interrupted by words that stand *instead of* others: names, dates, sums.  So the shorter text must stand in
the longer one nearly whole, and hardly a word of it may have another in its place; never a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from preserve.describe.likeness.prints import FEWEST_WORDS, RUN, runs
from preserve.describe.likeness.words import PAGE, Text

MOST_WORDS = 10_000
"""No more words are compared than this."""

_FEWEST_RUNS = 4
"""A shorter stretch in common is chance, or a phrase."""

_LEAST_RUNS = 0.4
"""A text that stands in another nearly whole has at least so many of its runs there, however its changes are spread."""

_LEAST_PART = 0.25
"""The shorter text must be at least so much of the longer one."""

_MISSING = 0.03
_MISSING_OF_A_PAGE = 0.15
"""How much of the shorter text may be wanting in the longer one; two pages have endings each of its own."""

_ADDED = 0.25
_FEW_WORDS = 40
"""More than that is not added to a text before its end, unless by somebody who quotes it."""

_WORDS_FOR_A_CHANGE = 1000
"""In so many words one may stand instead of another."""

_ALIKE = 0.7
_DIGIT = re.compile(rb"\d")


@dataclass(frozen=True, slots=True)
class Likeness:
    """That two texts are one: *common* words of the one are in the other, and *words* is how many the shorter has.

    *same* means that all words are the same, in the same order.
    """

    same: bool
    common: int
    words: int
    longer: int

    @property
    def share(self) -> float:
        """How much of the longer one is in common (0–1)."""
        return self.common / self.longer

    @property
    def confidence(self) -> float:
        """How sure it is that one is a version of the other."""
        return 0.9 if self.same else round(0.6 + 0.25 * self.share, 2)


def compare(one: Text, other: Text) -> Likeness | None:
    """What *one* and the *other* text have in common; None if they are two texts."""
    count = len(one.words)
    has_menus = _share_a_heading(one, other)
    if one.words == other.words and count:
        return Likeness(one.whole and other.whole, count, count, count)
    if count > len(other.words):
        one, other, count = other, one, len(other.words)
    if count < FEWEST_WORDS or count < _LEAST_PART * len(other.words):
        return None
    above = (_above(one), _above(other)) if has_menus else (0, 0)
    shorter, longer = (text.words[start : start + MOST_WORDS] for text, start in zip((one, other), above, strict=True))
    gaps = list(_gaps(shorter, longer, _blocks(shorter, longer)))
    missing = sum(len(gap.words) for gap in gaps)
    if _are_versions(gaps, missing, shorter, longer, has_menus=has_menus):
        return Likeness(False, len(shorter) - missing, len(shorter), len(other.words))
    return None


def _share_a_heading(one: Text, other: Text) -> bool:
    """Whether both are pages with the same heading: above it, and at their ends, each may have menus of its own."""
    return one.form == other.form == PAGE and bool(one.heading) and one.heading == other.heading


def _above(page: Text) -> int:
    """How many words stand above the heading."""
    many = len(page.heading)
    starts = (at for at, word in enumerate(page.words) if word == page.heading[0])
    return next((at for at in starts if page.words[at : at + many] == page.heading), 0)


@dataclass(frozen=True, slots=True)
class _Gap:
    """*words* of the shorter text that are not in the longer, and what stands there *instead*."""

    words: Sequence[bytes]
    instead: Sequence[bytes]


def _are_versions(
    gaps: Sequence[_Gap], missing: int, shorter: Sequence[bytes], longer: Sequence[bytes], *, has_menus: bool
) -> bool:
    if missing > max(2.0, (_MISSING_OF_A_PAGE if has_menus else _MISSING) * len(shorter)):
        return False
    *middle, last = gaps
    if sum(len(gap.instead) for gap in middle) > max(_FEW_WORDS, _ADDED * len(shorter)):
        return False
    judged = middle if has_menus or _is_cut_off(last) else [*middle, last]
    numbers = {word for gap in judged for word in gap.words if _DIGIT.search(word)}
    if numbers and not numbers.issubset(longer):
        return False
    return sum(_changes(gap.words, gap.instead) for gap in judged) <= len(shorter) // _WORDS_FOR_A_CHANGE


def _is_cut_off(gap: _Gap) -> bool:
    """Whether the shorter text ends in the middle of a word of the longer one."""
    return len(gap.words) == 1 and bool(gap.instead) and gap.instead[0].startswith(gap.words[0])


def _blocks(shorter: Sequence[bytes], longer: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Where words in common begin in both, and how many they are."""
    ours, theirs = runs(shorter), runs(longer)
    if len(set(ours).intersection(theirs)) < _LEAST_RUNS * len(set(ours)):  # quickly told, as it mostly is
        return []
    matcher = SequenceMatcher(None, ours, theirs)
    return [(b.a, b.b, b.size + RUN - 1) for b in matcher.get_matching_blocks() if b.size >= _FEWEST_RUNS]


def _gaps(shorter: Sequence[bytes], longer: Sequence[bytes], blocks: Sequence[tuple[int, int, int]]) -> Iterator[_Gap]:
    """What stands in both before the first block, between the blocks, and behind the last: one or more."""
    edges = [(0, 0, 0), *blocks, (len(shorter), len(longer), 0)]
    for (a, b, size), (c, d, _) in pairwise(edges):
        yield _Gap(shorter[a + size : c], longer[b + size : d])


def _changes(gap: Sequence[bytes], instead: Sequence[bytes]) -> int:
    """How many words stand instead of others; a word that is only spelt otherwise is none."""
    if not gap or not instead:
        return 0
    if len(gap) == len(instead):
        return sum(not _spelt_alike(*pair) for pair in zip(gap, instead, strict=True))
    return max(1, min(len(gap), len(instead)))


def _spelt_alike(one: bytes, other: bytes) -> bool:
    if _DIGIT.search(one + other) or min(len(one), len(other)) < 4:
        return one == other
    return SequenceMatcher(None, one.decode(errors="replace"), other.decode(errors="replace")).ratio() >= _ALIKE
