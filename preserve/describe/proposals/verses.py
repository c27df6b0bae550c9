"""Whether a text is a poem or a song: stanzas of short lines, perhaps under a title and over a name."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals.reading import Line

_LONGEST = 60
_STANZA = 3
_STANZAS = 2
_FEW = 4
"""At most one verse in so many may have a colon as a label has."""


def stanzas(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Where among the first *lines* of a text, blank ones too, its stanzas begin and end; None if it is no poem.

    At most two blocks of one or two lines, a title and a name, stand above them, and all that follows is stanzas but
    for the last block.
    """
    blocks = _blocks(lines)
    above = next((n for n, (start, end) in enumerate(blocks) if end - start >= _STANZA), len(blocks))
    verses = blocks[above:]
    if verses and verses[-1][1] - verses[-1][0] < _STANZA:
        verses = verses[:-1]
    if above > 2 or len(verses) < _STANZAS or any(end - start < 2 for start, end in verses):
        return None
    within = [line.text for start, end in verses for line in lines[start:end]]
    labelled = sum(map(kinds.is_field, within))
    if not all(map(_is_verse, within)) or not any(map(_rests, within)) or labelled * _FEW > len(within):
        return None
    return verses[0][0], verses[-1][1]


def _blocks(lines: Sequence[Line]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = -1
    for number, line in enumerate(lines):
        if line.text and start < 0:
            start = number
        elif not line.text and start >= 0:
            found.append((start, number))
            start = -1
    return [*found, (start, len(lines))] if start >= 0 else found


def _is_verse(text: str) -> bool:
    return (
        len(text) < _LONGEST
        and not any(map(str.isdigit, text))
        and text[0] not in "-*+•—–#>|"
        and not (kinds.is_list_item(text) or kinds.is_address(text) or kinds.is_chrome(text))
    )


def _rests(text: str) -> bool:
    """Whether the line ends in the middle or at the end of a sentence, as no item of a list does."""
    return text.endswith((",", ".", ";", ":", "!", "?", "،", "؛", "؟", "—", "…")) or text[-1] >= "\u0600"
