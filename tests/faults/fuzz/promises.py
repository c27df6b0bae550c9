"""What every reader promises about what it says, whatever it was given to read."""

import unicodedata
from collections.abc import Iterable

from preserve.errors import PreserveError
from preserve.model import Problem

LONGEST = 2000
"""Characters of a sentence that a person will still read."""

_HARMLESS = "\u200c\u200d"  # they belong to the spelling of words


def assert_printable(text: str) -> None:
    """That *text* can go to any terminal: no control character, nothing that turns the direction of writing."""
    odd = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set(_HARMLESS)
    assert not odd, f"{odd!r} in {text!r}"


def assert_sentence(text: str) -> None:
    """That *text* is one sentence of a bearable length."""
    assert text
    assert len(text) <= LONGEST, f"{len(text):,} characters: {text[:200]!r}"
    assert_printable(text)


def assert_told(problems: Iterable[Problem]) -> None:
    """That each finding is a sentence that can be printed, and says what to do."""
    for problem in problems:
        assert_sentence(problem.message)
        assert_printable(problem.hint)
        assert problem.hint


def assert_declared(error: PreserveError) -> None:
    """That an error says in a sentence what could not be done."""
    assert_sentence(error.message)
    assert_printable(error.hint)
    assert error.exit_code != PreserveError.exit_code, f"a bug of ours: {error}"
