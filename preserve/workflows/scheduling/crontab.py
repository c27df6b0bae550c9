"""One's own crontab: a line of ours between those of others, under a line that says whose it is.

# preserve-audit-archive-1a2b3c4d sha256:…
0 2 * * * nice -n 19 preserve --home /srv/archive audit …
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass

from preserve.errors import UsageError
from preserve.workflows.scheduling.units import Job, crontab_line


@dataclass(frozen=True, slots=True)
class Ours:
    """The line of an archive in the crontab, and whether somebody changed it since preserve wrote it."""

    line: str
    edited: bool


def put(job: Job, *, force: bool = False) -> None:
    """Put the line of *job* into the crontab, in the place of a former one.

    ``UsageError`` if there is no crontab here, or the former line was changed by somebody: unless with *force*.
    """
    lines = _without(job.name, force=force)
    line = crontab_line(job)
    _write([*lines, f"# {job.name} sha256:{_digest(line)}", line])


def remove(name: str, *, force: bool = False) -> None:
    """Take the line of the archive with this unit *name* out of the crontab."""
    _write(_without(name, force=force))


def find(name: str) -> Ours | None:
    """The line of the archive with this unit *name*; None if there is none, or no crontab at all."""
    try:
        lines = _read()
    except UsageError:
        return None
    place = _place(lines, name)
    if place is None:
        return None
    line = lines[place + 1] if place + 1 < len(lines) else ""
    return Ours(line, not lines[place].endswith(f" sha256:{_digest(line)}"))


def at(text: str) -> str:
    """The time of day in a line for cron, "" if there is none."""
    told = re.search(r"^(\d+) (\d+) \* \* \*", text, re.MULTILINE)
    return f"{int(told[2]):02}:{int(told[1]):02}" if told else ""


def _without(name: str, *, force: bool) -> list[str]:
    lines = _read()
    ours = find(name)
    if ours is None:
        return lines
    if ours.edited and not force:
        raise UsageError(
            "The line of this archive in the crontab was changed since preserve wrote it; it was left as it is.",
            hint="Look at it with crontab -l, and take it away with crontab -e; or replace it with --force.",
        )
    place = _place(lines, name) or 0
    return lines[:place] + lines[place + 2 :]


def _place(lines: list[str], name: str) -> int | None:
    return next((place for place, line in enumerate(lines) if line.startswith(f"# {name} sha256:")), None)


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode("utf-8", "surrogateescape")).hexdigest()


def _read() -> list[str]:
    done = _crontab("-l")
    if done.returncode != 0 and b"no crontab" not in done.stderr:
        raise _refused(done)
    return done.stdout.decode("utf-8", "surrogateescape").splitlines() if done.returncode == 0 else []


def _write(lines: list[str]) -> None:
    done = _crontab("-", "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    if done.returncode != 0:
        raise _refused(done)


def _crontab(argument: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["crontab", argument], input=data, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise UsageError(
            "There is no crontab on this machine.", hint="Use systemd, or another scheduler with the line of: --print"
        ) from error


def _refused(done: subprocess.CompletedProcess[bytes]) -> UsageError:
    said = " ".join(done.stderr.decode("utf-8", "replace").split())
    return UsageError(f"crontab refused: {said or f'status {done.returncode}'}.", hint="Ask who runs this machine.")
