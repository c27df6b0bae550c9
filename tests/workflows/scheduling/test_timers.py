"""Timers of the system, in folders that stand for those of a machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from preserve.config import Config, load
from preserve.errors import UsageError
from preserve.workflows.scheduling.timers import Folders, Timer, Way, files_of, found, install, job, remove
from preserve.workflows.scheduling.units import is_as_written, unit_name


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """A machine without a crontab."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return Folders(tmp_path / "user", tmp_path / "system", tmp_path / "cron.d")


@pytest.fixture
def config(home: Path) -> Config:
    return load(home, environment={})


@pytest.mark.parametrize("way", [Way.SYSTEM, Way.USER, Way.CRON_SYSTEM])
def test_what_is_installed_is_found_and_goes_away_again(config: Config, folders: Folders, way: Way) -> None:
    assert list(found(config, folders)) == []
    asked = job(config, "23:05", "90min", way)
    install(asked, way, folders)
    assert all(is_as_written(path.read_text()) for path in files_of(asked, way, folders))
    (timer,) = found(config, folders)
    assert timer == Timer(way, timer.path, "23:05", "90min", False)
    gone = remove(config, timer)
    assert set(gone) == set(files_of(asked, way, folders))
    assert list(found(config, folders)) == []


def test_the_timers_of_other_archives_are_not_ours(config: Config, folders: Folders, tmp_path: Path) -> None:
    for name in ("other", "another"):
        (tmp_path / name / "packages").mkdir(parents=True)
    other = load(tmp_path / "other", environment={})
    install(job(other, "01:00", "1h", Way.SYSTEM), Way.SYSTEM, folders)
    assert list(found(config, folders)) == []
    (theirs,) = found(other, folders)
    install(job(config, "02:00", "1h", Way.SYSTEM), Way.SYSTEM, folders)
    (ours,) = found(config, folders)
    remove(config, ours)
    assert list(found(other, folders)) == [theirs]


def test_however_the_home_is_written_its_timer_is_the_same(home: Path) -> None:
    assert unit_name(home) == unit_name(home / "packages" / "..") == unit_name(Path(f"{home}//."))


def test_the_service_runs_as_the_owner_of_the_packages_and_has_its_room(config: Config, folders: Folders) -> None:
    if os.geteuid() == 0:
        os.chown(config.packages, 65534, 65534)
    owner = config.packages.stat()
    asked = job(config, "02:00", "4h", Way.SYSTEM)
    install(asked, Way.SYSTEM, folders)
    assert asked.user == config.packages.owner()
    assert job(config, "02:00", "4h", Way.USER).user == ""
    room = (config.home / ".preserve").stat()
    assert (room.st_uid, room.st_gid) == (owner.st_uid, owner.st_gid)


def test_a_file_of_somebody_else_under_our_name_is_left_alone(config: Config, folders: Folders) -> None:
    folders.system_cron.mkdir()
    theirs = folders.system_cron / unit_name(config.home)
    theirs.write_text("0 1 * * * root something else\n")
    with pytest.raises(UsageError, match="left as it is"):
        install(job(config, "02:00", "4h", Way.CRON_SYSTEM), Way.CRON_SYSTEM, folders)
    (timer,) = found(config, folders)
    assert timer.edited
    with pytest.raises(UsageError, match="left as it is"):
        remove(config, timer)
    assert theirs.read_text() == "0 1 * * * root something else\n"


def test_a_service_without_its_timer_or_with_another_is_called_changed(config: Config, folders: Folders) -> None:
    install(job(config, "02:00", "4h", Way.SYSTEM), Way.SYSTEM, folders)
    service = folders.system_units / f"{unit_name(config.home)}.service"
    service.write_text(service.read_text().replace("--max-duration 4h", "--max-duration 8h"))
    (timer,) = found(config, folders)
    assert (timer.edited, timer.max_duration) == (True, "8h")
    service.unlink()
    (timer,) = found(config, folders)
    assert (timer.edited, timer.max_duration) == (True, "")


def test_without_a_crontab_one_is_told_so(config: Config, folders: Folders) -> None:
    with pytest.raises(UsageError, match="no crontab") as caught:
        install(job(config, "02:00", "4h", Way.CRON), Way.CRON, folders)
    assert "--print" in caught.value.hint


def test_a_folder_that_cannot_be_made_is_told(config: Config, folders: Folders) -> None:
    folders.system_units.write_text("a file")
    with pytest.raises(UsageError, match="cannot be"):
        install(job(config, "02:00", "4h", Way.SYSTEM), Way.SYSTEM, folders)
