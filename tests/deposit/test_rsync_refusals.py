"""What the words of rsync and ssh are taken for; those here are theirs, as they were heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from preserve.deposit.given import Given
from preserve.deposit.ssh.login import SETTINGS, Login
from preserve.deposit.targets.rsync.program import Ended
from preserve.deposit.targets.rsync.refusals import refusal, unwritten
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom, PreserveError, TargetUnreachable

_VALUES = {setting.key: setting.default for setting in SETTINGS} | {"host": "sftp.example.org", "path": "in"}
LOGIN = Login.of(Given("far", _VALUES, Path("/"), Path("/")))


@pytest.mark.parametrize(
    ("status", "complaint", "kind"),
    [
        (11, 'rsync: [receiver] write failed on "/in/a": No space left on device (28)', NoRoom),
        (11, 'rsync: [receiver] write failed on "/in/a": Disk quota exceeded (122)', NoRoom),
        (255, "archive@sftp.example.org: Permission denied (publickey).", AccessRefused),
        (255, "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found.", AccessRefused),
        (23, 'rsync: [receiver] mkstemp "/in/.a.Xy12Ab" failed: Permission denied (13)', AccessRefused),
        (127, "bash: line 1: rsync: command not found", ConfigError),
        (2, "protocol version mismatch -- is your shell clean?", ConfigError),
        (1, "rsync: --protect-args: unknown option", ConfigError),
        (12, "rsync: connection unexpectedly closed (0 bytes received so far) [sender]", TargetUnreachable),
        (23, 'rsync: [receiver] write failed on "/in/a": Input/output error (5)', TargetUnreachable),
        (23, 'rsync: [receiver] mkstemp "/in/.a.Xy12Ab" failed: Read-only file system (30)', DepositRefused),
        (23, 'rsync: [receiver] mkstemp "/in/.a.Xy12Ab" failed: File name too long (36)', DepositRefused),
    ],
)
def test_what_went_wrong_has_its_name(status: int, complaint: str, kind: type[PreserveError]) -> None:
    ended = Ended(status, "", f"{complaint}\nrsync error: some words (code {status}) at io.c(235)\n")
    error = refusal(ended, LOGIN, "letters.part") or unwritten(ended, LOGIN, "letters.part")
    assert type(error) is kind
    assert error.message.endswith(".")
    assert error.hint
    if kind is AccessRefused:
        assert ("does not get in" in error.message) == (status == 255)
