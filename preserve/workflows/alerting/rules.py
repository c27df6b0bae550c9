"""What alerting itself finds."""

from __future__ import annotations

from preserve.model import Rule, Severity

NOT_SENT = Rule(
    "alert-not-sent",
    Severity.ERROR,
    "",
    "Check the settings under [alerts] and the server that they name. The message is kept, and the next run sends it.",
)
NOT_KEPT = Rule(
    "alert-not-kept",
    Severity.ERROR,
    "",
    "Make room, or check the permissions of the folder .preserve/alerts in the archive's home.",
)
PASSWORD = Rule(
    "mail-password-not-used",
    Severity.ERROR,
    "",
    "Put it into a file of the archive's own account and take the others' rights away: chmod 600 FILE",
)

ALL: tuple[Rule, ...] = (NOT_SENT, NOT_KEPT, PASSWORD)
