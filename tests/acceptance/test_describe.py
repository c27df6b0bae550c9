"""A description is reviewed: each change is a new state of a package that stays valid, and nothing said is lost."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest

from tests.acceptance.archive import Archive

TEXT = "# The harbour bell\n\nBy Ada Larsen\n\nOn 3 March 1931 the bell of the harbour was rung for the last time.\n"


@pytest.fixture
def package(archive: Archive) -> Path:
    """One sealed text, with nothing said about it."""
    (archive.incoming / "bell.md").write_text(TEXT)
    archive.ingest()
    return archive.only_package()


def shown(archive: Archive, package: Path, *words: str) -> dict[str, Any]:
    said = archive.run("describe", "--json", package.name, *words)
    assert said.status == 0, said.err
    return said.only


def values(archive: Archive, package: Path, term: str, *words: str) -> list[str]:
    return [s["value"] for s in shown(archive, package, *words)["record"] if s["term"] == f"dcterms:{term}"]


def number_of(archive: Archive, package: Path, term: str) -> int:
    found = (p["number"] for p in shown(archive, package)["proposals"] if p["field"] == f"dcterms:{term}")
    return int(next(found))


def changed(archive: Archive, package: Path, *words: str) -> dict[str, Any]:
    said = archive.run("describe", "--json", package.name, *words, "--agent", "Ada")
    assert said.status == 0, said.err + said.out
    return said.only


def payload(package: Path) -> dict[str, tuple[int, int]]:
    """The inode and the time of each payload file: a copy would have others."""
    files = (path for path in package.joinpath("data").rglob("*") if path.is_file())
    return {str(path.relative_to(package)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_a_proposal_stands_beside_the_record_with_the_bytes_it_came_from(archive: Archive, package: Path) -> None:
    found = shown(archive, package)
    title = next(p for p in found["proposals"] if p["field"] == "dcterms:title")
    evidence = title["evidence"]
    data = package.joinpath(evidence["path"]).read_bytes()
    assert data[evidence["start"] : evidence["end"]].decode() == evidence["text"] == "The harbour bell"
    assert found["title_stands_in"]
    assert "“The harbour bell”" in archive.run("describe", package.name).out


def test_a_change_is_a_new_state_of_the_same_payload(archive: Archive, package: Path) -> None:
    before = payload(package)
    done = changed(archive, package, "--accept", "title", "--set", "creator=Ada Larsen", "--unset", "language")
    assert done["status"] == "changed"
    assert payload(package) == before
    assert archive.run("validate", package.name).status == 0
    bagit.Bag(str(package)).validate()
    found = shown(archive, package)
    assert (found["state"], found["states"], found["title_stands_in"]) == (2, 2, False)
    said = {s["term"]: (s["value"], s["origin"], s["agent"]) for s in found["record"]}
    assert said["dcterms:title"] == ("The harbour bell", "proposal", "Ada")
    assert said["dcterms:creator"] == ("Ada Larsen", "set", "Ada")
    assert "dcterms:language" not in said
    assert "dcterms:provenance" not in said
    assert archive.run("ls", "--json").only["title"] == "The harbour bell"
    assert "External-Description: The harbour bell\n" in package.joinpath("bag-info.txt").read_text()


def test_who_said_what_is_in_the_history(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title=A bell")
    event = archive.run("log", "--json", package.name).messages[-1]
    assert (event["type"], event["label"], event["outcome"]) == ("mem", "metadata modification", "success")
    assert event["agents"][0] == {"name": "Ada", "version": "", "kind": "person"}
    assert "dcterms:title: “bell.md” → “A bell”" in event["note"]


def test_the_configured_agent_answers_where_nobody_is_named(archive: Archive, package: Path) -> None:
    archive.home.joinpath("preserve.toml").write_text('[archive]\nagent = "Bo Winter"\n')
    assert archive.run("describe", package.name, "--set", "title=A bell").status == 0
    assert archive.run("log", "--json", package.name).messages[-1]["agents"][0]["name"] == "Bo Winter"


def test_former_states_stay_readable(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title=One", "--set", "subject=Bells")
    changed(archive, package, "--set", "title=Two")
    changed(archive, package, "--unset", "title")
    assert [values(archive, package, "title", "--at", str(state)) for state in (1, 2, 3, 4)] == [
        ["bell.md"],
        ["One"],
        ["Two"],
        ["bell.md"],
    ]
    assert shown(archive, package)["title_stands_in"]
    assert not shown(archive, package, "--at", "3")["title_stands_in"]
    assert values(archive, package, "subject") == ["Bells"]
    assert archive.run("describe", package.name, "--at", "5").status == 21
    assert archive.run("validate", package.name).status == 0


def test_what_is_so_already_changes_nothing(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title=A bell")
    assert changed(archive, package, "--set", "title=A bell")["status"] == "unchanged"
    assert shown(archive, package)["states"] == 2


def test_nothing_wrong_is_written(archive: Archive, package: Path) -> None:
    for words in (
        ["--set", "language@zz-xx=en"],
        ["--set", "nonsense=x"],
        ["--set", "title="],
        ["--unset", "nonsense"],
        ["--accept", "99"],
        ["--accept", "publisher"],
        ["--accept", "nonsense"],
        ["--set", "title=x", "--about", "data/none.txt"],
    ):
        said = archive.run("describe", package.name, *words)
        assert said.status == 21, words
        assert said.err.startswith("preserve: ")
    assert shown(archive, package)["states"] == 1
    assert not archive.staged()


def test_several_candidates_are_never_chosen_from_silently(archive: Archive) -> None:
    (archive.incoming / "two.md").write_text(
        "# A title\n\n3 March 1931\n\nThe text speaks of 5 May 1932 as well.\n" * 2
    )
    archive.ingest()
    package = archive.only_package()
    dates = [p["number"] for p in shown(archive, package)["proposals"] if p["field"] == "dcterms:date"]
    assert len(dates) > 1
    said = archive.run("describe", "--json", package.name, "--accept", "date")
    assert said.status == 3
    assert (said.only["status"], said.only["problems"][0]["code"]) == ("unchanged", "several-proposed")
    changed(archive, package, "--accept", str(dates[0]))
    assert len(values(archive, package, "date")) == 1
    everything = archive.run("describe", "--json", package.name, "--accept", "all", "--above", "0.9")
    assert {p["code"] for p in everything.only["problems"]} <= {"several-proposed", "already-described"}


def test_a_proposal_is_turned_down_and_taken_back(archive: Archive, package: Path) -> None:
    title = number_of(archive, package, "title")
    changed(archive, package, "--accept", str(title))
    changed(archive, package, "--reject", str(title))
    found = shown(archive, package)
    assert found["title_stands_in"]
    assert next(p["status"] for p in found["proposals"] if p["number"] == title) == "rejected"
    assert archive.run("describe", package.name, "--accept", "title").status == 21  # none waits any more


def test_in_a_folder_a_proposal_is_about_its_file(archive: Archive) -> None:
    box = archive.incoming / "box"
    box.mkdir()
    (box / "one.md").write_text(TEXT)
    (box / "two.md").write_text("# Another bell\n\nIt hangs still.\n")
    archive.ingest()
    package = archive.only_package()
    changed(archive, package, "--accept", "title", "--set", "title=Bells")
    changed(archive, package, "--set", "creator=Ada", "--about", "data/two.md")
    titles = {s["about"]: s["value"] for s in shown(archive, package)["record"] if s["term"] == "dcterms:title"}
    assert titles == {"": "Bells", "data/one.md": "The harbour bell", "data/two.md": "Another bell"}
    assert archive.run("validate", package.name).status == 0


def an_editor(folder: Path, script: str) -> str:
    place = folder / "editor"
    place.write_text(f"#!/usr/bin/env python3\nimport pathlib, sys\nform = pathlib.Path(sys.argv[1])\n{script}\n")
    place.chmod(0o755)
    return str(place)


def test_an_editor_shows_the_whole_description(
    archive: Archive, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", an_editor(tmp_path, "form.write_text(form.read_text())"))
    monkeypatch.delenv("VISUAL", raising=False)
    assert archive.run("describe", "--json", package.name, "--edit").only["status"] == "unchanged"
    edit = "form.write_text(form.read_text().replace('# \"Ada Larsen\"', '\"Ada Larsen\"')"
    monkeypatch.setenv("EDITOR", an_editor(tmp_path, edit + ".replace('\"bell.md\"', '\"A bell\"'))"))
    assert archive.run("describe", "--json", package.name, "--edit").only["status"] == "changed"
    assert values(archive, package, "title") == ["A bell"]
    assert values(archive, package, "creator") == ["Ada Larsen"]


def test_a_form_that_cannot_be_read_is_kept(
    archive: Archive, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("EDITOR", an_editor(tmp_path, "form.write_text('title = [')"))
    said = archive.run("describe", package.name, "--edit")
    assert said.status == 21
    assert "The form cannot be understood" in said.err
    (kept,) = tmp_path.glob("description-*.toml")
    assert kept.read_text() == "title = ["
    assert str(kept) in said.err


def test_what_was_written_is_kept_though_somebody_else_was_faster(
    archive: Archive, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    meanwhile = [sys.executable, "-m", "preserve", "--home", str(archive.home), "describe", package.name]
    script = f"import subprocess; subprocess.run({[*meanwhile, '--set', 'creator=Bo']!r}, check=True)\n"
    script += "form.write_text(form.read_text() + 'subject = \"Bells\"')"
    monkeypatch.setenv("EDITOR", an_editor(tmp_path, script))
    said = archive.run("describe", package.name, "--edit")
    assert said.status == 22
    assert "changed by somebody else meanwhile" in said.err
    (kept,) = tmp_path.glob("description-*.toml")
    assert 'subject = "Bells"' in kept.read_text()
    assert str(kept) in said.err
    assert values(archive, package, "creator") == ["Bo"]


def test_an_empty_form_changes_nothing(
    archive: Archive, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for script in ("form.write_text('')", "form.unlink()", 'form.write_text(\'["data/ghost.txt"]\\ntitle = "x"\')'):
        monkeypatch.setenv("EDITOR", an_editor(tmp_path, script))
        assert archive.run("describe", package.name, "--edit").status == 21, script
    assert shown(archive, package)["states"] == 1


def test_a_language_is_said_and_taken_back_by_itself(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title@en=The bell", "--set", "title@fr=La cloche")
    changed(archive, package, "--set", "title@fr=Une cloche")
    assert values(archive, package, "title") == ["The bell", "Une cloche"]
    changed(archive, package, "--unset", "title@fr")
    assert values(archive, package, "title") == ["The bell"]
    changed(archive, package, "--set", "title=A bell")
    assert values(archive, package, "title") == ["A bell"], "what names no language is said of all"


def test_the_only_document_stands_for_the_package(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title=A bell", "--about", "data/bell.md")
    assert not shown(archive, package)["title_stands_in"]


def test_show_tells_what_was_decided(archive: Archive, package: Path) -> None:
    changed(archive, package, "--accept", "title")
    assert "accepted" in next(line for line in archive.run("show", package.name).out.splitlines() if "(90%" in line)


def cut_a_document(package: Path) -> None:
    (package / "data" / "bell.md").write_text("cut")


def tamper_with_the_record(package: Path) -> None:
    place = package / "metadata/descriptive/dc.xml"
    place.write_text(place.read_text().replace("bell.md", "bill.md"))


def add_a_stranger(package: Path) -> None:
    (package / "data" / "stranger.txt").write_text("x")


def remove_a_document(package: Path) -> None:
    (package / "data" / "bell.md").unlink()


def forge_everything(package: Path) -> None:
    add_a_stranger(package)
    bagit.Bag(str(package)).save(manifests=True)


def put_a_link(package: Path) -> None:
    remove_a_document(package)
    (package / "data" / "bell.md").symlink_to("/etc/hostname")


def keep_it_elsewhere(package: Path) -> None:
    elsewhere = package.parents[1] / "elsewhere"
    package.rename(elsewhere)
    package.symlink_to(elsewhere)


@pytest.mark.parametrize(
    "damage",
    [
        tamper_with_the_record,
        add_a_stranger,
        remove_a_document,
        cut_a_document,
        forge_everything,
        put_a_link,
        keep_it_elsewhere,
    ],
)
def test_a_package_that_is_not_as_it_was_sealed_is_left_alone(
    archive: Archive, package: Path, damage: Callable[[Path], None]
) -> None:
    damage(package)
    before = sorted(os.listdir(package)), package.joinpath("tagmanifest-sha256.txt").read_bytes()
    said = archive.run("describe", package.name, "--set", "title=A bell")
    assert said.status == 22, said.err
    assert "preserve validate" in said.err
    assert (sorted(os.listdir(package)), package.joinpath("tagmanifest-sha256.txt").read_bytes()) == before
    assert not archive.staged()


def test_damage_that_nobody_has_found_yet_is_still_found_afterwards(archive: Archive, package: Path) -> None:
    document = package / "data" / "bell.md"
    seen = document.stat()
    document.write_bytes(document.read_bytes().replace(b"bell", b"bill"))
    os.utime(document, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    changed(archive, package, "--set", "title=A bell")
    report = archive.run("validate", "--json", package.name)
    assert report.status == 3
    assert {p["path"] for p in report.only["problems"]} == {"data/bell.md"}


def test_the_catalogue_is_made_anew_with_the_present_state(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title=A bell")
    before = archive.run("show", "--json", package.name).only
    (archive.packages / ".preserve" / "catalog.sqlite").unlink()
    assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("show", "--json", package.name).only == before
    assert archive.run("validate", package.name).status == 0


def test_a_forged_state_is_not_taken_for_a_change(archive: Archive, package: Path) -> None:
    changed(archive, package, "--set", "title=A bell")
    forge_everything(package)
    assert archive.run("validate", package.name).status == 3
    rebuilt = archive.run("catalog", "rebuild", "--json")
    assert "pins-disagree" in {problem["code"] for problem in rebuilt.only["problems"]}


def test_packages_without_origins_can_be_described(archive: Archive, package: Path) -> None:
    """As they were sealed before origins were kept: the file is taken out, and the tag manifests made anew."""
    origins = package / "metadata/descriptive/origins.json"
    origins.unlink()
    pins_follow(archive, package)
    assert not any(s["origin"] for s in shown(archive, package)["record"] if s["term"] != "dcterms:title")
    changed(archive, package, "--set", "title=A bell")
    assert values(archive, package, "title") == ["A bell"]
    assert archive.run("validate", package.name).status == 0


def pins_follow(archive: Archive, package: Path) -> None:
    """Let tag manifests, history and catalogue say that *package* was sealed as it lies there now."""
    for manifest in package.glob("tagmanifest-*.txt"):
        lines = manifest.read_text().splitlines(keepends=True)
        manifest.write_text(
            "".join(line for line in lines if package.joinpath(line.split("  ", 1)[1].strip()).exists())
        )
    archive.packages.joinpath(f"{package.name}.history.jsonl").unlink()
    archive.packages.joinpath(".preserve", "catalog.sqlite").unlink()
    assert archive.run("catalog", "rebuild").status == 3  # it tells that a history was begun


def test_links_of_the_payload_are_shared_and_modes_stay(archive: Archive, package: Path) -> None:
    document = package / "data" / "bell.md"
    document.chmod(0o440)
    changed(archive, package, "--set", "title=A bell")
    assert stat.S_IMODE(document.stat().st_mode) == 0o440
    assert document.stat().st_nlink == 1, "the former state is gone"


def test_two_changes_at_once_are_both_kept_or_one_is_told(archive: Archive, package: Path) -> None:
    runs = [archive.start("describe", "--json", package.name, "--set", f"subject@{n}=x") for n in ("en", "fr", "de")]
    ends = [(*run.communicate(timeout=60), run.returncode) for run in runs]
    done = [json.loads(out.splitlines()[-1]) for out, _, _ in ends]
    kept = [message for message in done if message["message_type"] == "described"]
    assert kept
    assert shown(archive, package)["states"] == 1 + len(kept)
    assert {status for _, _, status in ends} <= {0, 22}
    assert archive.run("validate", package.name).status == 0


def test_validate_beside_a_change_never_says_tampered(archive: Archive) -> None:
    large = archive.incoming / "box"
    large.mkdir()
    for number in range(100):
        (large / f"{number}.txt").write_text(f"Letter {number}.\n" * 50)
    archive.ingest()
    box = archive.only_package()
    judged: list[subprocess.Popen[str]] = []
    for round_ in range(3):
        judged.append(archive.start("validate", "--json", box.name))
        changed(archive, box, "--set", f"title=Round {round_}")
    for run in judged:
        out, err = run.communicate(timeout=60)
        assert run.returncode == 0, out + err
