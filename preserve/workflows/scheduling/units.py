"""The timer as text: a service and a timer for systemd, or one line for cron.  Pure.

systemd.exec(5), systemd.timer(5), systemd.syntax(7): in a command, ``%`` begins a specifier and ``$`` a variable; both
are doubled.  crontab(5): an unescaped ``%`` ends the command.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from preserve.config import Config
from preserve.errors import UsageError
from preserve.storage.names import is_utf8, shown

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_NOT_IN_A_LINE: Final = re.compile("[\x00-\x1f\x7f\"'\\\\]")
_NOT_IN_A_NAME: Final = re.compile(r"[^a-z0-9]+")
_HOMES: Final = tuple(map(Path, ("/home", "/root", "/run/user")))
_TMP: Final = tuple(map(Path, ("/tmp", "/var/tmp")))  # noqa: S108  named so that nothing there is hidden
_SEAL: Final = "# sha256 of all that follows: "


@dataclass(frozen=True, slots=True)
class Job:
    """What the timer calls: *program* with ``audit``, for the archive of *config*, *at* a time of day.

    *user* is the account that a service of the system runs as, "" for a service of whoever installs it.  *parts* are
    the folders in which the program and its libraries lie.
    """

    config: Config
    program: tuple[str, ...]
    at: str
    max_duration: str
    user: str = ""
    parts: tuple[Path, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The command."""
        home = os.fspath(self.config.home)
        return (*self.program, "--home", home, "audit", "--spread", "--max-duration", self.max_duration, "--quiet")

    @property
    def name(self) -> str:
        """What the units are called: each archive of a machine has its own."""
        return unit_name(self.config.home)


def unit_name(home: Path) -> str:
    """The name that the units of the archive at *home* have, without their endings."""
    path = os.path.normpath(home)
    folder = _NOT_IN_A_NAME.sub("-", os.path.basename(path).lower()).strip("-")[:40]
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    return "-".join(part for part in ("preserve-audit", folder, digest) if part)


def clock(text: str) -> str:
    """*text* as ``HH:MM``.  ``UsageError`` if it is no time of day."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text!r} is not a time of day.", hint="Write it as 02:00 or 23:30.")
    return f"{int(found[1]):02}:{found[2]}"


def service(job: Job) -> str:
    """The service: one audit, which may read everything and write only what is its own."""
    lines = [
        "[Unit]",
        "Description=Fixity check of the archive in " + _words(os.fspath(job.config.home)),
        "Documentation=man:systemd.exec(5)",
        *(["After=remote-fs.target network-online.target", "Wants=network-online.target"] if job.user else []),
        "",
        "[Service]",
        "Type=oneshot",
        *([f"User={job.user}"] if job.user else []),
        "ExecStart=" + " ".join(_quoted(word, command=True) for word in job.words),
        "# Status 3 means that something needs a person; the service then counts as failed, so that it is seen.",
        "# A stop ends the run between two packages; the next one goes on.",
        "TimeoutStopSec=5min",
        "",
        "# Whoever works on this machine goes first.",
        "Nice=19",
        "IOSchedulingClass=idle",
        "CPUSchedulingPolicy=batch",
        "",
        *_FENCES,
        *(_system_fences(job.config, job.parts) if job.user else []),
    ]
    return sealed("\n".join(lines) + "\n")


def timer(job: Job) -> str:
    """The timer: every night, and at the next start of the machine if it slept then."""
    lines = [
        "[Unit]",
        "Description=Fixity check every night: " + _words(os.fspath(job.config.home)),
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {job.at}:00",
        "Persistent=true",
        "RandomizedDelaySec=10min",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return sealed("\n".join(lines) + "\n")


def crontab_line(job: Job) -> str:
    """The line for a crontab; with an account, as ``/etc/cron.d`` has it."""
    for word in job.words:
        if "\n" in word or "\r" in word or "\0" in word:
            raise UsageError(
                f"{shown(word)!r} has a line break, which a crontab cannot hold.", hint="Rename the folder."
            )
    hour, minute = (int(part) for part in job.at.split(":"))
    command = "nice -n 19 " + " ".join(map(shlex.quote, job.words))
    account = f"{job.user} " if job.user else ""
    return f"{minute} {hour} * * * {account}" + command.replace("%", r"\%")


_FENCES: Final = (
    "# It needs no more than an ordinary program.",
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "RestrictNamespaces=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
)
"""What an account may ask of its own service manager too, which cannot close off parts of the file system."""


def _system_fences(config: Config, parts: tuple[Path, ...]) -> list[str]:
    needed = [config.home, config.packages, *locations(config), *parts]
    at_home, at_tmp = (any(path.is_relative_to(one) for path in needed for one in some) for some in (_HOMES, _TMP))
    return [
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "PrivateTmp=no" if at_tmp else "PrivateTmp=yes",
        "PrivateDevices=yes",
        "PrivateMounts=yes",
        "ProtectClock=yes",
        "ProtectControlGroups=yes",
        "ProtectHostname=yes",
        "ProtectKernelLogs=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelTunables=yes",
        "ProtectProc=invisible",
        "ProcSubset=pid",
        "RemoveIPC=yes",
        "",
        "# All files can be read and none written, but these: each package's history lies beside it in the store, new",
        "# packages come every day, and so their folders cannot be closed off by name. A path that is not there is",
        "# passed over, so that the audit can run and say so.",
        "ProtectSystem=strict",
        "# The archive or the program lies there." if at_home else "# Nothing of it lies there.",
        "ProtectHome=read-only" if at_home else "ProtectHome=yes",
        "ReadWritePaths=" + _paths(writable(config)),
        "ReadOnlyPaths=" + _paths([config.incoming, *locations(config)]),
    ]


def writable(config: Config) -> list[Path]:
    """What an audit writes: histories and journal, what this machine remembers, and the catalogue if it is a file."""
    paths = [config.packages, config.home / ".preserve"]
    dialect, separator, file = config.catalog_url.partition(":///")
    if dialect.partition("+")[0] == "sqlite" and separator and file != ":memory:":
        paths.append(Path(file).parent)
    return [path for path in paths if not any(path != other and path.is_relative_to(other) for other in paths)]


def locations(config: Config) -> list[Path]:
    """The folders of all locations."""
    return [config.folder_of(name) for name in config.named("locations")]


def sealed(text: str) -> str:
    """*text* with a first line by which it can be told later whether somebody changed it."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{_SEAL}{digest}\n# Written by: preserve schedule install\n{text}"


def is_as_written(text: str) -> bool:
    """Whether *text* is what ``sealed`` gave, unchanged."""
    seal, _, rest = text.partition("\n")
    return sealed(rest.partition("\n")[2]) == text if seal.startswith(_SEAL) else False


def _paths(paths: list[Path]) -> str:
    return " ".join(dict.fromkeys(_quoted("-" + os.path.normpath(path), command=False) for path in paths))


def _words(text: str) -> str:
    return _quoted(text, command=False).strip('"')


def _quoted(word: str, *, command: bool) -> str:
    """*word* as one word of a unit.  ``UsageError`` if units cannot hold it."""
    if _NOT_IN_A_LINE.search(word) or not is_utf8(word):
        raise UsageError(
            f"systemd cannot be told of {shown(word)}: it holds a quote, a backslash, or what is not text.",
            hint="Rename the folder, or use cron: preserve schedule install --cron",
        )
    word = word.replace("%", "%%").replace("$", "$$" if command else "$")
    return f'"{word}"' if not word or re.search(r"[\s;]", word) else word
