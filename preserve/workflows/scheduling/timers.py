"""Timers on this machine: put in place, found again, taken away.  What somebody else wrote or changed is left alone."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from preserve.config import Config
from preserve.errors import UsageError
from preserve.storage.handover import replace_file
from preserve.storage.names import shown
from preserve.workflows.scheduling import crontab, units
from preserve.workflows.scheduling.units import Job

SYSTEM_UNITS: Final = Path("/etc/systemd/system")
SYSTEM_CRON: Final = Path("/etc/cron.d")


class Way(StrEnum):
    """Who calls the audit."""

    SYSTEM = "systemd"
    USER = "systemd --user"
    CRON = "crontab"
    CRON_SYSTEM = "cron.d"


OF_THE_MACHINE: Final = (Way.SYSTEM, Way.CRON_SYSTEM)
OF_AN_ACCOUNT: Final = (Way.USER, Way.CRON)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files of timers lie on this machine."""

    user_units: Path
    system_units: Path = SYSTEM_UNITS
    system_cron: Path = SYSTEM_CRON


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that is there for one archive.  *edited*: somebody changed what preserve had written.

    *at* and *max_duration* are "" where they cannot be told any more.
    """

    way: Way
    path: Path | None
    at: str
    max_duration: str
    edited: bool


def job(config: Config, at: str, max_duration: str, way: Way) -> Job:
    """What the timer is to call: this very program, as the owner of the package store where the system calls it."""
    beside = Path(sys.executable).with_name("preserve")
    program = (str(beside),) if os.access(beside, os.X_OK) else (sys.executable, "-m", "preserve")
    real = Path(os.path.realpath(sys.executable))
    parts = (Path(sys.prefix), Path(sys.base_prefix), real.parent, Path(__file__).resolve().parents[3])
    user = _owner(config.packages) if way in OF_THE_MACHINE else ""
    return Job(config, program, units.clock(at), max_duration, user, parts)


def files_of(job: Job, way: Way, folders: Folders) -> dict[Path, str]:
    """What is written for *job*, by path; nothing for a crontab, which is no file of ours."""
    if way is Way.CRON:
        return {}
    if way is Way.CRON_SYSTEM:
        return {folders.system_cron / job.name: units.sealed(units.crontab_line(job) + "\n")}
    folder = folders.system_units if way is Way.SYSTEM else folders.user_units
    return {folder / f"{job.name}.service": units.service(job), folder / f"{job.name}.timer": units.timer(job)}


def shown_files(job: Job, way: Way, folders: Folders) -> dict[str, str]:
    """What ``install`` would write, by path; the line for one's own crontab has the path ""."""
    if way is Way.CRON:
        return {"": units.crontab_line(job) + "\n"}
    return {str(path): text for path, text in files_of(job, way, folders).items()}


def install(job: Job, way: Way, folders: Folders, *, force: bool = False) -> None:
    """Write what the timer of *job* needs; it is not started yet.

    ``UsageError`` if it cannot be written, or would replace what somebody else wrote or changed: unless with *force*.
    """
    files = files_of(job, way, folders)
    if not force:
        for path in files:
            _refuse_edited(path)
    if way is Way.SYSTEM:
        _own_room(job.config)
    if way is Way.CRON:
        crontab.put(job, force=force)
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        replace_file(path, text.encode("utf-8", "surrogateescape"))


def found(config: Config, folders: Folders) -> Iterator[Timer]:
    """The timers that are there for this archive: of the system, and of whoever asks."""
    name = units.unit_name(config.home)
    for way, folder in ((Way.SYSTEM, folders.system_units), (Way.USER, folders.user_units)):
        service, timer = (_text(folder / f"{name}.{kind}") for kind in ("service", "timer"))
        if timer is not None:
            edited = not units.is_as_written(timer) or not units.is_as_written(service or "")
            yield Timer(way, folder / f"{name}.timer", _at(timer), _max_duration(service or ""), edited)
    line = _text(folders.system_cron / name)
    if line is not None:
        edited = not units.is_as_written(line)
        yield Timer(Way.CRON_SYSTEM, folders.system_cron / name, crontab.at(line), _max_duration(line), edited)
    if (mine := crontab.find(name)) is not None:
        yield Timer(Way.CRON, None, crontab.at(mine.line), _max_duration(mine.line), mine.edited)


def remove(config: Config, timer: Timer, *, force: bool = False) -> tuple[Path, ...]:
    """Take away what ``install`` wrote, as far as nobody changed it, unless with *force*; the paths that are gone."""
    if timer.path is None:
        crontab.remove(units.unit_name(config.home), force=force)
    refuse_edited(timer, force=force)
    gone = _paths(timer)
    for path in gone:
        try:
            path.unlink()
        except OSError as error:
            raise _unwritable(path, error) from error
    return gone


def refuse_edited(timer: Timer, *, force: bool) -> None:
    """``UsageError`` if somebody changed a file of *timer* since preserve wrote it: unless with *force*."""
    for path in () if force else _paths(timer):
        _refuse_edited(path)


def _paths(timer: Timer) -> tuple[Path, ...]:
    if timer.path is None:
        return ()
    both = (timer.path, timer.path.with_suffix(".service")) if timer.way in (Way.SYSTEM, Way.USER) else (timer.path,)
    return tuple(path for path in both if os.path.lexists(path))


def _own_room(config: Config) -> None:
    """Make the folder of what this machine remembers: the fences would not let the audit make it."""
    room = config.home / ".preserve"
    try:
        room.mkdir(exist_ok=True)
        if os.geteuid() == 0 and config.packages.is_dir():
            owner = config.packages.stat()
            os.chown(room, owner.st_uid, owner.st_gid)
    except OSError as error:
        raise _unwritable(room, error) from error


def _owner(folder: Path) -> str:
    try:
        owner = folder.stat().st_uid
    except OSError:
        owner = os.getuid()
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


def _refuse_edited(path: Path) -> None:
    text = _text(path)
    if text is not None and not units.is_as_written(text):
        raise UsageError(
            f"{shown(str(path))} was changed since preserve wrote it, or is somebody else's; it was left as it is.",
            hint="Look at it, and take it away or put it elsewhere; or replace it with --force.",
        )


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{shown(str(path))} cannot be changed: {(error.strerror or str(error)).lower()}.",
        hint="Look at the folder and its permissions. The system's timers need root (sudo), your own need --user.",
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(
            f"{shown(str(path))} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint="Look at its permissions, or ask who runs this machine.",
        ) from error


def _at(timer: str) -> str:
    told = re.search(r"^OnCalendar=\*-\*-\* (\d\d:\d\d)", timer, re.MULTILINE)
    return told[1] if told else ""


def _max_duration(text: str) -> str:
    told = re.search(r"--max-duration (\S+|'[^']*'|\"[^\"]*\")", text)
    return shlex.split(told[1])[0] if told else ""
