"""Which ways to reach a person the configuration names."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from preserve.config import Config
from preserve.model import Problem
from preserve.storage import durable
from preserve.storage.names import shown
from preserve.workflows.alerting import rules

if TYPE_CHECKING:
    from preserve.workflows.alerting.message import Channel

_LONGEST_PASSWORD = 4096


def folder_of(config: Config) -> Path:
    """Where what could not be sent is kept."""
    return config.home / ".preserve" / "alerts"


def channels_of(config: Config, password: str = "") -> tuple[list[Channel], tuple[Problem, ...]]:
    """Mail and webhook, as far as they are configured, and what is wrong with the password's file.

    *password* goes before that file.
    """
    channels: list[Channel] = []
    problems: list[Problem] = []
    if to := config.texts("alerts.email_to"):
        from preserve.workflows.alerting.mail import Mail  # noqa: PLC0415  email and ssl only where mail is sent

        user = config.text("alerts.smtp_user")
        if user and not password:
            password, problems = _password(config)
        sender = config.text("alerts.email_from") or to[0]
        channels.append(Mail(to, sender, config.text("alerts.smtp"), config.text("alerts.starttls"), user, password))
    if url := config.text("alerts.webhook"):
        from preserve.workflows.alerting.webhook import Webhook  # noqa: PLC0415

        channels.append(Webhook(url))
    return channels, tuple(problems)


def _password(config: Config) -> tuple[str, list[Problem]]:
    """The first line of the file ``alerts.smtp_password_file``, which nobody but its owner may read."""
    named = config.text("alerts.smtp_password_file")
    if not named:
        text = "There is a user for the mail server (alerts.smtp_user) and no password."
        return "", [rules.PASSWORD.at("", text)]
    path = config.home / named
    try:
        with durable.opened(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC) as fd:
            status = os.fstat(fd)
            wrong = _unsafe(status)
            content = "" if wrong else os.read(fd, _LONGEST_PASSWORD).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        wrong = f"it cannot be read: {(getattr(error, 'strerror', None) or str(error)).lower()}"
    if wrong:
        text = f"The password of the mail server in {shown(str(path))} is not used: {wrong}."
        return "", [rules.PASSWORD.at(shown(named), text)]
    return content.splitlines()[0] if content else "", []


def _unsafe(status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return "it is not a file"
    if status.st_uid not in (os.geteuid(), 0):
        return "it belongs to somebody else"
    return "others may read it" if status.st_mode & 0o077 else ""
