"""``preserve schedule`` as it is typed: the plan, and timers that are installed, found again and removed."""

from __future__ import annotations

import base64
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.config import load
from preserve.model import AuditRun
from preserve.workflows.auditing.runs import append_run
from preserve.workflows.scheduling.units import is_as_written, unit_name
from tests.acceptance.archive import Archive

SYSTEMCTL = '#!/bin/sh\necho "$@" >> "$(dirname "$0")/said"\n'
CRONTAB = """#!/bin/sh
table="$(dirname "$0")/table"
case "$1" in
-l) [ -e "$table" ] || { echo "no crontab for you" >&2; exit 1; }; cat "$table" ;;
-) cat > "$table" ;;
esac
"""


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An archive without a package: a timer asks for none."""
    return Archive(home, capsys)


@pytest.fixture
def with_letter(archive: Archive) -> Archive:
    """An archive with one package."""
    (archive.incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    archive.ingest()
    return archive


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a systemctl that writes down what it was told, a crontab that keeps its table, and units."""
    folder = tmp_path / "machine"
    folder.mkdir()
    for name, text in (("systemctl", SYSTEMCTL), ("crontab", CRONTAB)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


@pytest.mark.usefixtures("machine")
def test_without_a_timer_the_plan_says_so(with_letter: Archive) -> None:
    said = with_letter.run("schedule")
    assert said.status == 0
    assert "Nothing is due now." in said.out
    assert "not measured yet" in said.out
    assert "preserve schedule install" in said.out
    told = with_letter.run("schedule", "--json").only
    assert [one["span"] for one in told["plan"]][:2] == ["night", "week"]
    assert told["verdict"] is None


@pytest.mark.usefixtures("machine")
def test_after_an_audit_the_verdict_is_told(with_letter: Archive) -> None:
    assert with_letter.run("audit", "--all").status == 0
    told = with_letter.run("schedule", "--max-duration", "2h", "--json").only
    assert told["seconds_a_night"] == 7200
    if told["verdict"] is not None:  # too short to be measured, on a fast machine
        assert told["verdict"]["holds"]
        assert "The promise can be kept." in with_letter.run("schedule").out


@pytest.mark.usefixtures("machine")
def test_where_the_nights_are_too_short_it_is_said_and_the_status_is_3(with_letter: Archive) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    slow = AuditRun(long_ago, long_ago, "due", packages=1, files=1, bytes=1, seconds=1e6)
    append_run(load(with_letter.home, environment={}), slow)
    said = with_letter.run("schedule")
    assert said.status == 3
    assert "THE PROMISE CANNOT BE KEPT." in said.out
    assert "more than one night" in said.out
    told = with_letter.run("schedule", "--json")
    assert (told.status, told.only["verdict"]["holds"]) == (3, False)


@pytest.mark.usefixtures("machine")
def test_each_location_has_its_line_and_what_is_late_is_told(with_letter: Archive) -> None:
    (with_letter.home / "preserve.toml").write_text('[fixity]\ninterval = "1h"\n[locations.nas]\npath = "nas"\n')
    (with_letter.home / "nas").mkdir()
    assert with_letter.run("replicate", "--to", "nas", with_letter.only_package().name).status == 0
    said = with_letter.run("schedule")
    assert re.search(r"^\S+ 02:00 +packages +1 ", said.out, re.MULTILINE)
    assert re.search(r"^\S+ 02:00 +nas +1 ", said.out, re.MULTILINE)
    told = with_letter.run("schedule", "--json").only
    assert {one["location"] for one in told["plan"]} == {"", "nas"}


def test_a_timer_of_ones_own_is_installed_found_and_removed(archive: Archive, machine: Path) -> None:
    said = archive.run("schedule", "install", "--user", "--at", "3:15", "--max-duration", "90min")
    assert said.status == 0, said.err
    name = unit_name(archive.home)
    units = machine / "systemd" / "user"
    assert all(is_as_written((units / f"{name}.{kind}").read_text()) for kind in ("service", "timer"))
    assert f"--user enable --now {name}.timer" in (machine / "said").read_text()
    (timer,) = archive.run("schedule", "--json").only["timers"]
    assert (timer["way"], timer["at"], timer["max_duration"], timer["edited"]) == (
        "systemd --user",
        "03:15",
        "90min",
        False,
    )
    assert archive.run("schedule", "--json").only["seconds_a_night"] == 5400
    assert archive.run("schedule", "install", "--user").status == 0, "one's own can be replaced"
    assert archive.run("schedule", "remove", "--json").only["action"] == "removed"
    assert list(units.iterdir()) == []
    assert f"--user disable --now {name}.timer" in (machine / "said").read_text()
    assert archive.run("schedule", "remove").status == 2


def test_only_the_timers_of_ones_own_are_removed_on_request(archive: Archive, machine: Path) -> None:
    archive.run("schedule", "install", "--user")
    assert archive.run("schedule", "remove", "--system").status == 2
    assert len(list((machine / "systemd" / "user").iterdir())) == 2
    assert archive.run("schedule", "remove", "--user").status == 0
    assert not list((machine / "systemd" / "user").iterdir())


@pytest.mark.usefixtures("machine")
def test_runs_that_are_longer_than_a_night_and_a_day_are_remarked_on(archive: Archive) -> None:
    remark = "longer than a night and a day"
    assert remark not in archive.run("schedule", "install", "--user", "--max-duration", "24h").err
    said = archive.run("schedule", "install", "--user", "--max-duration", "30h")
    assert (said.status, remark in said.err) == (0, True)


def test_what_somebody_changed_is_left_alone(archive: Archive, machine: Path) -> None:
    archive.run("schedule", "install", "--user")
    timer = machine / "systemd" / "user" / f"{unit_name(archive.home)}.timer"
    timer.write_text(timer.read_text().replace("02:00", "05:00"))
    assert archive.run("schedule", "--json").only["timers"][0]["edited"] is True
    for words in (["install", "--user"], ["remove"]):
        said = archive.run("schedule", *words)
        assert (said.status, "was changed" in said.err) == (2, True)
        assert "05:00" in timer.read_text()
    assert archive.run("schedule", "install", "--user", "--force").status == 0
    assert "02:00" in timer.read_text()


def test_systemd_that_does_not_listen_is_told_and_the_files_stay(archive: Archive, machine: Path) -> None:
    (machine / "systemctl").write_text("#!/bin/sh\necho No bus. >&2\nexit 1\n")
    said = archive.run("schedule", "install", "--user", "--json")
    assert said.status == 3
    assert said.only["said"] == "No bus."
    assert len(list((machine / "systemd" / "user").iterdir())) == 2


def test_a_line_in_the_crontab_lives_among_those_of_others(archive: Archive, machine: Path) -> None:
    table = machine / "table"
    table.write_text("# mine\n5 4 * * * backup 100\\%\n")
    assert archive.run("schedule", "install", "--user", "--cron").status == 0
    assert archive.run("schedule", "install", "--user", "--cron", "--at", "04:00").status == 0
    lines = table.read_text().splitlines()
    assert lines[:2] == ["# mine", "5 4 * * * backup 100\\%"]
    assert len(lines) == 4
    assert lines[3].startswith("0 4 * * * nice -n 19 ")
    (timer,) = archive.run("schedule", "--json").only["timers"]
    assert (timer["way"], timer["at"], timer["max_duration"]) == ("crontab", "04:00", "4h")
    table.write_text(table.read_text().replace("0 4 * * * nice", "0 5 * * * nice"))
    assert archive.run("schedule", "remove").status == 2
    assert archive.run("schedule", "remove", "--force").status == 0
    assert table.read_text() == "# mine\n5 4 * * * backup 100\\%\n"


def test_print_writes_nothing(archive: Archive, machine: Path) -> None:
    before = sorted(machine.iterdir())
    for words in (["--user"], ["--system"], ["--user", "--cron"], ["--system", "--cron"]):
        said = archive.run("schedule", "install", *words, "--print")
        assert said.status == 0, said.err
        assert "audit --spread --max-duration 4h --quiet" in said.out
        told = archive.run("schedule", "install", *words, "--print", "--json").only
        assert told["action"] == "printed"
    assert sorted(machine.iterdir()) == before


@pytest.mark.usefixtures("machine")
def test_the_printed_line_is_a_command_that_works(archive: Archive) -> None:
    line = archive.run("schedule", "install", "--user", "--cron", "--print").out.strip()
    words = line.removeprefix("0 2 * * * ").replace(r"\%", "%")
    assert os.waitstatus_to_exitcode(os.system(words)) == 0  # noqa: S605  a shell is the point
    assert archive.run("schedule", "--json").only["timers"] == []


@pytest.mark.usefixtures("machine")
def test_a_name_that_is_no_text_is_printed_exactly_for_cron_and_refused_for_systemd(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = Archive(tmp_path / os.fsdecode(b"caf\xe9"), capsys)
    odd.packages.mkdir(parents=True)
    (file,) = odd.run("schedule", "install", "--user", "--cron", "--print", "--json").only["files"]
    assert b"caf\xe9" in base64.b64decode(file["text_b64"])
    assert file["text"].endswith("--quiet\n")
    assert odd.run("schedule", "install", "--user").status == 2


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["install", "--user", "--at", "25:00"], "time of day"),
        (["install", "--user", "--max-duration", "soon"], "--max-duration"),
        (["--max-duration", "soon"], "--max-duration"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(archive: Archive, words: list[str], says: str) -> None:
    said = archive.run("schedule", *words)
    assert said.status == 2
    assert says in said.err
