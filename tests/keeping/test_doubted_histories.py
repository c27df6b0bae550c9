"""A history that lost something, whichever copy it was about, is neither believed nor forgotten."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


@pytest.fixture
def name(archive: Archive, tmp_path: Path) -> str:
    """A package with a copy in nas, both checked; what was recorded last is about the copy."""
    (tmp_path / "nas").mkdir()
    (archive.home / "preserve.toml").write_text(f'[locations.nas]\npath = "{tmp_path / "nas"}"\n')
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    package = archive.only_package().name
    assert archive.run("replicate", package, "--to", "nas").status == 0
    assert archive.run("audit", package).status == 0
    time.sleep(1.1)  # checks are known by their second
    assert archive.run("audit", package, "--location", "nas").status == 0
    return package


def past(archive: Archive, name: str) -> Path:
    return archive.packages / f"{name}.history.jsonl"


def cut(archive: Archive, name: str) -> None:
    """Take away the last line, which is about the copy."""
    lines = past(archive, name).read_text().splitlines(keepends=True)
    assert json.loads(lines[-1])["location"] == "nas"
    past(archive, name).write_text("".join(lines[:-1]))


def test_a_check_of_a_copy_that_was_cut_off_is_missed_by_all(archive: Archive, name: str) -> None:
    cut(archive, name)
    before = past(archive, name).read_bytes()
    for words in (("audit", name), ("audit", name, "--location", "packages"), ("validate", "--record", name)):
        said = archive.run(*words)
        assert "lost its end" in said.out + said.err, words
        assert past(archive, name).read_bytes() == before, words
    assert archive.run("report", "--csv", archive.home / "x.csv").status == 3
    assert archive.run("keys", "new").status == 0
    assert archive.run("checkpoint").status == 3
    assert archive.run("catalog", "rebuild").status == 3
    assert archive.run("status").status == 3


def test_a_failure_of_a_copy_is_not_forgotten_with_the_line(archive: Archive, name: str, tmp_path: Path) -> None:
    (tmp_path / "nas" / name / "data" / "letter.txt").write_text("Dear forger,\n")
    time.sleep(1.1)
    assert archive.run("audit", name, "--location", "nas").status == 3
    cut(archive, name)
    assert archive.run("catalog", "rebuild").status == 3
    said = archive.run("status")
    assert (said.status, "nas" in said.out) == (3, True)


Harm = Callable[[Path], object]


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes().replace(b"Library", b"library", 1)),
        lambda path: path.write_bytes(b"\0" * 500),
    ],
)
def test_what_an_audit_could_not_record_is_known_the_morning_after(archive: Archive, name: str, harm: Harm) -> None:
    whole = past(archive, name).read_bytes()
    harm(past(archive, name))
    assert archive.run("audit", "--all").status == 3
    said = archive.run("status", "--json")
    assert said.status == 3
    assert "history-doubted" in {problem["code"] for problem in said.only["problems"]}
    assert "The promise is broken" in archive.run("status").out
    assert archive.run("audit").status == 3, "it is due until it can be recorded"
    past(archive, name).write_bytes(whole)
    assert archive.run("audit", "--all").status == 0
    assert archive.run("status").status == 0


def test_a_history_can_be_brought_back_after_any_night(archive: Archive, name: str) -> None:
    archive.run("audit", "--all")
    whole = past(archive, name).read_bytes()
    past(archive, name).unlink()
    assert archive.run("repair", name).status == 0
    assert past(archive, name).read_bytes().startswith(whole)
    assert archive.run("status").status == 0


def test_a_torn_line_is_told_once(archive: Archive, name: str) -> None:
    with past(archive, name).open("ab") as stream:
        stream.write(b'{"schema_ver')
    said = archive.run("audit", name, "--location", "packages", "--json")
    assert [problem["code"] for problem in said.messages[0]["problems"]] == ["history-torn"]
    assert said.status == 0
    assert archive.run("audit", name, "--location", "packages", "--json").messages[0]["problems"] == []


def test_the_hint_leads_to_the_copy_that_failed(archive: Archive, name: str, tmp_path: Path) -> None:
    (tmp_path / "nas" / name / "data" / "letter.txt").write_text("Dear forger,\n")
    said = archive.run("audit", name)
    target = said.out.partition("preserve validate ")[2].partition(". Mend")[0]
    assert Path(target) == tmp_path / "nas" / name
    assert archive.run("validate", target).status == 3
