"""What befalls an audit: kills inside a large package, full and failing disks, wrong clocks, and other audits.

Nothing that was read is lost or made up, nothing falls off the list of what is due, and storage that is away is one
alert, not a package that is missing.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.archive import Archive
from tests.faults.aftermath import assert_told_plainly, said
from tests.faults.small_disk import (
    Unpluggable,
    fill,
    may_mount,
    may_unplug,
    passes_in_a_room_of_its_own,
    tmpfs,
)
from tests.faults.tally import proof, sample
from tests.keeping.copies import add_locations, events

pytestmark = pytest.mark.slow

MIB = 1 << 20

_BENT = """
import datetime, sys
from preserve.bag.folders import state
from preserve.bag.sittings import sitting
from preserve.workflows import archive
from preserve.workflows.auditing import work
state.SETTLED = 0
sitting.OCTETS = work.MUCH = int(sys.argv.pop(1))
ahead = datetime.timedelta(seconds=int(sys.argv.pop(1)))
today = archive.SystemClock.now
archive.SystemClock.now = lambda self: today(self) + ahead
from preserve.cli.main import main
main()
"""
"""preserve to whom a package is large from the first argument on, and whose clock is ahead by the second."""


def bent(archive: Archive, *words: str, large: int = 1 << 40, ahead: timedelta = timedelta(0)) -> list[str]:
    numbers = (str(large), str(int(ahead.total_seconds())))
    return [sys.executable, "-c", _BENT, *numbers, "--home", str(archive.home), *words]


def run(archive: Archive, *words: str, **given: Any) -> list[dict[str, Any]]:
    """What a command of the bent program says."""
    done = subprocess.run(bent(archive, *words, "--json", **given), check=False, capture_output=True, text=True)
    assert_told_plainly(done.returncode, done.stdout, done.stderr)
    return said(done.stdout)


def start(archive: Archive, *words: str, **given: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        bent(archive, *words, "--json", **given), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(what: Callable[[], bool], started: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert started.poll() is None, started.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def seal(archive: Archive, names: str = "abc", files: int = 1, octets: int = 3000) -> list[str]:
    """Packages of so many files, each of so many octets; their names."""
    for name in names:
        (archive.incoming / name).mkdir()
        for number in range(files):
            (archive.incoming / name / f"{number}.bin").write_bytes(name.encode() * octets)
    archive.ingest()
    return [package.name for package in archive.sealed()]


def checks(archive: Archive, name: str) -> list[str]:
    return [outcome for kind, outcome in events(archive, name) if kind == "fix"]


def detail_of_last(archive: Archive, name: str) -> str:
    history = archive.packages / f"{name}.history.jsonl"
    return str(json.loads(history.read_bytes().splitlines()[-1])["detail"])


def classes(messages: list[dict[str, Any]]) -> dict[str, set[str]]:
    return {
        message["name"]: {failure["class"] for failure in message["failures"]}
        for message in messages
        if message["message_type"] == "fixity"
    }


def outcomes(messages: list[dict[str, Any]]) -> list[str]:
    return [message["outcome"] for message in messages if message["message_type"] == "fixity"]


# --- inside a large package ---------------------------------------------------------------------------------


@pytest.fixture
def large(archive: Archive) -> str:
    """A package of six files of 2 MiB."""
    (name,) = seal(archive, "a", files=6, octets=2 * MIB)
    return name


def notes(archive: Archive) -> bytes:
    folder = archive.packages / ".preserve" / "auditing"
    return b"".join(file.read_bytes() for file in folder.glob("*.jsonl")) if folder.exists() else b""


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_audit_that_was_stopped_inside_a_large_package_goes_on_there(
    archive: Archive, large: str, stop: signal.Signals
) -> None:
    slowly = start(archive, "audit", "--all", "--max-rate", "4MB/s", large=MIB)
    wait_for(lambda: notes(archive).count(b'"file"') >= 3, slowly)
    slowly.send_signal(stop)
    slowly.communicate()
    assert checks(archive, large) == []
    assert outcomes(run(archive, "audit", "--all", large=MIB)) == ["success"]
    assert checks(archive, large) == ["success"]
    assert "read in 2 sittings" in detail_of_last(archive, large)
    assert notes(archive) == b""


def test_damage_that_came_while_nobody_read_is_found(archive: Archive, large: str) -> None:
    slowly = start(archive, "audit", "--all", "--max-rate", "4MB/s", large=MIB)
    wait_for(lambda: notes(archive).count(b'"file"') >= 3, slowly)
    slowly.kill()
    slowly.communicate()
    for number in range(6):
        file = archive.packages / large / f"data/{number}.bin"
        file.write_bytes(b"b" + file.read_bytes()[1:])
    (told,) = (one for one in run(archive, "audit", "--all", large=MIB) if one["message_type"] == "fixity")
    assert len(told["failures"]) == 6


def test_the_time_is_over_inside_a_large_package(archive: Archive, large: str) -> None:
    for _ in range(20):
        told = run(archive, "audit", "--all", "--max-rate", "8MB/s", "--max-duration", "1s", large=MIB)
        if outcomes(told):
            break
    assert outcomes(told) == ["success"]
    assert "sittings" in detail_of_last(archive, large)
    assert checks(archive, large) == ["success"]


# --- a disk that is full ------------------------------------------------------------------------------------


@pytest.fixture
def store(archive: Archive, request: pytest.FixtureRequest) -> Iterator[Path | None]:
    """Where a disk may be mounted for the packages; None if the test was run elsewhere, where that is allowed."""
    if may_mount(archive.packages):
        yield archive.packages
    else:
        passes_in_a_room_of_its_own(request.node.nodeid)
        yield None


def test_a_disk_that_is_full_while_results_are_recorded(archive: Archive, store: Path | None) -> None:
    if store is None:
        return
    refused = 0
    with proof("A full disk while an audit records, page by page") as proved, tmpfs(store, f"size={2 * MIB}"):
        names = seal(archive, "abcdefgh")
        for pages in sample([0, 1, 2, 3, 8] * 6, 12):  # again and again: each time other histories need a new page
            with proved.point(f"{pages} pages free"):
                before = {name: checks(archive, name) for name in names}
                filler = fill(store, leave=pages * 4096)
                told = run(archive, "audit", "--all")
                filler.unlink()
                recorded = 0
                for message in (one for one in told if one["message_type"] == "fixity"):
                    assert message["outcome"] in ("success", "unreachable")
                    lost = {problem["code"] for problem in message["problems"]} & {"result-not-recorded"}
                    recorded += message["outcome"] == "success" and not lost
                added = sum(len(checks(archive, name)) - len(before[name]) for name in names)
                assert added == recorded
                refused += added < len(names)
                assert archive.run("status", "--json").status == 0
        proved.note = f"{refused} times there was no room for all"


# --- disks that fail, and disks that go away ----------------------------------------------------------------


def test_a_whole_disk_that_fails_is_not_reached_and_nothing_is_said_of_its_packages(archive: Archive) -> None:
    if not may_unplug(archive.home):
        pytest.skip("needs root, a loop device and mkfs.ext4")
    names = seal(archive)
    (nas,) = add_locations(archive, "nas")
    with Unpluggable(nas, archive.home / "disk") as disk:
        archive.run("replicate", "--to", "nas", "--all")
        before = [events(archive, name) for name in names]
        disk.cut_the_power()
        told = run(archive, "audit", "--all", "--location", "nas")
        assert set(outcomes(told)) <= {"unreachable"}
        assert [len(one["problems"]) for one in told if one["message_type"] == "audit"] == [1]
        assert [events(archive, name) for name in names] == before
        assert outcomes(run(archive, "audit", "--all", "--location", "packages")) == ["success"] * 3


def test_a_location_that_is_taken_away_in_the_middle_is_one_alert(archive: Archive) -> None:
    names = seal(archive, "abcd", octets=MIB)
    (nas,) = add_locations(archive, "nas")
    archive.run("replicate", "--to", "nas", "--all")
    before = {name: checks(archive, name) for name in names}
    slowly = start(archive, "audit", "--all", "--location", "nas", "--max-rate", "1MB/s")
    wait_for(lambda: any(checks(archive, name) != before[name] for name in names), slowly)
    nas.rename(nas.with_name("away"))
    nas.mkdir()
    out, err = slowly.communicate()
    assert_told_plainly(slowly.returncode, out, err)
    assert slowly.returncode == 3
    assert set(outcomes(said(out))) <= {"success", "unreachable"}
    assert "success" in outcomes(said(out))
    (summary,) = (one for one in said(out) if one["message_type"] == "audit")
    assert summary["failed"] == 0
    assert [problem["code"] for problem in summary["problems"]] == ["store-unreachable"]
    for name in names:
        assert set(checks(archive, name)) <= {"success"}


def test_a_store_that_is_taken_away_in_the_middle_makes_no_package_missing(archive: Archive) -> None:
    names = seal(archive, "abcd", octets=MIB)
    slowly = start(archive, "audit", "--all", "--max-rate", "1MB/s")
    wait_for(lambda: any(checks(archive, name) for name in names), slowly)
    archive.packages.rename(archive.home / "away")
    archive.packages.mkdir()
    out, err = slowly.communicate()
    assert_told_plainly(slowly.returncode, out, err)
    assert slowly.returncode != 0
    assert "fail" not in outcomes(said(out))
    archive.packages.rmdir()
    (archive.home / "away").rename(archive.packages)
    assert not [name for name in names if "fail" in checks(archive, name)]
    assert outcomes(run(archive, "audit", "--all")) == ["success"] * 4


# --- clocks -------------------------------------------------------------------------------------------------

YEAR = timedelta(days=365)


def last_read(archive: Archive, name: str) -> datetime:
    history = (archive.packages / f"{name}.history.jsonl").read_bytes().splitlines()
    times = [json.loads(line)["time"] for line in history if json.loads(line)["type"] == "fix"]
    return datetime.fromisoformat(times[-1])


def test_a_clock_that_jumps_a_year_makes_everything_due_and_back_again_nothing_is_forgotten(archive: Archive) -> None:
    names = seal(archive)
    assert outcomes(run(archive, "audit")) == []
    assert outcomes(run(archive, "audit", ahead=YEAR)) == ["success"] * 3
    assert all(last_read(archive, name) > datetime.now(UTC) + YEAR - timedelta(days=1) for name in names)
    again = run(archive, "audit")  # a reading in the future proves nothing now
    assert outcomes(again) == ["success"] * 3
    assert all(checks(archive, name) == ["success"] * 2 for name in names)
    assert outcomes(run(archive, "audit")) == []
    assert outcomes(run(archive, "audit", ahead=timedelta(days=91))) == ["success"] * 3


def test_a_clock_that_was_set_back_loses_nothing(archive: Archive) -> None:
    names = seal(archive)
    told = run(archive, "audit", ahead=-YEAR)
    assert set(outcomes(told)) == {"success"}  # sealed in the future, as this clock has it: nobody has read them
    assert outcomes(run(archive, "audit", ahead=timedelta(days=91))) == ["success"] * 3
    for name in names:
        assert set(checks(archive, name)) == {"success"}
        assert archive.run("log", name).status == 0
    assert archive.run("validate", *names).status == 0


def test_no_sitting_of_the_future_or_of_long_ago_spares_a_reading(archive: Archive, large: str) -> None:
    slowly = start(archive, "audit", "--all", "--max-rate", "4MB/s", large=MIB, ahead=YEAR)
    wait_for(lambda: notes(archive).count(b'"file"') >= 3, slowly)
    slowly.kill()
    slowly.communicate()
    assert outcomes(run(archive, "audit", "--all", large=MIB)) == ["success"]
    assert "sittings" not in detail_of_last(archive, large)


# --- two at once --------------------------------------------------------------------------------------------


def test_of_two_audits_at_once_one_says_that_the_other_runs(archive: Archive) -> None:
    names = seal(archive, octets=MIB)
    slowly = start(archive, "audit", "--all", "--max-rate", "1MB/s")
    wait_for(lambda: any(checks(archive, name) for name in names), slowly)
    second = subprocess.run(bent(archive, "audit", "--json"), check=False, capture_output=True, text=True)
    assert_told_plainly(second.returncode, second.stdout, second.stderr)
    assert second.returncode == 11
    out, _ = slowly.communicate()
    assert outcomes(said(out)) == ["success"] * 3
    assert [checks(archive, name) for name in names] == [["success"]] * 3
    assert outcomes(run(archive, "audit", "--all")) == ["success"] * 3


def test_audits_of_one_package_beside_each_other_leave_whole_histories(archive: Archive, large: str) -> None:
    several = [start(archive, "audit", large, large=MIB) for _ in range(4)]
    for one in several:
        out, err = one.communicate()
        assert_told_plainly(one.returncode, out, err)
        assert outcomes(said(out)) == ["success"]
    assert checks(archive, large) == ["success"] * 4
    assert archive.run("status", "--json").status == 0
