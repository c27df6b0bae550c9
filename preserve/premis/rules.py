"""What can be wrong with a premis.xml, beyond what the official schema looks at."""

from __future__ import annotations

from preserve.model import Rule, Severity

_HINT = "Compare the file with another copy of the package: preserve writes no such record."

UNREADABLE = Rule("premis-unreadable", Severity.ERROR, "PREMIS 3.0 XML schema", _HINT)
IDENTIFIER_MISSING = Rule("premis-identifier-missing", Severity.ERROR, "PREMIS 3.0, 1.1, 2.1, 3.1", _HINT)
IDENTIFIER_TWICE = Rule("premis-identifier-twice", Severity.ERROR, "PREMIS 3.0, 1.1, 2.1, 3.1", _HINT)
LINK_DANGLING = Rule("premis-link-dangling", Severity.ERROR, "PREMIS 3.0, 1.13.3, 2.6, 2.7", _HINT)
WORD_UNKNOWN = Rule(
    "premis-word-unknown",
    Severity.ERROR,
    "https://id.loc.gov/vocabulary/preservation",
    "Use a word of the Library of Congress's lists; preserve writes no others, but for 'note' and 'not done'.",
)
TIME_UNREADABLE = Rule("premis-time-unreadable", Severity.ERROR, "PREMIS 3.0, 2.3; RFC 3339 §5.6", _HINT)
PATH_TWICE = Rule("premis-path-twice", Severity.ERROR, "PREMIS 3.0, 1.7", _HINT)
NAME_UNREADABLE = Rule("premis-name-unreadable", Severity.ERROR, "RFC 4648 §4", _HINT)

PATH_MISSING = Rule("premis-path-missing", Severity.ERROR, "PREMIS 3.0, 1.7", _HINT)
RELATION_MISSING = Rule("premis-relation-missing", Severity.ERROR, "PREMIS 3.0, 1.13", _HINT)
FIXITY_MISSING = Rule("premis-fixity-missing", Severity.ERROR, "PREMIS 3.0, 1.5.2", _HINT)
ALGORITHM_UNKNOWN = Rule("premis-algorithm-unknown", Severity.ERROR, "PREMIS 3.0, 1.5.2.1", _HINT)
DIGEST_MALFORMED = Rule("premis-digest-malformed", Severity.ERROR, "PREMIS 3.0, 1.5.2.2", _HINT)
ORIGINATOR_MISSING = Rule("premis-originator-missing", Severity.ERROR, "PREMIS 3.0, 1.5.2.3", _HINT)
SIZE_UNREADABLE = Rule("premis-size-unreadable", Severity.ERROR, "PREMIS 3.0, 1.5.3", _HINT)
FORMAT_KEY_MALFORMED = Rule("premis-format-key-malformed", Severity.ERROR, "PREMIS 3.0, 1.5.4.2.2", _HINT)
OUTCOME_MISSING = Rule("premis-outcome-missing", Severity.ERROR, "PREMIS 3.0, 2.5.1", _HINT)
AGENT_MISSING = Rule("premis-agent-missing", Severity.ERROR, "PREMIS 3.0, 2.6", _HINT)
RIGHTS_INCOMPLETE = Rule("premis-rights-incomplete", Severity.ERROR, "PREMIS 3.0, 4.1.2", _HINT)

ALL: tuple[Rule, ...] = (
    UNREADABLE,
    IDENTIFIER_MISSING,
    IDENTIFIER_TWICE,
    LINK_DANGLING,
    WORD_UNKNOWN,
    TIME_UNREADABLE,
    PATH_TWICE,
    NAME_UNREADABLE,
    PATH_MISSING,
    RELATION_MISSING,
    FIXITY_MISSING,
    ALGORITHM_UNKNOWN,
    DIGEST_MALFORMED,
    ORIGINATOR_MISSING,
    SIZE_UNREADABLE,
    FORMAT_KEY_MALFORMED,
    OUTCOME_MISSING,
    AGENT_MISSING,
    RIGHTS_INCOMPLETE,
)
