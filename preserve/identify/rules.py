"""The findings of this step."""

from __future__ import annotations

from preserve.model import Rule, Severity

VIRUS_FOUND = Rule(
    "virus-found",
    Severity.ERROR,
    "",
    "Do not open the file. Set the transfer apart, ask the producer for a clean copy, or have the finding checked.",
)

ALL: tuple[Rule, ...] = (VIRUS_FOUND,)
