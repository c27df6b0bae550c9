"""What a spreadsheet stored or showed in place of a value, and cells that only look empty.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from preserve.describe.record import value_rules
from preserve.describe.record.judge_values import quoted
from preserve.describe.record.rules import Finding

_FAILED = frozenset([
    "#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#BUSY!", "#CONNECT!", "#UNKNOWN!", "#ERROR!", "#GETTING_DATA",
    "#BEZUG!", "#WERT!", "#NV", "#ZAHL!", "#ÜBERLAUF!",
    "#NOM?", "#VALEUR!", "#NOMBRE!", "#NUL!",
    "#¿NOMBRE?", "#¡REF!", "#¡VALOR!", "#N/D", "#¡DIV/0!", "#¡NUM!", "#¡NULO!",
    "#NOME?", "#RIF!", "#VALORE!", "#NULLO!",
    "#VALOR!", "#NÚM!", "#NULO!",
    "#NAAM?", "#VERW!", "#WAARDE!", "#N/B", "#GETAL!", "#DEEL/0!", "#LEEG!",
])  # fmt: skip
"""What stands for a formula that failed, in English, German, French, Spanish, Italian, Portuguese and Dutch."""
_TOO_NARROW = re.compile(r"#{3,}|Err:5\d\d")
_ROUNDED = re.compile(r"[+\-\u2212]?\d(?:[.,\u066b]\d+)?E[+\-\u2212]\d{2,3}", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[ \u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800"
    "\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
"""Spaces beyond ASCII, joiners, marks of direction, fillers, selectors of variants: what nobody sees by itself."""


def is_spoilt(text: str) -> bool:
    """Whether *text*, without white space around it, is one that ``judge_part`` finds anything about."""
    return any(_found(text))


def judge_part(term: str, part: str) -> Iterator[Finding]:
    """That *part*, a value as a cell has it, is not what somebody wrote; an apostrophe before it says that it is."""
    failed, rounded, unseen = _found(part)
    if failed:
        text = f"{term} is {quoted(part)}, which a spreadsheet writes where it has no value, or no room to show it."
        yield value_rules.VALUE_OF_SPREADSHEET, text
    elif rounded:
        text = f"{term} is {quoted(part)}, a number that a spreadsheet shortened: its last figures may be lost."
        yield (value_rules.IDENTIFIER_ROUNDED if term == "dcterms:identifier" else value_rules.VALUE_ROUNDED), text
    elif unseen:
        codes = ", ".join(f"U+{ord(char):04X}" for char in list(dict.fromkeys(part))[:5])
        yield value_rules.VALUE_INVISIBLE, f"{term} looks empty and is not: it holds only {codes}."


def _found(text: str) -> tuple[bool, bool, bool]:
    """Whether it stands for no value, is a number that lost figures, or cannot be seen."""
    return (
        text.upper() in _FAILED or _TOO_NARROW.fullmatch(text) is not None,
        _ROUNDED.fullmatch(text) is not None,
        _INVISIBLE.fullmatch(text) is not None,
    )
