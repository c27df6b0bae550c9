"""What the reports themselves find."""

from __future__ import annotations

from preserve.model import Rule, Severity

SILENT = Rule(
    "no-audit-ran",
    Severity.ERROR,
    "",
    "Start one with preserve audit, and see why the timer did not. How long it may be silent says fixity.silence.",
)
NOT_COUNTED = Rule(
    "location-not-configured",
    Severity.WARNING,
    "",
    "Nobody checks these copies. Name the location in preserve.toml again, or say that they are gone: "
    'preserve replicate --all --to NAME --given-up "why"',
)

FAILED_THERE = Rule(
    "failed-copies-not-checked",
    Severity.ERROR,
    "",
    "Name the location in preserve.toml again, then mend them: preserve repair NAME --location LOCATION",
)

ALL: tuple[Rule, ...] = (SILENT, NOT_COUNTED, FAILED_THERE)
