"""Every finding about a description, by its stable code."""

from __future__ import annotations

from preserve.model import Rule, Severity

Finding = tuple[Rule, str]
"""A rule that was broken, and the sentence that says how."""

_PROFILE = "preserve application profile, schemas/record.xsd"
_TERMS = "DCMI Metadata Terms"
_TABLE = "Archivematica metadata.csv conventions"

TITLE_MISSING = Rule("title-missing", Severity.ERROR, _PROFILE, "Give a title, for example with: --set dcterms:title=…")
IDENTIFIER_MISSING = Rule(
    "identifier-missing", Severity.ERROR, _PROFILE, "Every package is identified by urn:uuid: and its UUID."
)
VALUE_EMPTY = Rule("value-empty", Severity.ERROR, _PROFILE, "Write a value, or leave the term out.")
TERM_UNKNOWN = Rule(
    "term-unknown", Severity.ERROR, _TERMS, "Use one of the DCMI terms, such as dcterms:title or dcterms:created."
)
SCHEME_UNKNOWN = Rule(
    "scheme-unknown", Severity.ERROR, _TERMS, "Leave the scheme out, or use one such as W3CDTF, URI, IMT or DCMIType."
)
SCHEME_MISPLACED = Rule(
    "scheme-misplaced", Severity.ERROR, _TERMS, "Leave the scheme out, or use one that goes with this term."
)
LANG_WITH_SCHEME = Rule(
    "lang-with-scheme", Severity.WARNING, "DCMI XML Schemas 2008-02-11", "A value has a language or a scheme, not both."
)
LANG_ILLEGAL = Rule(
    "lang-illegal", Severity.ERROR, "BCP 47 §2.1", "Write a language tag such as en, ar or fr-CA, or leave it out."
)
LANG_CORRECTED = Rule(
    "lang-corrected", Severity.WARNING, "BCP 47 §2.1", "Nothing needs to be done; write the tag like this next time."
)
LANG_DROPPED = Rule(
    "lang-dropped", Severity.WARNING, "BCP 47 §2.1", "Write a language tag such as en, ar or fr-CA. The value is kept."
)
LANGUAGE_NOT_A_TAG = Rule(
    "language-not-a-tag", Severity.ERROR, "BCP 47 §2.1", "Write a language tag such as en, ar or fr-CA."
)
LANGUAGE_ILLEGAL = Rule("language-illegal", Severity.ERROR, "BCP 47 §2.1", "Write a tag such as en, ar or fr-CA.")
DATE_ILLEGAL = Rule(
    "date-illegal", Severity.ERROR, "W3CDTF; EDTF (ISO 8601-2)", "Write a date as 2019, 2019-12 or 2019-12-27."
)
DATE_WITHOUT_SECONDS = Rule(
    "date-without-seconds",
    Severity.WARNING,
    "DCMI XML Schemas 2008-02-11",
    "The value is kept as it is, without the scheme. Nothing needs to be done.",
)
MEDIA_TYPE_ILLEGAL = Rule(
    "media-type-illegal", Severity.ERROR, "RFC 6838 §4.2", "Write a media type such as text/plain."
)
URI_ILLEGAL = Rule(
    "uri-illegal", Severity.ERROR, "RFC 3986 §3", "Write a full address such as https://example.org/x, without spaces."
)
TYPE_ILLEGAL = Rule(
    "type-illegal",
    Severity.ERROR,
    "DCMI Type Vocabulary",
    "Use Text, StillImage, Sound, MovingImage, Dataset, Collection … or leave the scheme out.",
)
CODE_ILLEGAL = Rule("code-illegal", Severity.ERROR, "ISO 639, ISO 3166", "Write the code, or leave the scheme out.")
CHARACTER_ILLEGAL = Rule(
    "character-illegal",
    Severity.WARNING,
    "XML 1.0 §2.2",
    "It is written out visibly. Remove it from the value if it does not belong there.",
)
ABOUT_ILLEGAL = Rule(
    "about-illegal", Severity.ERROR, _PROFILE, "Only the package, or a file below data/, can be described."
)
TYPE_UNCERTAIN = Rule(
    "type-uncertain", Severity.WARNING, "DCMI Type Vocabulary", "Say what it is, for example: --set dcterms:type=Text"
)
SCHEMA = Rule("dc-schema", Severity.ERROR, _PROFILE, "Correct the description and run the command again.")
XML_UNREADABLE = Rule("dc-xml-unreadable", Severity.ERROR, "XML 1.0", "Correct the file and try again.")
XML_NOTHING = Rule(
    "dc-xml-nothing",
    Severity.ERROR,
    _TERMS,
    "The elements must be in the namespace http://purl.org/dc/elements/1.1/ or http://purl.org/dc/terms/.",
)
XML_IGNORED = Rule(
    "dc-xml-ignored", Severity.WARNING, _TERMS, "It is not taken over; the file itself is kept under metadata/source/."
)
TOML_UNREADABLE = Rule("metadata-toml-unreadable", Severity.ERROR, "TOML 1.0", "Correct the file; it is TOML in UTF-8.")
TOML_NOTHING = Rule(
    "metadata-toml-nothing", Severity.WARNING, _TERMS, 'Write lines such as: publisher = "Municipal Archive"'
)
TOML_TERM_UNKNOWN = Rule(
    "metadata-toml-term-unknown",
    Severity.WARNING,
    _TERMS,
    "It is not taken over; the file itself is kept. Terms are called title, publisher, created and so on.",
)
TOML_VALUE = Rule(
    "metadata-toml-value",
    Severity.ERROR,
    "TOML 1.0",
    'Write: creator = "Ann", or creator = ["Ann", "Bob"], or title = {value = "Lettres", lang = "fr"}.',
)
TABLE_UNREADABLE = Rule(
    "metadata-unreadable", Severity.ERROR, "RFC 4180", "Save the table again as CSV in UTF-8, separated by commas."
)
TABLE_ENCODING = Rule(
    "metadata-encoding",
    Severity.WARNING,
    _TABLE,
    "Check that accents and other letters came through, or save the table as CSV in UTF-8.",
)
TABLE_NO_FILENAME = Rule(
    "metadata-no-filename",
    Severity.ERROR,
    _TABLE,
    "Call the first column 'filename', and write one file into each row.",
)
TABLE_FILENAME_UNUSUAL = Rule(
    "metadata-filename-unusual", Severity.WARNING, _TABLE, "Call the first column 'filename'."
)
COLUMN_UNKNOWN = Rule(
    "metadata-column-unknown",
    Severity.WARNING,
    _TABLE,
    "The column is not taken over; the table itself is kept. Columns are called dc.title, dcterms.created and so on.",
)
COLUMN_UNNAMED = Rule(
    "metadata-column-unnamed", Severity.ERROR, _TABLE, "Give the column a name such as dc.title, or empty its cells."
)
ROW_UNMATCHED = Rule(
    "metadata-row-unmatched",
    Severity.ERROR,
    _TABLE,
    "Write the name as it is in the transfer, such as objects/letters/1.txt, or remove the row.",
)
PACKAGE_UNSAID = Rule(
    "metadata-package-unsaid", Severity.WARNING, _TABLE, "Nothing needs to be done if the package is to stay as it is."
)
ROW_AMBIGUOUS = Rule(
    "metadata-row-ambiguous", Severity.ERROR, _TABLE, "Write the full path of the file, exactly as it is on disk."
)
ROW_ID_WRONG = Rule(
    "metadata-row-id-wrong",
    Severity.ERROR,
    _TABLE,
    "Put the right id back, or remove the column 'id': the name of the package is enough.",
)
ROW_WITHOUT_NAME = Rule(
    "metadata-row-without-name", Severity.ERROR, _TABLE, "Write the file's name, or remove the row."
)
ROW_TWICE = Rule(
    "metadata-row-twice", Severity.ERROR, _TABLE, "Keep one row for each file; use more columns for more values."
)
ROW_REPEATED = Rule("metadata-row-repeated", Severity.WARNING, _TABLE, "Nothing needs to be done; it counts once.")
ROW_SHORT = Rule("metadata-row-short", Severity.WARNING, "RFC 4180 §2", "The missing cells are taken as empty.")
ROW_LONG = Rule(
    "metadata-row-long", Severity.ERROR, "RFC 4180 §2", "Put values that contain the separator between quotation marks."
)
CELL_NUL = Rule("metadata-cell-nul", Severity.ERROR, "RFC 4180", "Remove the NUL character, or export the table again.")

ALL: tuple[Rule, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
"""All of the above, in order."""
