"""What a person should know about an export, by its stable code."""

from __future__ import annotations

from preserve.model import Rule, Severity

_KEPT = "Nothing needs to be done: the package itself keeps it."

VALUE_LEFT_OUT = Rule("export-value-left-out", Severity.WARNING, "", _KEPT)
LESS_EXACT = Rule("export-less-exact", Severity.WARNING, "", _KEPT)
MARK_LEFT_OUT = Rule("export-mark-left-out", Severity.WARNING, "", _KEPT)
FILES_LEFT_OUT = Rule(
    "export-files-left-out", Severity.WARNING, "", "Export the package as csv to get what is said about each file."
)
TITLE_STANDS_IN = Rule(
    "export-title-stands-in", Severity.WARNING, "", "Give a title, for example with: --set dcterms:title=…"
)
NO_DOI = Rule(
    "export-no-doi",
    Severity.WARNING,
    "DataCite 4.7, property 1",
    "Put the DOI in its place before it is registered, or give it as dcterms:identifier.",
)
UNDER_EMBARGO = Rule("export-under-embargo", Severity.WARNING, "", "See that nobody publishes it before.")
HELD_BACK = Rule(
    "export-held-back",
    Severity.WARNING,
    "",
    "They will be there when their embargo has ended.",
)
UNREADABLE = Rule(
    "export-unreadable", Severity.ERROR, "", "See what is wrong with: preserve validate, and the package's name."
)

ALL: tuple[Rule, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
"""All of the above, in order."""
