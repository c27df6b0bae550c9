"""Texts to measure with: words of ten languages in six scripts, put together anew for every file.

They say nothing, but a program meets in them what it meets in an archive: letters of one to three octets, headings,
dates now and then, paragraphs.  No two are alike, and the same seed makes the same text on every machine.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random


@dataclass(frozen=True, slots=True)
class Language:
    """What a text in one language is made of.  *date* is filled with day, month and year."""

    tag: str
    words: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    space: str
    stop: str


def _languages() -> tuple[Language, ...]:
    usual = {"date": "{day} {month} {year}", "space": " ", "stop": ". "}
    found = tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))["language"]
    lists = ({**one, "words": tuple(one["words"].split()), "months": tuple(one["months"].split())} for one in found)
    return tuple(Language(**{**usual, **one}) for one in lists)


LANGUAGES = _languages()


def text(random: Random, size: int) -> bytes:
    """A text of *size* octets (or one or two fewer, where the last letter would not fit), in UTF-8."""
    language = random.choice(LANGUAGES)
    parts = [_opening(random, language).encode()]
    length = len(parts[0])
    while length < size:
        parts.append(_paragraph(random, language).encode())
        length += len(parts[-1])
    return b"".join(parts)[:size].decode(errors="ignore").encode()


def _opening(random: Random, language: Language) -> str:
    """A title, a date, both, or neither: each in a quarter of the texts."""
    lines = ""
    kind = random.randrange(4)
    if kind in {0, 1}:
        title = language.space.join(random.choices(language.words, k=random.randint(2, 6))).capitalize()
        lines = f"{random.choice(('', '# '))}{title}\n\n"
    if kind in {1, 2}:
        day, month, year = random.randint(1, 28), random.choice(language.months), random.randint(1871, 1999)
        lines += language.date.format(day=day, month=month, year=year) + "\n\n"
    return lines


def _paragraph(random: Random, language: Language) -> str:
    sentences = []
    for _ in range(random.randint(3, 7)):
        words = random.choices(language.words, k=random.randint(5, 16))
        words[0] = words[0].capitalize()
        sentences.append(language.space.join(words))
    return language.stop.join(sentences) + language.stop.rstrip() + "\n\n"
