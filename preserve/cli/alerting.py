"""Alerts for the commands: the shell may hand over the password of the mail server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from preserve.workflows.alerting.alerts import Alerts

if TYPE_CHECKING:
    from preserve.config import Config

PASSWORD = "PRESERVE_SMTP_PASSWORD"  # noqa: S105  the name of the variable


def alerts_of(config: Config) -> Alerts:
    """The alerts that *config* asks for, with the password of this environment, if there is one."""
    return Alerts.of(config, password=os.environ.get(PASSWORD, ""))
