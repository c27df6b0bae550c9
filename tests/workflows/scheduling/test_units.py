"""The texts of timers: systemd itself reads the units, a shell runs the line for cron."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.config import Config, load
from preserve.errors import UsageError
from preserve.workflows.scheduling.units import (
    Job,
    clock,
    crontab_line,
    is_as_written,
    locations,
    sealed,
    service,
    timer,
    unit_name,
    writable,
)

ODD = "an archive; 100% of it, $HOME and é"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed here")


def config_at(home: Path, text: str = "") -> Config:
    for folder in (home, home / "incoming", home / "packages"):
        folder.mkdir(parents=True, exist_ok=True)
    (home / "preserve.toml").write_text(text)
    return load(home, environment={})


def job_for(home: Path, *, user: str = "", program: tuple[str, ...] = (sys.executable,), text: str = "") -> Job:
    return Job(config_at(home, text), program, "02:30", "4h", user)


def analyzed(folder: Path, job: Job, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / f"{job.name}.service").write_text(service(job))
    (folder / f"{job.name}.timer").write_text(timer(job))
    units = [str(folder / f"{job.name}.{kind}") for kind in ("timer", "service")]
    command = ["systemd-analyze", *words, *(units if words[0] == "verify" else units[1:])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@needs_systemd
@pytest.mark.parametrize("user", ["root", ""])
@pytest.mark.parametrize("name", ["archive", ODD])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, name: str, user: str) -> None:
    job = job_for(tmp_path / name, user=user, text='[locations.disk]\npath = "the other disk"\n')
    said = analyzed(tmp_path, job, "verify")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@needs_systemd
def test_systemd_would_say_if_a_path_were_written_wrongly(tmp_path: Path) -> None:
    job = job_for(tmp_path / ODD, user="root")
    unquoted = service(job).replace('"', "")
    (tmp_path / "x.service").write_text(unquoted)
    said = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "x.service"], capture_output=True, text=True, check=False
    )
    assert "not absolute" in said.stderr


@needs_systemd
def test_a_service_of_the_system_is_well_fenced(tmp_path: Path) -> None:
    said = analyzed(tmp_path, job_for(tmp_path / "archive", user="archivist"), "security", "--offline=true")
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said.stdout)
    if exposure is None:
        pytest.skip("this systemd-analyze cannot judge a file")
    assert float(exposure[1]) < 3, said.stdout


def test_the_service_may_write_the_store_and_its_memory_and_nothing_else(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    text = '[catalog]\nurl = "sqlite:///index/catalog.sqlite"\n[locations.disk]\npath = "../disk"\n'
    job = job_for(home, user="archivist", text=text)
    assert writable(job.config) == [home / "packages", home / ".preserve", home / "index"]
    assert locations(job.config) == [home / "../disk"]
    unit = service(job)
    assert f"ReadWritePaths=-{home}/packages -{home}/.preserve -{home}/index\n" in unit
    assert f"ReadOnlyPaths=-{home}/incoming -{tmp_path}/disk\n" in unit
    assert "ProtectSystem=strict\n" in unit
    assert "User=archivist\n" in unit
    assert "SuccessExitStatus" not in unit, "status 3 must be seen"


@pytest.mark.parametrize(
    ("place", "says"),
    [("/home/ann/archive", "ProtectHome=read-only"), ("/srv/archive", "ProtectHome=yes"), ("/tmp/a", "PrivateTmp=no")],  # noqa: S108
)
def test_what_the_audit_needs_is_not_hidden_from_it(place: str, says: str) -> None:
    config = load(Path(place), environment={})
    assert f"{says}\n" in service(Job(config, ("/usr/bin/preserve",), "02:00", "4h", "ann"))
    at_home = Job(config, ("/usr/bin/preserve",), "02:00", "4h", "ann", parts=(Path("/root/venv"),))
    assert "ProtectHome=read-only\n" in service(at_home)


def test_a_service_of_ones_own_asks_for_nothing_that_only_root_can_give(tmp_path: Path) -> None:
    unit = service(job_for(tmp_path / "archive"))
    for word in ("User=", "CapabilityBoundingSet", "ProtectSystem", "PrivateTmp", "ReadWritePaths"):
        assert word not in unit
    assert "NoNewPrivileges=yes" in unit


def test_the_timer_catches_up_what_it_missed(tmp_path: Path) -> None:
    text = timer(job_for(tmp_path / "archive"))
    assert "OnCalendar=*-*-* 02:30:00\nPersistent=true\n" in text


@pytest.mark.parametrize("name", ["archive", ODD, 'it\'s "quoted"', "back\\slash", os.fsdecode(b"not utf-8 \xe9")])
def test_a_shell_runs_the_line_of_the_crontab_with_the_very_words(tmp_path: Path, name: str) -> None:
    tell = tmp_path / "tell"
    tell.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > "$(dirname "$0")/told"\n')
    tell.chmod(0o755)
    job = job_for(tmp_path / name, program=(str(tell),))
    line = crontab_line(job)
    assert line.startswith("30 2 * * * ")
    assert re.search(r"(?<!\\)%", line) is None, "cron would end the command there"
    command = line.removeprefix("30 2 * * * ").replace(r"\%", "%")  # what cron gives to the shell
    subprocess.run(["/bin/sh", "-c", command], check=True)
    assert (tmp_path / "told").read_bytes().split(b"\0")[:-1] == [os.fsencode(word) for word in job.words[1:]]


def test_a_crontab_of_the_system_names_the_account(tmp_path: Path) -> None:
    assert crontab_line(job_for(tmp_path / "archive", user="archivist")).startswith("30 2 * * * archivist nice ")


@pytest.mark.parametrize("name", ["it's", 'a "b"', "back\\slash", "two\nlines", os.fsdecode(b"\xe9")])
def test_what_a_unit_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="systemd cannot be told") as caught:
        service(job_for(tmp_path / name))
    assert "--cron" in caught.value.hint


def test_a_line_break_is_refused_by_cron_too(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line break"):
        crontab_line(job_for(tmp_path / "two\nlines"))


def test_each_archive_has_units_of_its_own(tmp_path: Path) -> None:
    names = {unit_name(tmp_path / name) for name in ("a b", "a-b", "A_B", "é", "a b/c")}
    assert len(names) == 5
    assert all(re.fullmatch(r"preserve-audit(-[a-z0-9]+)+", name) for name in names)


@pytest.mark.parametrize(("text", "means"), [("2:00", "02:00"), ("23:59", "23:59"), (" 00:05 ", "00:05")])
def test_a_time_of_day_is_read(text: str, means: str) -> None:
    assert clock(text) == means


@pytest.mark.parametrize("text", ["", "24:00", "2", "02:60", "2am", "02:00:00", "٢:٠٠"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="time of day"):
        clock(text)


def test_a_change_by_somebody_is_seen() -> None:
    text = sealed("[Timer]\nOnCalendar=daily\n")
    assert is_as_written(text)
    assert not is_as_written(text + "\n")
    assert not is_as_written(text.replace("daily", "weekly"))
    assert not is_as_written(text.partition("\n")[2])
    assert not is_as_written("")
