"""What the workflows themselves find: about duplicates, and about the agreement of store and catalogue."""

from __future__ import annotations

from preserve.model import Rule, Severity

DUPLICATE_CONTENT = Rule(
    "duplicate-content",
    Severity.WARNING,
    "",
    "Nothing is wrong: both packages are whole. Decide whether both are wanted.",
)
NEAR_DUPLICATE = Rule(
    "near-duplicate",
    Severity.WARNING,
    "",
    "Nothing was merged or left out. If it is a version of it: preserve describe ID --accept isVersionOf",
)
SOURCE_KEPT = Rule(
    "source-kept",
    Severity.WARNING,
    "",
    "Look at what is left; preserve removes only what it packaged and what has not changed since.",
)
REMOVAL_UNFINISHED = Rule(
    "removal-unfinished",
    Severity.WARNING,
    "",
    "Compare it with its package. To ingest what is left, move it out of that hidden folder.",
)
NOT_SCANNED = Rule(
    "virus-scan-not-done",
    Severity.WARNING,
    "",
    "See that the ClamAV daemon runs and that identify.clamav is its address: a socket's path, or host:port.",
)
ONLY_RECORDED = Rule(
    "only-recorded",
    Severity.WARNING,
    "",
    "Nothing to do: names, targets and dates stand in metadata/preservation/premis.xml. Links are never followed.",
)
NOT_A_PACKAGE = Rule(
    "not-a-package",
    Severity.ERROR,
    "",
    "The package store is for sealed packages only. Move the folder elsewhere, for instance into incoming/.",
)
STORE_IN_TRANSFER = Rule(
    "store-in-transfer",
    Severity.ERROR,
    "",
    "Name the documents themselves, or move them out of the archive's own folders first.",
)
NOT_CHECKED = Rule(
    "not-checked",
    Severity.ERROR,
    "",
    "Let the account that runs the audit read it. Nothing is known to be wrong, and nothing was recorded.",
)
PACKAGE_MISSING = Rule(
    "package-missing",
    Severity.ERROR,
    "",
    "Bring it back from its copies: preserve repair NAME. If it was removed on purpose: preserve catalog rebuild",
)
PACKAGE_NOT_A_FOLDER = Rule(
    "package-not-a-folder",
    Severity.ERROR,
    "",
    "Somebody replaced it. Put the package's own folder back, or bring it back from its copies: preserve repair NAME",
)
NOT_RECORDED = Rule(
    "result-not-recorded",
    Severity.ERROR,
    "",
    "The judgement itself stands. Mend the history or its folder, then validate again with --record.",
)
CATALOG_BEHIND = Rule(
    "catalog-behind",
    Severity.WARNING,
    "",
    "Nothing is lost: the history has it. The catalogue is made right by preserve catalog rebuild.",
)
CHECK_FAILED = Rule(
    "check-failed",
    Severity.ERROR,
    "",
    "See what is wrong: preserve validate NAME. Mend it from a copy, or say how you did: preserve repair NAME",
)
WITNESS_BEHIND = Rule(
    "copied-history-behind",
    Severity.WARNING,
    "",
    "Nothing is lost here. The next audit, or preserve replicate, brings it up to date.",
)
STILL_FAILED = Rule(
    "still-failed",
    Severity.ERROR,
    "",
    "A disk that fails today and answers tomorrow has mended nothing. If you mended it, say how: preserve repair NAME "
    '--restored "how"',
)
CATALOG_UNAWARE = Rule(
    "checks-not-catalogued",
    Severity.ERROR,
    "",
    "Nothing is lost: the histories have them. Make room, or see to the permissions; the next command makes it right.",
)
HISTORY_DOUBTED = Rule(
    "history-doubted",
    Severity.ERROR,
    "",
    "See preserve log NAME. Put the history back from a copy, or: preserve repair NAME. Then check the package again.",
)
DEPOSIT_UNKNOWN = Rule(
    "deposit-unknown",
    Severity.ERROR,
    "",
    "Go on: preserve deposit --to NAME --resume. If the far end cannot be asked, look there; if it is there: preserve "
    "deposit ID --to NAME --arrived WHERE",
)
DEPOSIT_UNFINISHED = Rule(
    "deposit-unfinished",
    Severity.WARNING,
    "",
    "Ask the far end what became of it, and go on: preserve deposit --to NAME --resume",
)
DEPOSIT_ALTERED = Rule(
    "deposit-altered",
    Severity.ERROR,
    "",
    "The package here is whole. Ask those who keep it there; then look with --verify, or send it anew with --again.",
)
DEPOSIT_REFUSED = Rule(
    "deposit-refused",
    Severity.WARNING,
    "",
    "Mend what the far end objects to, and send it again by its name: preserve deposit ID --to NAME",
)
DEPOSIT_LOST = Rule(
    "deposit-journal-missing",
    Severity.ERROR,
    "",
    "Bring it back from a copy: preserve repair ID. Without one, put the folder NAME.deposits back from a backup: it "
    "holds what the far end answered.",
)
DEPOSITS_UNREAD = Rule(
    "deposits-unread", Severity.ERROR, "", "See to the disk and the permissions, then: preserve log ID"
)
DEPOSITS_UNPROVEN = Rule(
    "deposits-unproven",
    Severity.ERROR,
    "",
    "See which: preserve log ID. Bring the record back from a copy: preserve repair ID",
)
NEVER_DEPOSITED = Rule(
    "never-deposited",
    Severity.ERROR,
    "",
    "Nothing was held against it. To hand it over: preserve deposit ID --to NAME",
)
PACKAGE_NOT_RECORDED = Rule(
    "package-not-recorded",
    Severity.WARNING,
    "",
    "If it is a package, the next ingest records it; if not, move it out of the store.",
)
PACKAGE_UNREADABLE = Rule(
    "package-unreadable",
    Severity.ERROR,
    "",
    "Check the disk and the permissions; the catalogue keeps what it knew of the package.",
)
PINS_DISAGREE = Rule(
    "pins-disagree",
    Severity.ERROR,
    "",
    "Somebody changed the package or its history. See what with preserve validate, and compare with another copy.",
)
FORMER_STATE = Rule(
    "former-state",
    Severity.ERROR,
    "",
    "Bring the newer state back: preserve repair NAME; the documents are the same in both. If it is lost for good: "
    "preserve catalog rebuild --accept-loss NAME",
)
HISTORY_ALONE = Rule(
    "history-without-package",
    Severity.ERROR,
    "",
    "A package with this history was sealed here and is gone. Bring it back from its copies: preserve repair NAME",
)
PACKAGE_COPIED = Rule(
    "package-copied",
    Severity.ERROR,
    "",
    "A package has one place in the store. Move the copy, or the folder that was renamed, out of it.",
)
SEALED_UNSOUND = Rule(
    "unrecorded-package-damaged",
    Severity.ERROR,
    "RFC 8493 §3",
    "See what is wrong with preserve validate. If the source exists, move the package away and ingest again.",
)
HISTORY_BEGUN = Rule(
    "history-begun",
    Severity.WARNING,
    "",
    "Nothing to do if a run was interrupted. If the package once had a history, put that back from a copy.",
)
CHANGE_UNFINISHED = Rule(
    "change-unfinished",
    Severity.ERROR,
    "",
    "Nothing is lost. See which state is right with preserve validate; the other lies in packages/.preserve/changing/.",
)

ALL: tuple[Rule, ...] = (
    DUPLICATE_CONTENT,
    NEAR_DUPLICATE,
    SOURCE_KEPT,
    REMOVAL_UNFINISHED,
    NOT_SCANNED,
    ONLY_RECORDED,
    NOT_A_PACKAGE,
    STORE_IN_TRANSFER,
    NOT_CHECKED,
    PACKAGE_MISSING,
    PACKAGE_NOT_A_FOLDER,
    NOT_RECORDED,
    CATALOG_BEHIND,
    CHECK_FAILED,
    WITNESS_BEHIND,
    CATALOG_UNAWARE,
    STILL_FAILED,
    HISTORY_DOUBTED,
    PACKAGE_NOT_RECORDED,
    PACKAGE_UNREADABLE,
    PINS_DISAGREE,
    FORMER_STATE,
    HISTORY_ALONE,
    PACKAGE_COPIED,
    SEALED_UNSOUND,
    HISTORY_BEGUN,
    CHANGE_UNFINISHED,
    DEPOSIT_UNKNOWN,
    DEPOSIT_UNFINISHED,
    DEPOSIT_ALTERED,
    DEPOSIT_REFUSED,
    DEPOSIT_LOST,
    DEPOSITS_UNREAD,
    DEPOSITS_UNPROVEN,
    NEVER_DEPOSITED,
)
