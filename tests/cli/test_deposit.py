"""``preserve deposit`` hands over, tells what is known and no more, and can show it later."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive, Said
from tests.stranger import install


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def two_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an archive with two packages, to be copied."""
    home = tmp_path_factory.mktemp("two")
    (home / "incoming").mkdir()
    (home / "incoming" / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    (home / "incoming" / "reply.txt").write_text("Dear writer,\n\nso it is here.\n")
    subprocess.run([sys.executable, "-m", "preserve", "--home", home, "ingest", "--quiet"], check=True)
    return home


@pytest.fixture
def archive(
    two_packages: Path, tmp_path: Path, box: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Archive:
    """An archive with two packages, and a target of a kind that a stranger wrote."""
    install(tmp_path / "elsewhere", monkeypatch)
    monkeypatch.setenv("PRESERVE_TARGET_ATTIC_TOKEN", "open-sesame")
    home = tmp_path / "home"
    shutil.copytree(two_packages, home)
    (home / "preserve.toml").write_text(f'[targets.attic]\ntype = "box"\npath = "{box}"\n')
    return Archive(home, capsys)


def plain(text: str) -> str:
    """Without the digits that make the names of packages unique."""
    return re.sub(r"(letter|reply|sealed)-[0-9a-f]{8}", r"\1", text)


def deposit(archive: Archive, *words: str) -> Said:
    said = archive.run("deposit", *words, "--to", "attic")
    return Said(said.status, plain(said.out), plain(said.err)) if "--json" not in words else said


def there(box: Path) -> list[str]:
    return sorted(plain(entry.name) for entry in box.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def placed(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def statuses(said: Said) -> dict[str, str]:
    return {plain(m["name"]): m["status"] for m in said.messages if m["message_type"] == "deposit"}


def test_a_package_is_handed_over_and_verified(archive: Archive, box: Path) -> None:
    said = deposit(archive, "letter")
    assert said.status == 0
    assert "letter: deposited and verified (attic; " in said.out
    assert "at box:letter" in said.out
    assert there(box) == ["letter"]
    receipts = placed(archive.packages, "letter-*.deposits/*/receipts")
    assert plain(str(receipts.parent)) in said.out
    assert placed(receipts, "*answer.txt").read_text() == "thanks, [credential taken out]\n"
    assert archive.run("validate", placed(box, "letter-*")).status == 0


def test_it_is_sent_once(archive: Archive, box: Path) -> None:
    deposit(archive, "letter")
    shutil.rmtree(placed(box, "letter-*"))
    said = deposit(archive, "letter")
    assert said.status == 0
    assert "was deposited and verified before; nothing was sent" in said.out
    assert there(box) == []
    assert deposit(archive, "letter", "--again").status == 0
    assert there(box) == ["letter"]


def test_all_go_and_each_is_told_as_json(archive: Archive, box: Path) -> None:
    said = deposit(archive, "--all", "--jobs", "2", "--json")
    assert said.status == 0
    assert statuses(said) == {"letter": "verified", "reply": "verified"}
    assert there(box) == ["letter", "reply"]
    assert "open-sesame" not in said.out + said.err


def test_a_dry_run_changes_nothing(archive: Archive, box: Path) -> None:
    before = sorted(archive.home.rglob("*"))
    said = deposit(archive, "letter", "--dry-run")
    assert said.status == 0
    assert "letter: would be sent (attic; " in said.out
    assert there(box) == []
    assert sorted(archive.home.rglob("*")) == before


def test_accepted_is_never_told_as_stored(archive: Archive, box: Path) -> None:
    (box / "says").write_text("accepted")
    said = deposit(archive, "letter")
    assert said.status == 0
    assert "letter: accepted; not known to be stored yet" in said.out
    said = deposit(archive, "letter", "--wait=1s", "--json")
    assert said.status == 3
    assert statuses(said) == {"letter": "accepted"}
    said = archive.run("status")
    assert said.status == 3
    assert "letter" in said.out
    (box / "says").unlink()
    said = deposit(archive, "--resume", "--json")
    assert said.status == 0
    assert statuses(said) == {"letter": "verified"}


def test_a_lost_answer_is_unknown_until_somebody_asked(archive: Archive, box: Path) -> None:
    (box / "says").write_text("nothing")
    said = deposit(archive, "letter")
    assert said.status == 31
    assert "UNKNOWN what arrived" in said.out
    assert "The lid of the box fell shut." in said.err
    assert "stored" not in said.out
    assert archive.run("status").status == 3
    (box / "says").unlink()
    shutil.rmtree(placed(box, ".part-letter-*"))
    said = deposit(archive, "letter")
    assert said.status == 0
    assert there(box) == ["letter"]
    assert "deposit" not in archive.run("status").out


def test_what_is_refused_is_told_in_the_words_of_the_far_end(archive: Archive, box: Path) -> None:
    (box / "says").write_text("no")
    said = deposit(archive, "letter")
    assert said.status == 30
    assert "letter: REFUSED" in said.out
    assert said.err.count("The box is for letters only.") == 1
    assert "    error:" not in said.out
    said = deposit(archive, "--all")
    assert said.status == 3
    assert said.out.count("REFUSED") == 2


def test_a_target_that_is_away_ends_with_its_own_status(archive: Archive, box: Path) -> None:
    box.rmdir()
    said = deposit(archive, "letter")
    assert said.status == 31
    assert said.err.count("There is no box") == 1
    assert "open-sesame" not in said.out + said.err
    assert deposit(archive, "--all", "--json").status == 31
    assert list(archive.packages.glob("*.deposits")) == []


def test_waiting_without_end_ends_when_it_is_stored(archive: Archive, box: Path) -> None:
    (box / "says").write_text("accepted")
    running = archive.start("deposit", "--all", "--to", "attic", "--wait", env=os.environ | path_of_the_stranger(box))
    while len(there(box)) < 2:
        assert running.poll() is None, running.communicate()
        (box / "says").write_text("stored" if there(box) else "accepted")
        time.sleep(0.02)
    out, err = running.communicate()
    assert running.returncode == 0, err
    assert out.count("deposited and verified") == 2


def path_of_the_stranger(box: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(box.parent / "elsewhere" / "strangers-box")}


def test_a_profile_and_its_tags_come_from_the_table_and_from_the_command_line(archive: Archive, box: Path) -> None:
    with (archive.home / "preserve.toml").open("a") as stream:
        stream.write('form = "tar"\nprofile = "aptrust-2.3"\ntags = ["Access=Consortia", "Storage-Option=Standard"]\n')
    said = deposit(archive, "letter")
    assert said.status == 21
    assert "Title in aptrust-info.txt" in said.err
    assert list(archive.packages.glob("*.deposits")) == []
    said = deposit(archive, "letter", "--tag", "Title=A letter", "--tag", "access=Institution")
    assert said.status == 0, said.err
    tar = placed(box, "letter-*/letter-*.tar")
    assert archive.run("validate", tar, "--profile", "aptrust-2.3").status == 0
    content = tar.read_bytes()
    assert b"Access: Institution" in content or b"access: Institution" in content
    assert b"Consortia" not in content


def test_a_target_that_goes_away_ends_the_run(archive: Archive, box: Path) -> None:
    (box / "says").write_text("vanish")
    said = deposit(archive, "--all")
    assert said.status == 31
    assert said.out.count("letter:") + said.out.count("reply:") == 1
    assert said.err.count("There is no box") == 1
    assert archive.run("status").status == 3


def test_verify_sends_nothing_and_finds_what_changed_there(archive: Archive, box: Path) -> None:
    deposit(archive, "letter")
    said = deposit(archive, "letter", "--verify", "--json")
    assert said.status == 0
    assert statuses(said) == {"letter": "verified"}
    placed(box, "letter-*/data/letter.txt").write_text("Dear reader,\n\nall is lost.\n")
    said = deposit(archive, "letter", "--verify")
    assert said.status == 3
    assert "letter: FAILED" in said.out
    assert "data/letter.txt is not as it was sent" in said.out
    assert archive.run("status").status == 3
    said = deposit(archive, "reply", "--verify")
    assert said.status == 3
    assert "reply was never deposited at attic" in said.err


def test_an_embargo_holds_back_unless_it_is_overridden_by_name(archive: Archive, box: Path) -> None:
    (archive.incoming / "sealed.txt").write_text("Not before the year 9000.\n")
    archive.ingest("--set", "dcterms:available=9000")
    said = deposit(archive, "sealed")
    assert said.status == 3
    assert "sealed: held back" in said.out
    assert "until 9000-12-31" in said.out
    said = deposit(archive, "--all", "--json")
    assert said.status == 0
    assert statuses(said)["sealed"] == "held"
    assert "sealed" not in there(box)
    said = deposit(archive, "letter", "--despite-embargo", "sealed")
    assert said.status == 2
    said = deposit(archive, "sealed", "--despite-embargo", "sealed")
    assert said.status == 0
    assert "sealed" in there(box)
    said = archive.run("log", "sealed")
    assert "sent all the same, by order of preserve, account" in said.out
    assert "An embargo holds it back until 9000-12-31" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Name packages"),
        (("letter", "--all"), "do not go together"),
        (("letter", "--resume", "--again"), "do not go together"),
        (("letter", "--verify", "--resume"), "do not go together"),
        (("letter", "--verify", "--dry-run"), "--verify sends nothing"),
        (("--all", "--again"), "--again is for packages that are named"),
        (("letter", "--wait=soon"), "--wait:"),
        (("letter", "--max-rate", "much"), "--max-rate:"),
        (("letter", "--jobs", "0"), "--jobs"),
        (("letter", "--tag", "Contact"), "--tag"),
    ],
)
def test_what_does_not_go_together_is_told(archive: Archive, box: Path, words: tuple[str, ...], told: str) -> None:
    said = deposit(archive, *words)
    assert said.status == 2
    assert told in said.err
    assert there(box) == []


def test_show_and_log_tell_of_deposits_and_that_their_receipts_are_whole(archive: Archive) -> None:
    deposit(archive, "letter")
    said = archive.run("show", "letter")
    assert "attic: verified" in said.out
    assert "box:letter-" in said.out
    [told] = archive.run("show", "letter", "--json").only["deposits"]
    assert (told["target"], told["stage"], told["type"], told["form"]) == ("attic", "verified", "box", "bag")
    assert {"planned", "sending", "stored", "verified"} <= set(told["stages"])
    said = archive.run("log", "letter")
    assert said.status == 0
    assert "attic: verified" in said.out
    receipt = placed(archive.packages, "letter-*.deposits/*/receipts/*answer.txt")
    receipt.write_text("no thanks\n")
    said = archive.run("log", "letter")
    assert said.status == 3
    assert "answer.txt" in said.err
    journal = placed(archive.packages, "letter-*.deposits/*/journal.jsonl")
    journal.write_text(journal.read_text().replace("with pleasure", "with anger"))
    said = archive.run("log", "letter")
    assert said.status == 3
    assert "not as it was written" in said.err
    shutil.rmtree(journal.parent)
    said = archive.run("log", "letter")
    assert said.status == 3
    assert "whose journal is gone" in said.err


def test_a_journal_that_was_written_anew_is_not_the_one_of_which_the_history_tells(archive: Archive) -> None:
    deposit(archive, "letter")
    journal = placed(archive.packages, "letter-*.deposits/*/journal.jsonl")
    *lines, last = journal.read_text().splitlines(keepends=True)
    assert "box:letter" in "".join(lines)
    journal.write_text("".join(lines) + last.replace("is the same", "is not the same"))
    said = archive.run("log", "letter")
    assert said.status == 3
    assert "is not the one of which the history tells" in said.err
    journal.write_text("".join(lines))
    assert archive.run("log", "letter").status == 3


def test_what_a_hostile_far_end_says_does_not_reach_the_terminal(archive: Archive, box: Path) -> None:
    (box / "note").write_text("thanks \x1b]0;owned\x07\x1b[2J\nletter: REFUSED")
    for said in (deposit(archive, "letter"), archive.run("show", "letter"), archive.run("log", "letter")):
        assert said.status == 0
        assert "\x1b" not in said.out + said.err
        assert "\x07" not in said.out + said.err
        assert "\nletter: REFUSED" not in said.out
    assert archive.run("show", "letter", "--json").only["deposits"]


def test_no_credential_is_anywhere_on_disk(archive: Archive, box: Path) -> None:
    deposit(archive, "--all")
    deposit(archive, "letter", "--verify")
    (box / "says").write_text("no")
    deposit(archive, "letter", "--again")
    files = [path for path in archive.home.rglob("*") if path.is_file()]
    assert any("receipts" in path.parts for path in files)
    assert not [path for path in files if b"open-sesame" in path.read_bytes()]


def test_the_history_tells_of_a_deposit(archive: Archive) -> None:
    deposit(archive, "letter", "--agent", "Ada Byron")
    lines = placed(archive.packages, "letter-*.history.jsonl").read_text().splitlines()
    assert any("attic" in line and "verified" in line for line in lines)
    [told] = archive.run("show", "letter", "--json").only["deposits"]
    assert "Ada Byron" in told["who"]
