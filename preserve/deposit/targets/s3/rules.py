"""What a person should know before a package goes to an S3 bucket."""

from __future__ import annotations

from preserve.model import Rule, Severity

NAMED_OTHERWISE = Rule(
    "s3-name-changed",
    Severity.WARNING,
    "",
    'Send the package in one file, form = "tar" in the target\'s table: then all names in it stay as they are.',
)
NAME_TOO_LONG = Rule(
    "s3-name-too-long",
    Severity.ERROR,
    "",
    'Send the package in one file, form = "tar" in the target\'s table, or give a shorter prefix.',
)
NAMES_MEET = Rule(
    "s3-names-meet", Severity.ERROR, "", 'Send the package in one file: form = "tar" in the target\'s table.'
)
LINE_OPEN = Rule(
    "s3-line-open",
    Severity.WARNING,
    "",
    "Give the target's url with https: if the server has it; whoever listens can read what is sent.",
)
LOCKS_NOTHING = Rule(
    "s3-locks-nothing",
    Severity.ERROR,
    "",
    "Use a bucket that was made with object lock, or take object_lock and legal_hold out of the target's table.",
)
UNLOCKED = Rule(
    "s3-not-locked",
    Severity.ERROR,
    "",
    "Ask those who keep the bucket whether the key may s3:PutObjectRetention and s3:PutObjectLegalHold.",
)

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
