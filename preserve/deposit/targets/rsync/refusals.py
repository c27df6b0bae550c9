"""Why an rsync did not come to a good end, in the words of the contract."""

from __future__ import annotations

from preserve.deposit.ssh.login import Login
from preserve.deposit.ssh.refusals import full, words
from preserve.deposit.targets.rsync.program import Ended
from preserve.errors import AccessRefused, DepositRefused, PreserveError, TargetUnreachable
from preserve.storage import names

_CUT = frozenset([10, 12, 20, 30, 35, 255])
"""The exit statuses of rsync, and of ssh, that tell of the line."""
_NO_RSYNC = frozenset([12, 127])
_OTHER_PROTOCOL = 2
_AGAIN = "Run the command again: what arrived there is gone on with."


def refusal(ended: Ended, login: Login, place: str) -> PreserveError | None:
    """What *ended* tells of the line, of the access or of the room at *place*; None if it may be about a file."""
    said, why = ended.complaint, _cause(ended)
    if "No space left" in said or "uota exceeded" in said:
        return full(login, place)
    if "Host key verification failed" in said or "Permission denied (" in said:
        return AccessRefused(
            f"The program ssh does not get in at {login.server}: {why}.",
            hint="rsync needs a key without a passphrase, or one that the agent of whoever runs preserve has.",
        )
    if ended.status == _OTHER_PROTOCOL or ("not found" in said and ended.status in _NO_RSYNC):
        return DepositRefused(
            f"There is no rsync at {login.server}, or it may not be run: {why}.",
            hint='Have it installed and allowed there, or use a target of type = "sftp".',
        )
    if ended.status in _CUT or ended.status < 0:
        return TargetUnreachable(f"{login.server} cannot be reached, or the line was cut: {why}.", hint=_AGAIN)
    return None


def unwritten(ended: Ended, login: Login, place: str) -> DepositRefused:
    """The far end did not write at *place*."""
    said = ended.complaint
    kind = AccessRefused if "ermission denied" in said or "not permitted" in said else DepositRefused
    return kind(
        f"rsync could not write into {names.shown(place)} at {login.server}: {_cause(ended)}.",
        hint="Ask those who run the server, then run the command again: what arrived there is gone on with.",
    )


def _cause(ended: Ended) -> str:
    """The first complaint: the later ones follow from it."""
    return words(next((line for line in ended.complaint.splitlines() if line.strip()), "it does not say why"))
