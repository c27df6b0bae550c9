"""What is found about copies of packages, and when they are mended."""

from __future__ import annotations

from preserve.model import Rule, Severity

COPY_DAMAGED = Rule(
    "copy-damaged", Severity.ERROR, "", "Mend it from the other copies: preserve repair ID --location NAME"
)
COPY_BEHIND = Rule("copy-behind", Severity.WARNING, "", "Bring it up to date: preserve replicate ID --to NAME")
NOT_THE_PACKAGE = Rule(
    "not-the-package",
    Severity.ERROR,
    "",
    "Nothing was written over it. See what it is, and move it out of that location; then replicate again.",
)
NO_GOOD_COPY = Rule(
    "no-good-copy",
    Severity.ERROR,
    "",
    "Bring the file, or the package, from a copy that preserve does not know (a tape, a partner), check it, put it in "
    'its place, and say so: preserve repair ID --restored "from where"',
)
LOCATION_NOT_ASKED = Rule(
    "location-not-asked", Severity.WARNING, "", "Connect it; what is there may be what is needed. Then repair again."
)
KEPT_ASIDE = Rule(
    "kept-aside",
    Severity.WARNING,
    "",
    "Look at it: what nobody sealed may be somebody's only copy. Remove it when it is not needed any more.",
)
ALREADY_WHOLE = Rule(
    "failed-and-whole",
    Severity.ERROR,
    "",
    'If somebody mended it, say how: preserve repair ID --restored "how". If not, look for a failing disk or memory.',
)
NOTHING_FAILED = Rule(
    "nothing-had-failed",
    Severity.WARNING,
    "",
    "The check is recorded, a repair is not. Is it another package, or the copy in another location (--location)?",
)
WITNESS_DISAGREES = Rule(
    "history-witness-disagrees",
    Severity.ERROR,
    "",
    "One of the two was changed or lost its end. Compare them, and with a signed checkpoint; nothing was overwritten.",
)
COPIES_CONTRADICT = Rule(
    "copies-contradict",
    Severity.ERROR,
    "",
    "Mend neither from the other before it is known which is true. Ask a checkpoint that was kept elsewhere: "
    "preserve checkpoint verify FILE",
)
HISTORY_RESTORED = Rule(
    "history-restored",
    Severity.WARNING,
    "",
    "Nothing to do; what was in its place is kept in packages/.preserve/set-aside/.",
)
DEPOSIT_COPY_DISAGREES = Rule(
    "deposit-copy-disagrees",
    Severity.ERROR,
    "",
    "One of the two was changed or lost its end. Compare them; preserve log ID tells whether the one here is as it was "
    "kept. Nothing was overwritten.",
)
DEPOSIT_NOT_KEPT = Rule(
    "deposit-not-kept", Severity.ERROR, "", "See what is there and to the permissions, then replicate or repair again."
)
DEPOSIT_RESTORED = Rule(
    "deposit-restored",
    Severity.WARNING,
    "",
    "Nothing to do; what was altered here is kept in packages/.preserve/set-aside/.",
)
DEPOSIT_UNCONFIRMED = Rule(
    "deposit-unconfirmed",
    Severity.WARNING,
    "",
    "It was not brought back, since nothing here confirms it. Look at it, and at what the target has.",
)

ALL: tuple[Rule, ...] = (
    COPY_DAMAGED,
    COPY_BEHIND,
    NOT_THE_PACKAGE,
    NO_GOOD_COPY,
    LOCATION_NOT_ASKED,
    KEPT_ASIDE,
    ALREADY_WHOLE,
    NOTHING_FAILED,
    WITNESS_DISAGREES,
    COPIES_CONTRADICT,
    HISTORY_RESTORED,
    DEPOSIT_COPY_DISAGREES,
    DEPOSIT_NOT_KEPT,
    DEPOSIT_RESTORED,
    DEPOSIT_UNCONFIRMED,
)
