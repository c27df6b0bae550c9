"""What can be wrong with a history file."""

from __future__ import annotations

from preserve.model import Rule, Severity

_RESTORE = "Keep the file as it is, find out who or what changed it, and compare it with a copy or a signed checkpoint."

_ACCEPT = "preserve catalog rebuild --accept-loss NAME"

MISSING = Rule(
    "history-missing",
    Severity.ERROR,
    "",
    "Bring it back from the copies: preserve repair NAME. If it never was there, the next ingest begins it; else: "
    + _ACCEPT,
)
SHORTER = Rule(
    "history-shorter",
    Severity.ERROR,
    "",
    f"Keep the file as it is and bring back a newer one: preserve repair NAME. If its end is lost for good: {_ACCEPT}",
)
NOT_A_FILE = Rule("history-not-a-file", Severity.ERROR, "", "Put the file back from a copy in place of what is there.")
NOT_JSON = Rule("history-not-json", Severity.ERROR, "RFC 8259", _RESTORE)
FORM = Rule("history-form", Severity.ERROR, "schemas/history.schema.json", _RESTORE)
SEQUENCE = Rule("history-sequence", Severity.ERROR, "", _RESTORE)
CHAIN = Rule("history-chain", Severity.ERROR, "", _RESTORE)
PACKAGE = Rule("history-package", Severity.ERROR, "", _RESTORE)
DUPLICATE = Rule("history-duplicate", Severity.ERROR, "", _RESTORE)
HEAD = Rule("history-head", Severity.ERROR, "", _RESTORE)
TORN = Rule(
    "history-torn", Severity.WARNING, "", "Nothing needs to be done: the next entry removes the remainder and says so."
)
UNSEALED = Rule(
    "history-unsealed", Severity.WARNING, "", "The pinned digests of the sealing are missing here; check the catalogue."
)

ALL: tuple[Rule, ...] = (
    MISSING,
    SHORTER,
    NOT_A_FILE,
    NOT_JSON,
    FORM,
    SEQUENCE,
    CHAIN,
    PACKAGE,
    DUPLICATE,
    HEAD,
    TORN,
    UNSEALED,
)
