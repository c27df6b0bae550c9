"""Every finding about a review, by its stable code."""

from __future__ import annotations

from preserve.model import Rule, Severity

_HOUSE = "preserve application profile, schemas/record.xsd"
_TABLE = "Archivematica metadata.csv conventions"

SEVERAL_PROPOSED = Rule(
    "several-proposed", Severity.WARNING, _HOUSE, "Choose one by its number, for example: --accept 3; or say your own."
)
ALREADY_DESCRIBED = Rule(
    "already-described", Severity.WARNING, _HOUSE, "To add the value all the same, accept it by its number."
)
VALUE_TAKEN_AWAY = Rule(
    "value-taken-away",
    Severity.WARNING,
    _TABLE,
    "Nothing to do if that is meant. Otherwise put the column back, or write the value into its cell again.",
)
COLUMN_NOT_A_TERM = Rule(
    "column-not-a-term",
    Severity.ERROR,
    _TABLE,
    "Give it the name of a term, such as dc.title or dcterms.created, or remove it.",
)

ALL: tuple[Rule, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
"""All of the above, in order."""
