"""Every command speaks to people in sentences and to programs in JSON, and exits as documented."""

import errno
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from preserve.cli.main import COMMANDS, main
from tests.acceptance.archive import Archive, Said
from tests.bag.builder import build


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An archive with one package."""
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    archive.ingest()
    return archive


def outside(capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        main(words)
    said = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return Said(stopped.value.code, said.out, said.err)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    said = outside(capsys, command, "--help")
    assert said.status == 0
    assert "Usage: preserve" in said.out


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["ingest"],
        ["validate", "PACKAGE"],
        ["ls"],
        ["show", "PACKAGE"],
        ["log", "PACKAGE"],
        ["status"],
        ["config", "show"],
        ["catalog", "rebuild"],
        ["completion", "bash"],
    ],
)
def test_every_command_speaks_json_that_its_schema_allows(archive: Archive, words: list[str]) -> None:
    package = archive.only_package().name
    said = archive.run(*[package if word == "PACKAGE" else word for word in words], "--json")
    assert said.status == 0, said.err
    assert said.messages


def test_init_makes_a_home_and_never_overwrites(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "new"
    first = outside(capsys, "init", str(home), "--json")
    assert first.only["made"] == ["incoming/", "packages/", "preserve.toml"]
    (home / "preserve.toml").write_text('[archive]\nname = "Mine"\n')
    assert outside(capsys, "init", str(home), "--json").only["made"] == []
    assert "Mine" in (home / "preserve.toml").read_text()


def test_the_file_that_init_writes_is_a_legal_configuration(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    outside(capsys, "init", str(tmp_path))
    text = (tmp_path / "preserve.toml").read_text()
    (tmp_path / "preserve.toml").write_text(text.replace("# ", "", 1).replace("\n# ", "\n#") + "")
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line and not line.startswith("#  ") else line
        for line in text.splitlines()
        if line.strip()
    )
    (tmp_path / "preserve.toml").write_text(uncommented)
    assert outside(capsys, "--home", str(tmp_path), "config", "show").status == 0


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["nonsense"], 2, "nonsense"),
        (["ingest", "--as-one", "--each-file"], 2, "exclude each other"),
        (["show"], 2, "ID"),
        (["show", "nowhere"], 23, "nowhere"),
        (["log", "nowhere"], 23, "nowhere"),
        (["validate", "nowhere"], 22, "nowhere"),
        (["-c", "archive.colour=red", "ls"], 12, "archive.colour"),
        (["-c", "nonsense", "ls"], 2, "KEY=VALUE"),
        (["ingest", "--set", "dcterms:titel=X"], 21, "titel"),
        (["ingest", "--metadata", "nowhere.csv"], 21, "nowhere.csv"),
        (["ingest", "nowhere"], 3, ""),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(archive: Archive, words: list[str], status: int, says: str) -> None:
    said = archive.run(*words)
    assert said.status == status, said.err
    assert says in said.err
    in_json = archive.run(*words, "--json")
    assert in_json.status == status
    if words[0] == "validate":
        assert in_json.only["valid"] is False
        assert in_json.only["problems"][0]["code"] == "not-a-bag"
    elif status != 3:
        assert in_json.only["exit_code"] == status
        assert in_json.only["message"]


def test_outside_of_an_archive_there_is_a_hint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = outside(capsys, "ls")
    assert said.status == 10
    assert "preserve init" in said.err


def test_a_package_is_found_by_name_id_beginning_and_path(archive: Archive) -> None:
    package = archive.only_package()
    entry = archive.run("ls", "--json").only
    for text in (package.name, entry["id"], entry["id"][:6], f"urn:uuid:{entry['id']}", str(package), f"{package}/"):
        assert archive.run("show", "--json", text).only["id"] == entry["id"]
        assert archive.run("validate", "--json", text).only["valid"]


def test_validate_can_record_its_result(archive: Archive) -> None:
    name = archive.only_package().name
    before = len(archive.run("log", "--json", name).messages)
    assert archive.run("validate", name).status == 0
    assert len(archive.run("log", "--json", name).messages) == before
    assert archive.run("validate", "--record", name).status == 0
    assert len(archive.run("log", "--json", name).messages) == before + 1


def test_completeness_only_never_says_valid(archive: Archive) -> None:
    report = archive.run("validate", "--completeness-only", "--json", archive.only_package().name)
    assert report.status == 0
    assert (report.only["complete"], report.only["valid"]) == (True, False)


def test_quiet_keeps_the_result_and_nothing_else(archive: Archive) -> None:
    (archive.incoming / ".hidden").write_text("x")
    assert "hidden" in archive.run("ingest").err
    said = archive.run("ingest", "--quiet")
    assert said.err == ""
    assert "letter.txt" in said.out


def test_names_cannot_command_the_terminal(archive: Archive) -> None:
    (archive.incoming / "\x1b[31mred\x07\u202e.txt").write_text("x")
    said = archive.run("ingest")
    assert said.status == 0
    assert not set("\x1b\x07\u202e") & set(said.out + said.err)
    assert not set("\x1b\x07\u202e") & set(archive.run("ls").out + archive.run("check").out)


def test_neither_can_titles_nor_renamed_packages(archive: Archive) -> None:
    (archive.incoming / "note.txt").write_text("x")
    found = archive.ingest("--set", "title=one\x9b31m\u202etwo\nthree")
    name = next(str(result["name"]) for result in found if result["transfer"] == "note.txt")
    os.rename(archive.packages / name, archive.packages / os.fsdecode(b"z\x1b[31m\xff"))
    archive.run("catalog", "rebuild")
    for words in (["ls"], ["show", "z\x1b[31m\udcff"]):
        said = archive.run(*words)
        assert not set("\x1b\x9b\u202e") & set(said.out), words
        assert "z\\x1b[31m\\xff" in said.out
        assert "two three" in said.out
    listed = [entry["name"] for entry in archive.run("ls", "--json").messages]
    assert "z\\x1b[31m\\xff" in listed


def test_a_history_that_was_tampered_with_is_reported(archive: Archive) -> None:
    name = archive.only_package().name
    path = archive.packages / f"{name}.history.jsonl"
    path.write_text(path.read_text().replace('"success"', '"fail"', 1))
    said = archive.run("log", name)
    assert said.status == 3
    assert "error" in said.err


def test_a_package_that_vanished_is_what_status_reports(archive: Archive) -> None:
    package = archive.only_package()
    os.rename(package, archive.home / "elsewhere")
    said = archive.run("status", "--json")
    assert said.status == 3
    assert [problem["code"] for problem in said.only["problems"]] == ["package-missing"]


def test_progress_of_long_work_is_a_bar_on_a_terminal_and_silence_in_a_pipe(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {f"data/{number}": b"" for number in range(3)})
    for number in range(3):
        with (bag / "data" / str(number)).open("wb") as large:
            large.truncate(400 << 20)
    words = [sys.executable, "-m", "preserve", "validate", str(bag)]
    piped = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "\x1b" not in piped.stderr  # on a slow machine a plain line now and then
    leader, follower = pty.openpty()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=follower) as shown:
        shown.communicate()
    os.close(follower)
    assert shown.returncode == piped.returncode == 3
    assert b"Checking bag" in os.read(leader, 100_000)
    os.close(leader)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert "_PRESERVE_COMPLETE" in outside(capsys, "completion", shell).out


def test_package_names_complete(archive: Archive) -> None:
    environment = os.environ | {
        "_PRESERVE_COMPLETE": "bash_complete",
        "COMP_WORDS": "preserve show let",
        "COMP_CWORD": "2",
    }
    words = [sys.executable, "-c", "from preserve.cli.main import main; main()"]
    done = subprocess.run(words, cwd=archive.home, env=environment, capture_output=True, text=True, check=True)
    assert archive.only_package().name in done.stdout


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_names_survive_any_locale(archive: Archive, locale: str) -> None:
    (archive.incoming / "رسالة é.txt").write_text("x")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": locale}
    words = [sys.executable, "-m", "preserve", "--home", str(archive.home), "ingest"]
    done = subprocess.run(words, env=environment, capture_output=True, check=True)
    assert "رسالة" in done.stdout.decode()
    assert any("رسالة" in package.name for package in archive.sealed())


def test_an_incoming_folder_that_cannot_be_listed_is_not_an_empty_one(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.scandir

    def refuse(folder: Any = ".") -> Any:  # permissions do not stop root, who runs tests in containers
        if folder == archive.incoming:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    for command, status in (("ingest", 20), ("check", 20), ("status", 3)):
        said = archive.run(command)
        assert said.status == status
        assert "Permission denied" in said.out + said.err
