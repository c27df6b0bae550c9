"""Collects what is wrong with the lines of one tag file, without drowning in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from preserve.model import Problem, Rule
from preserve.storage.names import shown

_ONE_BY_ONE = 1000
"""A hostile file has millions of bad lines; after so many of a kind they are only counted."""

_LONGEST = 600
"""Characters of a message; a line may be as long as its file."""


class Findings:
    """The findings about the tag file *path*, in the order in which they are said."""

    def __init__(self, path: str, first: Iterable[Problem] = ()) -> None:
        self._path = path
        self._problems = list(first)
        self._count: Counter[Rule] = Counter()

    def say(self, rule: Rule, message: str) -> None:
        """One more finding; *message* is a full sentence."""
        self._count[rule] += 1
        if self._count[rule] <= _ONE_BY_ONE:
            text = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
            self._problems.append(rule.at(self._path, text))

    def once(self, rule: Rule, message: str) -> None:
        """A finding that needs no repetition for every line."""
        if not self._count[rule]:
            self.say(rule, message)

    def all(self) -> tuple[Problem, ...]:
        """Every finding, and one more for each kind of which there were too many."""
        rest = [
            rule.at(self._path, f"{times - _ONE_BY_ONE:,} more lines of {shown(self._path)} are wrong in the same way.")
            for rule, times in self._count.items()
            if times > _ONE_BY_ONE
        ]
        return (*self._problems, *rest)
