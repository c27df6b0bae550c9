"""A folder at a server that is reached by SFTP."""

from __future__ import annotations

from preserve.deposit.given import Given, TargetKind
from preserve.deposit.ssh.login import BY_BYTES, PASSPHRASE, REQUIRED, SETTINGS, Login
from preserve.errors import ConfigError
from preserve.ports.depositing import FORMS, DepositTarget


def _opened(given: Given) -> DepositTarget:
    try:
        from preserve.deposit.targets.sftp.sending import Sftp  # noqa: PLC0415  asyncssh: only who deposits waits
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The target {given.name} needs {error.name}, which is not installed.",
            hint="Install it with: pip install 'preserve-packager[sftp]'",
        ) from error
    return Sftp(Login.of(given), given.text("path"), by_bytes=given.text("verify") == BY_BYTES)


KIND = TargetKind(
    "sftp",
    "A folder at a server that is reached by SFTP.",
    ("tar", *(form for form in FORMS if form != "tar")),
    _opened,
    SETTINGS,
    REQUIRED,
    {"password": "the user's password there", **PASSPHRASE},
)
