"""What systemd is told when units come and go."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from preserve.workflows.scheduling.timers import Way


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that did not do what it should, and what it said."""

    command: str
    said: str


def switch_on(name: str, way: Way) -> Refused | None:
    """Start the timer called *name*, now and at every start of the machine; None if that was done."""
    return _systemctl(way, ["daemon-reload"]) or _systemctl(way, ["enable", "--now", f"{name}.timer"])


def switch_off(name: str, way: Way) -> Refused | None:
    """Stop the timer called *name*; its files are still there."""
    return _systemctl(way, ["disable", "--now", f"{name}.timer"])


def forget(way: Way) -> Refused | None:
    """Let systemd see that files are gone."""
    return _systemctl(way, ["daemon-reload"])


def _systemctl(way: Way, words: Sequence[str]) -> Refused | None:
    command = ["systemctl", *(["--user"] if way is Way.USER else []), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603  fixed words
    except (OSError, subprocess.SubprocessError) as error:
        return Refused(" ".join(command), str(error))
    said = " ".join(done.stderr.decode("utf-8", "replace").split())
    return Refused(" ".join(command), said or f"status {done.returncode}") if done.returncode else None
