"""What deposits find, here and at the far end."""

from __future__ import annotations

from preserve.model import Rule, Severity

_KEEP = (
    "Find out who or what changed it; its last hash stands in the package's history. To bring it back from a copy, and "
    "keep this one aside: preserve repair ID"
)

JOURNAL_ALTERED = Rule("deposit-journal-altered", Severity.ERROR, "", _KEEP)
RECEIPT_ALTERED = Rule("deposit-receipt-altered", Severity.ERROR, "", _KEEP)
FAR_MISSING = Rule(
    "deposit-file-missing",
    Severity.ERROR,
    "",
    "Ask those who keep it there. The package here is whole: preserve deposit ID --to NAME --again",
)
FAR_ALTERED = Rule(
    "deposit-file-altered",
    Severity.ERROR,
    "",
    "Ask those who keep it there; have what they hold taken away, then deposit it anew.",
)
FAR_UNEXPECTED = Rule(
    "deposit-file-unexpected", Severity.ERROR, "", "Ask those who keep it there who put it among what was sent."
)
FAR_UNREADABLE = Rule(
    "deposit-file-unreadable", Severity.ERROR, "", "See to the disk and the permissions there, then verify again."
)
FAR_FULL = Rule("deposit-no-room", Severity.ERROR, "", "Make room there, then run the command again.")
LINE_UNPROTECTED = Rule(
    "deposit-line-unprotected",
    Severity.WARNING,
    "",
    "Give the target's url with https: if the repository has it; whoever listens can use the credential.",
)
TOO_MANY_FILES = Rule(
    "deposit-too-many-files", Severity.ERROR, "", 'Send the package in one file: form = "zip" in the target\'s table.'
)
NAME_IMPOSSIBLE = Rule(
    "deposit-name-impossible", Severity.ERROR, "", 'Send the package in one file: form = "zip" in the target\'s table.'
)
PROCESSING_UNKNOWN = Rule(
    "deposit-processing-unknown",
    Severity.ERROR,
    "",
    "Correct processing_config in the target's table: Archivematica would silently take its default instead.",
)
LOCATION_UNKNOWN = Rule(
    "deposit-location-unknown",
    Severity.ERROR,
    "",
    "Correct location in the target's table: the storage service lists its locations with their UUIDs.",
)
FILE_DROPPED = Rule(
    "deposit-file-dropped",
    Severity.WARNING,
    "",
    "The AIP will not hold it. If it is rubbish of a file system, leave it out before packages are made.",
)

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
