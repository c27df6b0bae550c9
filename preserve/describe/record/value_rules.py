"""Every finding about a single value of a description - a date, a language, an address, rights - by its stable code."""

from __future__ import annotations

from preserve.model import Rule, Severity

_EDTF = "W3CDTF; EDTF (ISO 8601-2)"
_TYPES = "DCMI Type Vocabulary"
_RIGHTS = "rightsstatements.org 1.0; Creative Commons"
_NEXT_TIME = "Nothing needs to be done; write it like this next time."

DATE_AMBIGUOUS = Rule(
    "date-ambiguous", Severity.ERROR, _EDTF, "Write year, month and day, such as 2019-12-27, or only what is known."
)
DATE_IMPOSSIBLE = Rule(
    "date-impossible", Severity.ERROR, _EDTF, "Write a date of the calendar: 2019, 2019-12, 2019-12-27, or EDTF."
)
DATE_DAY_NUMBER = Rule(
    "date-day-number",
    Severity.ERROR,
    _EDTF,
    "Format the column as text in the spreadsheet and write the dates as 2019-12-27.",
)
DATE_CORRECTED = Rule("date-corrected", Severity.WARNING, _EDTF, _NEXT_TIME)
DATE_AS_TEXT = Rule(
    "date-as-text",
    Severity.WARNING,
    _EDTF,
    "The words are kept as they are, but no program can sort or search them; EDTF says it so that both can read it.",
)
DATE_SEASON_OR_YEARS = Rule(
    "date-season-or-years", Severity.WARNING, _EDTF, "Nothing needs to be done if the season is meant."
)
LANGUAGE_CORRECTED = Rule("language-corrected", Severity.WARNING, "BCP 47 §2.2", _NEXT_TIME)
TYPE_SEVERAL = Rule("type-several", Severity.ERROR, _TYPES, "Keep the one type that says what the whole is.")
TYPE_MISSING = Rule("type-missing", Severity.WARNING, _TYPES, "Say what it is, for example: --set dcterms:type=Text")
TYPE_NOT_DCMI = Rule(
    "type-not-dcmi",
    Severity.WARNING,
    _TYPES,
    "Use Text, StillImage, Sound, MovingImage, Dataset, Collection …, and say the rest in dcterms:subject.",
)
FORMAT_NOT_MEDIA_TYPE = Rule(
    "format-not-media-type", Severity.WARNING, "RFC 6838 §4.2", "Write the media type; the value is kept as it is."
)
ADDRESS_DOUBTFUL = Rule(
    "address-doubtful",
    Severity.WARNING,
    "RFC 3986 §3; RFC 8141 §2",
    "Write the full address alone, and remarks in a value of their own. The value is kept as it is.",
)
RIGHTS_URI_CORRECTED = Rule("rights-uri-corrected", Severity.WARNING, _RIGHTS, _NEXT_TIME)
RIGHTS_URI_UNKNOWN = Rule(
    "rights-uri-unknown", Severity.WARNING, _RIGHTS, "Check the address; the publisher is not known to have such a one."
)
RIGHTS_AS_TEXT = Rule(
    "rights-as-text",
    Severity.WARNING,
    _RIGHTS,
    "Write the address, which programs understand; the value is kept as it is.",
)
EMBARGO_ILLEGAL = Rule(
    "embargo-illegal",
    Severity.ERROR,
    "dcterms:available",
    "Write one date, such as 2031-01-01, and words about access in dcterms:accessRights.",
)
EMBARGO_SEVERAL = Rule(
    "embargo-several", Severity.ERROR, "dcterms:available", "Keep the one date from which it is available."
)
EMBARGO_OPEN = Rule(
    "embargo-open", Severity.WARNING, "dcterms:available", "Write one date, or deposits hold the package back for ever."
)
EMBARGO_VAGUE = Rule(
    "embargo-vague",
    Severity.WARNING,
    "dcterms:available",
    "Write the day if it is known; until then the last day counts.",
)
RELATION_TO_ITSELF = Rule(
    "relation-to-itself",
    Severity.WARNING,
    "DCMI Metadata Terms",
    "Write the identifier of the other thing, or remove it.",
)

VALUE_GARBLED = Rule(
    "value-garbled",
    Severity.WARNING,
    "Unicode §3.9 (UTF-8)",
    "Correct the value where it came from: a program read it in a wrong encoding. It is kept as it is.",
)
VALUE_OF_SPREADSHEET = Rule(
    "value-of-spreadsheet",
    Severity.ERROR,
    "DCMI Metadata Terms",
    "Correct the cell, or widen its column, and save the table again. If it is meant so, put an apostrophe before it.",
)
IDENTIFIER_ROUNDED = Rule(
    "identifier-rounded",
    Severity.ERROR,
    "DCMI Metadata Terms",
    "Format the column as text and write it anew, as it was. If just that is meant, put an apostrophe before it.",
)
VALUE_ROUNDED = Rule(
    "value-rounded",
    Severity.WARNING,
    "DCMI Metadata Terms",
    "If more figures stood there, format the column as text in the spreadsheet and write the value anew.",
)
VALUE_INVISIBLE = Rule(
    "value-invisible", Severity.ERROR, "DCMI Metadata Terms", "Empty the cell, or write the value that belongs there."
)

CORRECTIONS = frozenset([DATE_CORRECTED, LANGUAGE_CORRECTED, RIGHTS_URI_CORRECTED])
"""What was changed in a value because only one thing can be meant."""

ALL: tuple[Rule, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
"""All of the above, in order."""
