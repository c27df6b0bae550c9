"""What arrived becomes sealed, valid packages; what cannot is refused, and nothing is lost either way."""

import hashlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

import bagit
import pytest

from preserve.premis.read import original_names
from tests.acceptance.archive import Archive
from tests.conftest import REPOSITORY


def contents(root: Path) -> dict[bytes, tuple[bytes, int]]:
    """Bytes and modification time of every file below *root*, by its name in bytes."""
    found = {}
    for folder, _, names in os.walk(os.fsencode(root)):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as stream:
                    found[os.path.relpath(path, os.fsencode(root))] = (stream.read(), os.stat(path).st_mtime_ns)
    return found


def codes(result: dict[str, list[dict[str, str]]]) -> set[str]:
    return {problem["code"] for problem in result["problems"]}


def assert_sound(archive: Archive, package: Path) -> None:
    """Our own judge, the Library of Congress's, and two commands of every Linux agree."""
    report = archive.run("validate", "--json", str(package)).only
    assert report["valid"], report["problems"]
    bagit.Bag(str(package)).validate()
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha256.txt"):
        if (package / manifest).stat().st_size:
            tool = manifest.partition("-")[2].partition(".")[0] + "sum"
            subprocess.run([tool, "--quiet", "-c", manifest], cwd=package, check=True)


def test_every_sample_becomes_a_valid_package(archive: Archive) -> None:
    shutil.copytree(REPOSITORY / "incoming", archive.incoming, dirs_exist_ok=True)
    before = contents(archive.incoming)
    results = archive.ingest()
    assert len(results) >= 8
    assert {result["status"] for result in results} == {"sealed"}
    for result in results:
        assert_sound(archive, Path(result["path"]))
    assert contents(archive.incoming) == before
    assert not archive.staged()


def test_real_texts_become_valid_packages(archive: Archive, shared: Path) -> None:
    texts = sorted((shared / "incoming").iterdir())
    results = archive.ingest(*texts)
    assert [result["status"] for result in results] == ["sealed"] * len(texts)
    for text, result in zip(texts, results, strict=True):
        assert_sound(archive, Path(result["path"]))
        assert (Path(result["path"]) / "data" / text.name).read_bytes() == text.read_bytes()


def test_the_payload_is_the_transfer_to_the_byte(archive: Archive) -> None:
    folder = archive.incoming / "letters"
    (folder / "deep" / "er").mkdir(parents=True)
    for name, data in {"a.txt": b"one\r\n", "deep/b.bin": bytes(range(256)), "deep/er/.hidden": b""}.items():
        (folder / name).write_bytes(data)
    os.utime(folder / "a.txt", ns=(1, 1_234_567_890_123_456_789))
    (result,) = archive.ingest()
    assert contents(Path(result["path"]) / "data") == contents(folder)


def test_the_same_transfer_again_is_recognised(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("A letter.")
    (first,) = archive.ingest()
    said = archive.run("ingest", "--json")
    assert said.status == 0
    assert said.only["status"] == "already-packaged"
    assert said.only["name"] == first["name"]
    assert len(archive.sealed()) == 1


def test_a_changed_transfer_of_the_same_name_is_a_new_package(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("A letter.")
    archive.ingest()
    (archive.incoming / "letter.txt").write_text("B letter.")
    (second,) = archive.ingest()
    assert second["status"] == "sealed"
    assert len(archive.sealed()) == 2


def test_the_same_content_under_another_name_is_reported_and_packaged(archive: Archive) -> None:
    for name in ("one", "two"):
        (archive.incoming / name).mkdir()
        (archive.incoming / name / "letter.txt").write_text("A letter.")
    first, second = archive.ingest()
    assert (first["status"], second["status"]) == ("sealed", "sealed")
    assert codes(first) == set()
    assert codes(second) == {"duplicate-content"}
    assert first["name"] in second["problems"][0]["message"]


ODD_NAMES = [
    b"100%.txt",
    b"100%25.txt",
    b"line\nfeed.txt",
    b"carriage\rreturn.txt",
    b"trailing space ",
    " nbsp\u00a0".encode(),
    "cafe\u0301.txt".encode(),
    "caf\u00e9.txt".encode(),
    b"latin-1 caf\xe9.txt",
    "\u0631\u0633\u0627\u0644\u0629.txt".encode(),
    "\u202eexe.txt".encode(),
    b"tab\there",
    "next\u0085line \u2028 separator".encode(),
    b"back\\slash",
    b"-rf",
    b"~",
    b"CON",
    b"* star",
    b"x" * 255,
    "\u00e9".encode() * 127,
    b"\xff" * 200,
]


def test_every_name_that_a_disk_can_hold_is_packaged(archive: Archive) -> None:
    folder = os.fsencode(archive.incoming / "odd")
    os.mkdir(folder)
    for number, name in enumerate(ODD_NAMES):
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(b"%d" % number)
    (result,) = archive.ingest()
    assert result["status"] == "sealed", result["problems"]
    assert result["files"] == len(ODD_NAMES)
    package = Path(result["path"])
    assert archive.run("validate", "--json", str(package)).only["valid"]
    stored = {os.fsencode(path.name): path.read_bytes() for path in (package / "data").iterdir()}
    assert sorted(stored.values()) == sorted(b"%d" % number for number in range(len(ODD_NAMES)))
    originals = original_names((package / "metadata/preservation/premis.xml").read_bytes())
    assert sorted(originals.values()) == sorted(ODD_NAMES)
    for path, original in originals.items():
        assert stored[os.fsencode(path.removeprefix("data/"))] == b"%d" % ODD_NAMES.index(original)


def test_names_that_some_system_cannot_hold_are_warnings_that_name_the_file(archive: Archive) -> None:
    folder = archive.incoming / "names"
    folder.mkdir()
    for name in ("Letter.txt", "letter.txt", "caf\u00e9", "cafe\u0301", "con.txt"):
        (folder / name).write_text(name)
    (result,) = archive.ingest()
    assert result["status"] == "sealed"
    assert all(problem["severity"] == "warning" for problem in result["problems"])
    text = " ".join(problem["message"] for problem in result["problems"])
    assert "Letter.txt" in text
    assert "con.txt" in text
    assert "caf\u00e9" in text


def test_what_a_bag_cannot_hold_is_kept_in_premis(archive: Archive) -> None:
    folder = archive.incoming / "album"
    (folder / "empty").mkdir(parents=True)
    (folder / "letter.txt").write_text("x")
    (folder / "shortcut").symlink_to("letter.txt")
    (folder / "outside").symlink_to("/etc/passwd")
    (result,) = archive.ingest()
    assert result["status"] == "sealed"
    package = Path(result["path"])
    premis = (package / "metadata/preservation/premis.xml").read_text()
    for word in ("empty folder", "symbolic link", "shortcut", "/etc/passwd", "modification time"):
        assert word in premis
    assert sorted(path.name for path in (package / "data").iterdir()) == ["letter.txt"]


@pytest.mark.parametrize("hazard", ["pipe", "socket", "dangling path", "changed checksum"])
def test_a_hazard_refuses_its_transfer_and_the_others_go_on(archive: Archive, hazard: str) -> None:
    (archive.incoming / "good.txt").write_text("fine")
    bad = archive.incoming / "bad"
    bad.mkdir()
    (bad / "letter.txt").write_text("x")
    words: list[Path] = [archive.incoming / "good.txt", bad]
    if hazard == "pipe":
        os.mkfifo(bad / "pipe")
    elif hazard == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(bad / "s"))
    elif hazard == "dangling path":
        words[1] = archive.incoming / "nowhere"
    else:
        (bad / "SHA256SUMS").write_text(f"{'0' * 64}  letter.txt\n")
    before = contents(archive.incoming)
    said = archive.run("ingest", "--json", *words)
    assert said.status == 3
    good, refused = said.messages
    assert (good["status"], refused["status"]) == ("sealed", "refused")
    assert any(p["severity"] == "error" and p["message"] and p["hint"] for p in refused["problems"])
    assert contents(archive.incoming) == before
    assert not archive.staged()


def test_a_wrong_checksum_says_which_file_what_was_expected_and_what_was_found(archive: Archive) -> None:
    folder = archive.incoming / "t"
    folder.mkdir()
    (folder / "letter.txt").write_text("x")
    wrong, right = hashlib.md5(b"y").hexdigest(), hashlib.md5(b"x").hexdigest()
    (folder / "checksums.md5").write_text(f"{wrong} *letter.txt\n")
    (result,) = archive.ingest()
    assert result["status"] == "refused"
    (message,) = [p["message"] for p in result["problems"] if p["severity"] == "error"]
    assert "letter.txt" in message
    assert wrong in message
    assert right in message


def test_supplied_checksums_that_agree_are_recorded_as_a_fixity_check(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    (archive.incoming / "letter.txt.md5").write_text(hashlib.md5(b"x").hexdigest())
    (result,) = archive.ingest()
    assert result["status"] == "sealed"
    assert (Path(result["path"]) / "metadata/source/letter.txt.md5").is_file()
    events = archive.run("log", "--json", result["name"]).messages
    (fixity,) = [event for event in events if event["type"] == "fix"]
    assert "letter.txt.md5" in fixity["detail"]
    assert "producer" in (Path(result["path"]) / "metadata/preservation/premis.xml").read_text()


def test_a_bag_that_arrives_is_validated_and_its_tag_files_are_kept(archive: Archive) -> None:
    folder = archive.incoming / "sent"
    folder.mkdir()
    (folder / "letter.txt").write_text("x")
    bagit.make_bag(str(folder), {"Contact-Name": "A. Sender"}, checksums=["md5"])
    (result,) = archive.ingest()
    assert result["status"] == "sealed", result["problems"]
    package = Path(result["path"])
    assert "A. Sender" in (package / "metadata/source/bag-info.txt").read_text()
    assert (package / "data/letter.txt").read_text() == "x"
    assert_sound(archive, package)


def test_a_damaged_bag_is_refused_with_the_file_that_is_damaged(archive: Archive) -> None:
    folder = archive.incoming / "sent"
    folder.mkdir()
    (folder / "letter.txt").write_text("x")
    bagit.make_bag(str(folder))
    (folder / "data" / "letter.txt").write_text("y")
    (result,) = archive.ingest()
    assert result["status"] == "refused"
    assert any("letter.txt" in problem["path"] for problem in result["problems"])


def test_what_people_say_goes_into_the_description(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    (result,) = archive.ingest("--set", "dcterms:title=A letter", "--set", "title@ar=رسالة", "--set", "dc:creator=Ada")
    shown = archive.run("show", "--json", result["name"]).only
    said = {(s["term"], s["value"], s["lang"]) for s in shown["record"]}
    expected = {("dcterms:title", "A letter", ""), ("dcterms:title", "رسالة", "ar"), ("dcterms:creator", "Ada", "")}
    assert expected <= said
    assert shown["title"] == "A letter"
    assert shown["title_stands_in"] is False


def test_a_table_for_all_of_incoming_describes_each_transfer(archive: Archive) -> None:
    for name in ("a.txt", "b.txt"):
        (archive.incoming / name).write_text(name)
    (archive.incoming / "metadata.csv").write_text("filename,dc.title,dc.title\na.txt,Alpha,First\nb.txt,Beta,\n")
    results = archive.ingest()
    assert [result["transfer"] for result in results] == ["a.txt", "b.txt"]
    titles = [archive.run("show", "--json", result["name"]).only["title"] for result in results]
    assert titles == ["Alpha", "Beta"]


def test_a_table_that_is_wrong_refuses_the_transfer_with_row_and_column(archive: Archive) -> None:
    folder = archive.incoming / "t"
    folder.mkdir()
    (folder / "letter.txt").write_text("x")
    (folder / "metadata.csv").write_text("filename,dc.title\nletter.txt,A\nleter.txt,B\n")
    (result,) = archive.ingest()
    assert result["status"] == "refused"
    assert any("Row 3" in p["message"] and "leter.txt" in p["message"] for p in result["problems"])


def test_a_title_nobody_gave_is_marked_as_a_file_name(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    (result,) = archive.ingest()
    shown = archive.run("show", "--json", result["name"]).only
    assert shown["title"] == "letter.txt"
    assert shown["title_stands_in"] is True
    assert archive.run("status", "--json").only["titles_missing"] == 1


@pytest.mark.parametrize(("flag", "packages"), [("--as-one", 1), ("--each-file", 3), (None, 2)])
def test_a_person_says_what_is_one_transfer(archive: Archive, flag: str | None, packages: int) -> None:
    (archive.incoming / "folder").mkdir()
    for name in ("a.txt", "folder/b.txt", "folder/c.txt"):
        (archive.incoming / name).write_text(name)
    results = archive.ingest(*([flag] if flag else []))
    assert [result["status"] for result in results] == ["sealed"] * packages
    assert sum(result["files"] for result in results) == 3


def test_a_named_folder_is_one_transfer(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "box"
    folder.mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    (result,) = archive.ingest(folder)
    assert (result["transfer"], result["files"]) == ("box", 2)


@pytest.mark.parametrize("command", [["check"], ["ingest", "--dry-run"]])
def test_looking_first_writes_nothing(archive: Archive, command: list[str]) -> None:
    shutil.copytree(REPOSITORY / "incoming", archive.incoming, dirs_exist_ok=True)
    os.mkfifo(archive.incoming / "pipe")
    before = sorted(archive.home.rglob("*"))
    said = archive.run(*command, "--json")
    assert said.status == 3
    ready = {message["transfer"]: message["ready"] for message in said.messages}
    assert ready.pop("pipe") is False
    assert set(ready.values()) == {True}
    assert sorted(archive.home.rglob("*")) == before


def test_move_removes_the_source_after_sealing(archive: Archive) -> None:
    folder = archive.incoming / "box"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.txt").write_text("a")
    (folder / "link").symlink_to("deep/a.txt")
    (archive.incoming / "b.txt").write_text("b")
    (archive.incoming / "b.txt.md5").write_text(hashlib.md5(b"b").hexdigest())
    results = archive.ingest("--move")
    assert {result["status"] for result in results} == {"sealed"}
    assert list(archive.incoming.iterdir()) == []
    for package in archive.sealed():
        assert_sound(archive, package)


def test_move_keeps_what_is_refused(archive: Archive) -> None:
    folder = archive.incoming / "box"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    os.mkfifo(folder / "pipe")
    archive.ingest("--move")
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "pipe"]


@pytest.mark.parametrize("algorithms", ["md5", "sha1,sha224", "sha384,sha3-256", "blake2b", "sha3-512,blake2s"])
def test_any_known_algorithm_seals_a_valid_package(archive: Archive, algorithms: str) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    said = archive.run("-c", f"bag.algorithms={algorithms}", "ingest", "--json")
    assert said.only["status"] == "sealed", said.out
    assert archive.run("validate", "--json", said.only["path"]).only["valid"]


def test_deep_folders_are_packaged(archive: Archive) -> None:
    deep = archive.incoming / "top" / Path(*["d"] * 400)
    deep.mkdir(parents=True)
    (deep / "letter.txt").write_text("x")
    (result,) = archive.ingest()
    assert result["status"] == "sealed", result["problems"]
    assert archive.run("validate", "--json", result["path"]).only["valid"]


def test_a_row_that_no_transfer_claims_is_told_at_the_end(archive: Archive) -> None:
    (archive.incoming / "a.txt").write_text("a")
    (archive.incoming / "metadata.csv").write_text("filename,dc.title\na.txt,Alpha\nab.txt,Beta\n")
    for _ in ("first", "again"):
        *_, problem = archive.run("ingest", "--json").messages
        assert problem["code"] == "metadata-row-unmatched"
        assert "ab.txt" in problem["message"]
    assert archive.run("check", "--json").messages[-1]["code"] == "metadata-row-unmatched"


def test_everything_as_one_keeps_each_part_with_its_own_table(archive: Archive) -> None:
    for part in ("one", "two"):
        (archive.incoming / part).mkdir()
        (archive.incoming / part / "letter.txt").write_text(part)
        (archive.incoming / part / "metadata.csv").write_text(
            f"filename,dc.title\n.,The whole of {part}\nletter.txt,Letter {part}\n"
        )
    (archive.incoming / ".gitkeep").touch()
    (result,) = archive.ingest("--as-one")
    assert result["status"] == "sealed", result["problems"]
    shown = archive.run("show", "--json", result["name"]).only
    said = {(s["about"], s["value"]) for s in shown["record"] if s["term"] == "dcterms:title"}
    assert {("data/one/letter.txt", "Letter one"), ("data/two/", "The whole of two")} <= said
    stored = sorted(path.name for path in (Path(result["path"]) / "data").iterdir())
    assert stored == ["one", "two"]
