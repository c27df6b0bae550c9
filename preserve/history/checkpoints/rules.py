"""What can be wrong with a checkpoint, and what a checkpoint can find."""

from __future__ import annotations

from preserve.model import Rule, Severity

_NOTE = "https://c2sp.org/signed-note"
_CHECKPOINT = "https://c2sp.org/tlog-checkpoint"
_WHO = "Keep everything as it is, find out who or what changed it and when, and compare it with a copy kept elsewhere."

UNREADABLE = Rule(
    "checkpoint-unreadable",
    Severity.ERROR,
    _CHECKPOINT,
    "Take another copy: text in UTF-8, from its first line to the last signature, no line broken in two.",
)
MENDED = Rule(
    "checkpoint-mended",
    Severity.WARNING,
    _NOTE,
    "Nothing is wrong: only line ends, or blanks at the ends of lines, are other than they were signed.",
)
SIGNATURE_WRONG = Rule(
    "checkpoint-signature-wrong",
    Severity.ERROR,
    _NOTE,
    "Believe nothing of it, and take another copy. One character is enough, or a line that mail broke in two.",
)
KEY_UNKNOWN = Rule(
    "checkpoint-key-unknown",
    Severity.ERROR,
    _NOTE,
    "Give the public key that you kept elsewhere: --key FILE; if it was handed over, put the notes of that beside.",
)
KEY_FROM_HOME = Rule(
    "checkpoint-key-from-home",
    Severity.WARNING,
    "",
    "Whoever can change the archive can change that key too. Give the one that you kept elsewhere: --key FILE",
)
OTHERS = Rule(
    "checkpoint-not-ours",
    Severity.ERROR,
    "",
    "Compare it with the archive in which it was made, by the program that made it.",
)
LEAVES_WRONG = Rule(
    "checkpoint-companion-wrong",
    Severity.ERROR,
    "",
    "It was not believed. Put the companion back that was written with the checkpoint, if there is a copy of it.",
)
LEAVES_MISSING = Rule(
    "checkpoint-companion-missing",
    Severity.WARNING,
    "",
    "Put the companion beside the checkpoint: it tells which line of which history was changed, should one be.",
)
ROOT_DIFFERS = Rule("checkpoint-root-differs", Severity.ERROR, "RFC 6962 §2.1", _WHO)
PACKAGE_GONE = Rule("checkpoint-package-gone", Severity.ERROR, "", _WHO)
HISTORY_GONE = Rule("checkpoint-history-gone", Severity.ERROR, "", _WHO)
FOLDER_GONE = Rule("checkpoint-folder-gone", Severity.ERROR, "", _WHO)
HISTORY_SHORTENED = Rule("checkpoint-history-shortened", Severity.ERROR, "", _WHO)
HISTORY_REWRITTEN = Rule("checkpoint-history-rewritten", Severity.ERROR, "", _WHO)
HISTORY_BEGUN_ANEW = Rule("checkpoint-history-begun-anew", Severity.ERROR, "", _WHO)
LATER_BROKEN = Rule("checkpoint-history-broken-since", Severity.ERROR, "", _WHO)
MANIFESTS_REPLACED = Rule("checkpoint-manifests-replaced", Severity.ERROR, "RFC 8493 §2.1.3", _WHO)
DOCUMENTS_REPLACED = Rule("checkpoint-documents-replaced", Severity.ERROR, "RFC 8493 §2.1.3", _WHO)
FORMER_STATE = Rule("checkpoint-former-state", Severity.ERROR, "", _WHO)
UNREAD = Rule(
    "checkpoint-not-compared",
    Severity.ERROR,
    "",
    "What could not be read was not compared. Check the disk and the permissions, then verify again.",
)
RENAMED = Rule(
    "checkpoint-renamed",
    Severity.WARNING,
    "",
    "No forgery: the package is whole under its new name. Rename the folder and the history back, or leave it.",
)
COPIED = Rule(
    "checkpoint-copied",
    Severity.WARNING,
    "",
    "A copy of its history lies in the store. See which folder is meant with: preserve status",
)
TWIN = Rule("checkpoint-second-history", Severity.ERROR, "", _WHO)
PLACE_TAKEN = Rule("checkpoint-place-taken", Severity.ERROR, "", _WHO)
LEFT_OUT = Rule(
    "checkpoint-left-out",
    Severity.ERROR,
    "",
    "The checkpoint does not vouch for it. Mend what is told, then make another checkpoint.",
)
LOSS_SIGNED = Rule(
    "checkpoint-loss-signed",
    Severity.WARNING,
    "",
    "The history says itself that a person accepted that. From now on the checkpoint vouches for it as it is.",
)
WAS_LEFT_OUT = Rule(
    "checkpoint-had-left-out",
    Severity.WARNING,
    "",
    "The checkpoint never vouched for it, so it proves nothing about it; a later one may.",
)
PROOF_WRONG = Rule(
    "proof-wrong",
    Severity.ERROR,
    "https://c2sp.org/tlog-proof",
    "Believe nothing of it, and ask for another proof.",
)
STAMP_NOT_GOT = Rule(
    "timestamp-not-got",
    Severity.ERROR,
    "RFC 3161",
    "The checkpoint itself is written and signed. See checkpoint.timestamp_url, and make another when it answers.",
)
STAMP_WRONG = Rule(
    "timestamp-wrong",
    Severity.ERROR,
    "RFC 3161",
    "Take the .tsr that was written with the checkpoint, and the certificates of the authority of that time.",
)
STAMP_MISSING = Rule(
    "timestamp-missing",
    Severity.ERROR,
    "RFC 3161",
    "Put the .tsr that was written with the checkpoint beside it, under the same name.",
)
STAMP_UNJUDGED = Rule(
    "timestamp-not-judged",
    Severity.WARNING,
    "RFC 3161",
    "Give the certificates of the authority: --timestamp-ca FILE",
)

ALL: tuple[Rule, ...] = (
    UNREADABLE,
    MENDED,
    SIGNATURE_WRONG,
    KEY_UNKNOWN,
    KEY_FROM_HOME,
    OTHERS,
    LEAVES_WRONG,
    LEAVES_MISSING,
    ROOT_DIFFERS,
    PACKAGE_GONE,
    HISTORY_GONE,
    FOLDER_GONE,
    HISTORY_SHORTENED,
    HISTORY_REWRITTEN,
    HISTORY_BEGUN_ANEW,
    LATER_BROKEN,
    MANIFESTS_REPLACED,
    DOCUMENTS_REPLACED,
    FORMER_STATE,
    UNREAD,
    RENAMED,
    COPIED,
    TWIN,
    PLACE_TAKEN,
    LEFT_OUT,
    LOSS_SIGNED,
    WAS_LEFT_OUT,
    PROOF_WRONG,
    STAMP_NOT_GOT,
    STAMP_WRONG,
    STAMP_MISSING,
    STAMP_UNJUDGED,
)
