"""A folder at a server to which the rsync program brings the files, over SSH."""

from __future__ import annotations

from preserve.config.settings import Setting
from preserve.deposit.given import Given, TargetKind
from preserve.deposit.ssh.login import BY_BYTES, REQUIRED, SETTINGS, Login
from preserve.errors import ConfigError
from preserve.ports.depositing import FORMS, DepositTarget
from preserve.storage import sizes


def _rate(value: str) -> str:
    return sizes.no_rate(value) if value else ""


def _opened(given: Given) -> DepositTarget:
    try:
        from preserve.deposit.targets.rsync.sending import Rsync  # noqa: PLC0415  asyncssh: only who deposits waits
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The target {given.name} needs {error.name}, which is not installed.",
            hint="Install it with: pip install 'preserve-packager[sftp]'",
        ) from error
    return Rsync(given, Login.of(given), by_bytes=given.text("verify") == BY_BYTES)


KIND = TargetKind(
    "rsync",
    "A folder at a server to which the rsync program brings the files, over SSH.",
    ("bag", *(form for form in FORMS if form != "bag")),
    _opened,
    (
        *SETTINGS,
        Setting("bwlimit", "", "How fast rsync may send: 10MB/s; the key rate does not slow it.", _rate),
    ),
    REQUIRED,
)
