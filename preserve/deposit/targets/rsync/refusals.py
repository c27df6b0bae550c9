"""Why an rsync did not come to a good end, in the words of the contract."""

from __future__ import annotations

import re

from preserve.deposit.ssh.login import Login
from preserve.deposit.ssh.refusals import full, words
from preserve.deposit.targets.rsync.program import Ended
from preserve.errors import AccessRefused, ConfigError, DepositRefused, PreserveError, TargetUnreachable
from preserve.storage import names

_CUT = frozenset([10, 12, 20, 30, 35, 255])
"""The exit statuses of rsync, and of ssh, that tell of the line."""
_NO_RSYNC = frozenset([12, 127])
_OTHER_PROTOCOL = 2
_OTHER_WORDS = frozenset([1, 4])
"""It does not know an option of ours, or may not use it."""
_NOT_LET_IN = re.compile(
    r"Host key verification failed|Permission denied \([a-z]|Too many authentication failures|Unable to negotiate with"
)
"""What ssh says.  (rsync's own "Permission denied (13)" is about a file.)"""
_PASSING = re.compile("Input/output error|Stale file handle|Transport endpoint|timed out")
"""What a disk says that went, there."""
_AGAIN = "Run the command again: what arrived there is gone on with."


def refusal(ended: Ended, login: Login, place: str) -> PreserveError | None:
    """What *ended* tells of the line, of the access or of the room at *place*; None if it may be about a file."""
    said, why = ended.complaint, _cause(ended)
    if "No space left" in said or "uota exceeded" in said:
        return full(login, place)
    if _NOT_LET_IN.search(said):
        return AccessRefused(
            f"The program ssh does not get in at {login.server}: {why}.",
            hint="rsync needs a key without a passphrase, or one that the agent of whoever runs preserve has.",
        )
    if ended.status == _OTHER_PROTOCOL or ("not found" in said and ended.status in _NO_RSYNC):
        return ConfigError(
            f"There is no rsync at {login.server}, or it may not be run: {why}.",
            hint=f'Have it installed and allowed there, or give [targets.{login.target}] type = "sftp".',
        )
    if ended.status in _OTHER_WORDS:
        return ConfigError(
            f"The rsync at {login.server}, or the one here, does not do what is needed: {why}.",
            hint=f'Have it brought up to date or allowed, or give [targets.{login.target}] type = "sftp".',
        )
    if ended.status in _CUT or ended.status < 0:
        return TargetUnreachable(f"{login.server} cannot be reached, or the line was cut: {why}.", hint=_AGAIN)
    return None


def unwritten(ended: Ended, login: Login, place: str) -> PreserveError:
    """The far end did not write at *place*."""
    said = ended.complaint
    if _PASSING.search(said):
        return TargetUnreachable(f"The disk at {login.server} went meanwhile: {_cause(ended)}.", hint=_AGAIN)
    kind = AccessRefused if "ermission denied" in said or "not permitted" in said else DepositRefused
    return kind(
        f"rsync could not write into {names.shown(place)} at {login.server}: {_cause(ended)}.",
        hint="Ask those who run the server, then run the command again: what arrived there is gone on with.",
    )


def _cause(ended: Ended) -> str:
    """The first complaint: the later ones follow from it."""
    return words(next((line for line in ended.complaint.splitlines() if line.strip()), "it does not say why"))
