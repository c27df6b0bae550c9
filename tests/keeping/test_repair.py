"""``preserve repair``: what is good anywhere comes back, what was not sealed is kept, and nothing is half mended."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.acceptance.archive import Archive
from tests.keeping.copies import add_locations, alter, codes, drop, events, files_in, letter

WHERE = ("packages", "nas", "tape")


class Kept:
    """A package with copies in two locations, as they all should be."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.nas, self.tape = archive.home / "nas", archive.home / "tape"
        self.package = archive.only_package()
        self.name = self.package.name
        self.files = files_in(self.package)

    @property
    def places(self) -> dict[str, Path]:
        return {"packages": self.package, "nas": self.nas / self.name, "tape": self.tape / self.name}

    def reset(self) -> None:
        """Every copy as it should be, without asking preserve."""
        for place in self.places.values():
            shutil.rmtree(place, ignore_errors=True)
            for path, data in self.files.items():
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                (place / path).write_bytes(data)


_MADE: dict[str, Path] = {}
"""Such an archive, made once and copied for each test."""


@pytest.fixture
def kept(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    if "home" not in _MADE:
        add_locations(archive, "nas", "tape")
        letter(archive)
        for name in ("nas", "tape"):
            assert archive.run("replicate", "--to", name, "--all").status == 0
        _MADE["home"] = tmp_path_factory.mktemp("made") / "home"
        shutil.copytree(archive.home, _MADE["home"])
    else:
        shutil.copytree(_MADE["home"], archive.home, dirs_exist_ok=True)
    return Kept(archive)


def test_two_copies_damaged_in_different_files_mend_a_third(kept: Kept) -> None:
    for path in ("data/0.txt", "data/1.txt", "manifest-sha256.txt"):
        alter(kept.package / path)
    alter(kept.places["nas"] / "data/0.txt")
    drop(kept.places["tape"] / "data/1.txt")
    said = kept.archive.run("repair", "--json", kept.name)
    assert said.status == 0
    brought = {each["path"]: each["from"] for each in said.only["brought"]}
    assert brought == {"data/0.txt": "tape", "data/1.txt": "nas", "manifest-sha256.txt": "nas"}
    assert files_in(kept.package) == kept.files
    assert events(kept.archive, kept.name)[-3:] == [("fix", "fail"), ("rep", "success"), ("fix", "success")]
    assert kept.archive.run("status").status == 0
    assert kept.archive.run("validate", kept.name).status == 0


@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_mended_if_and_only_if_each_file_is_good_somewhere(kept: Kept, data: st.DataObject) -> None:
    kept.reset()
    paths = sorted(kept.files)
    harmed = {where: data.draw(st.sets(st.sampled_from(paths), max_size=5), label=where) for where in WHERE}
    for where, some in harmed.items():
        for path in sorted(some):
            data.draw(st.sampled_from((alter, drop)), label=path)(kept.places[where] / path)
    where = data.draw(st.sampled_from(WHERE), label="mend")
    before = {each: files_in(place) for each, place in kept.places.items()}
    said = kept.archive.run("repair", "--json", kept.name, *(() if where == "packages" else ("--location", where)))
    nowhere = set.intersection(*harmed.values())
    result = said.messages[0]
    if nowhere and harmed[where]:
        assert (said.status, result["status"]) == (22, "refused")
        assert set(result["gone"]) <= nowhere
        assert files_in(kept.places[where]) == before[where]
    else:
        assert result["status"] == ("mended" if harmed[where] else "whole")
        assert files_in(kept.places[where]) == kept.files
        assert {each["path"] for each in result["brought"]} == harmed[where]
    for other in set(WHERE) - {where}:
        assert files_in(kept.places[other]) == before[other]


def test_what_nobody_sealed_is_kept_aside_and_only_that(kept: Kept) -> None:
    (kept.package / "data/notes.txt").write_text("my only copy")
    alter(kept.package / "data/0.txt")
    altered = (kept.package / "data/0.txt").read_bytes()
    said = kept.archive.run("repair", "--json", kept.name)
    assert codes(said.only) == {"kept-aside"}
    aside = Path(said.only["aside"])
    assert aside.is_relative_to(kept.archive.packages / ".preserve" / "set-aside" / kept.name)
    assert files_in(aside) == {"data/notes.txt": b"my only copy", "data/0.txt": altered}
    assert files_in(kept.package) == kept.files


def test_the_good_files_stay_the_very_same_ones(kept: Kept) -> None:
    same = (kept.package / "data/1.txt").stat().st_ino
    alter(kept.package / "data/0.txt")
    kept.archive.run("repair", kept.name)
    assert (kept.package / "data/1.txt").stat().st_ino == same
    assert (kept.package / "data/1.txt").stat().st_nlink == 1


@pytest.mark.parametrize("left", ["nothing", "a file", "a link"])
def test_a_package_that_is_gone_comes_back_whole(kept: Kept, left: str) -> None:
    drop(kept.package)
    if left == "a file":
        kept.package.write_text("?")
    elif left == "a link":
        kept.package.symlink_to(kept.places["nas"])
    said = kept.archive.run("repair", "--json", kept.name)
    assert (said.status, said.only["status"]) == (0, "mended")
    assert not kept.package.is_symlink()
    assert files_in(kept.package) == files_in(kept.places["nas"]) == kept.files


def test_with_no_good_copy_nothing_is_changed_and_it_says_what_is_gone(kept: Kept) -> None:
    for place in kept.places.values():
        alter(place / "data/0.txt")
    alter(kept.package / "data/1.txt")
    before = files_in(kept.package)
    said = kept.archive.run("repair", "--json", kept.name)
    assert said.status == 22
    assert said.messages[0]["gone"] == ["data/0.txt"]
    assert "looked for in nas, tape" in said.messages[0]["problems"][0]["message"]
    assert files_in(kept.package) == before
    assert events(kept.archive, kept.name)[-1] == ("fix", "fail")


def test_a_location_that_could_not_be_asked_is_named(kept: Kept) -> None:
    kept.nas.rename(kept.nas.with_name(f"{kept.nas.name}-away"))
    drop(kept.tape / kept.name)
    alter(kept.package / "data/0.txt")
    said = kept.archive.run("repair", "--json", kept.name)
    assert said.status == 22
    assert codes(said.messages[0]) == {"no-good-copy", "location-not-asked"}
    assert "tape (which has none)" in said.messages[1]["message"]


def test_a_dry_run_writes_nothing(kept: Kept) -> None:
    alter(kept.package / "data/0.txt")
    before, told = files_in(kept.package), events(kept.archive, kept.name)
    said = kept.archive.run("repair", "--json", "--dry-run", kept.name)
    assert (said.status, said.only["status"]) == (0, "would-mend")
    assert said.only["brought"] == [{"path": "data/0.txt", "from": "nas"}]
    assert files_in(kept.package) == before
    assert events(kept.archive, kept.name) == told


def test_what_was_mended_by_hand_counts_once_it_was_read_and_said_by_whom(kept: Kept) -> None:
    file = kept.package / "data/0.txt"
    alter(file)
    assert kept.archive.run("validate", "--record", kept.name).status == 3
    words = ("repair", "--json", kept.name, "--restored", "from tape 7", "--agent", "Ada Larsen")
    assert kept.archive.run(*words).status == 22
    assert kept.archive.run("status").status == 3
    alter(file)
    assert codes(kept.archive.run("repair", "--json", kept.name).only) == {"failed-and-whole"}
    assert kept.archive.run("status").status == 3
    said = kept.archive.run(*words)
    assert (said.status, said.only["status"]) == (0, "restored")
    event = next(e for e in kept.archive.run("log", "--json", kept.name).messages if "tape 7" in e["detail"])
    assert (event["type"], event["agents"][0]["name"]) == ("rep", "Ada Larsen")
    assert kept.archive.run("status").status == 0


@pytest.mark.parametrize("where", ["packages", "nas"])
def test_what_never_failed_was_not_mended_by_anybody(kept: Kept, where: str) -> None:
    before = events(kept.archive, kept.name)
    there = () if where == "packages" else ("--location", where)
    said = kept.archive.run("repair", "--json", kept.name, "--restored", "nothing", *there)
    assert (said.status, said.only["status"], codes(said.only)) == (0, "whole", {"nothing-had-failed"})
    assert events(kept.archive, kept.name) == [*before, ("fix", "success")]
    assert "Mended by hand" not in kept.archive.run("log", kept.name).out


def test_the_copy_in_a_location_is_mended_from_the_store_and_the_others(kept: Kept) -> None:
    alter(kept.places["nas"] / "data/0.txt")
    alter(kept.places["nas"] / "data/1.txt")
    alter(kept.package / "data/1.txt")
    said = kept.archive.run("repair", "--json", kept.name, "--location", "nas")
    brought = {each["path"]: each["from"] for each in said.only["brought"]}
    assert brought == {"data/0.txt": "", "data/1.txt": "tape"}
    assert files_in(kept.places["nas"]) == kept.files
    assert kept.nas in Path(said.only["aside"]).parents


def test_a_copy_that_was_never_made_cannot_be_mended(archive: Archive) -> None:
    add_locations(archive, "nas")
    package = letter(archive)
    said = archive.run("repair", package.name, "--location", "nas")
    assert said.status == 22
    assert "preserve replicate" in said.err


@pytest.mark.parametrize("how", ["gone", "cut", "edited", "rubble"])
def test_a_lost_history_comes_back_from_a_copy_that_knows_all_of_it(kept: Kept, how: str) -> None:
    history = kept.package.with_name(f"{kept.name}.history.jsonl")
    data = history.read_bytes()
    lines = data.splitlines(keepends=True)
    if how == "gone":
        history.unlink()
    else:
        history.write_bytes(
            {"cut": b"".join(lines[:2]), "edited": data.replace(b"success", b"warning", 1), "rubble": b"?"}[how]
        )
    said = kept.archive.run("repair", "--json", kept.name)
    assert (said.status, codes(said.only)) == (0, {"history-restored"})
    assert history.read_bytes().startswith(data)
    assert events(kept.archive, kept.name)[-2:] == [("note", "warning"), ("fix", "success")]


def test_a_history_that_knows_less_than_the_catalogue_does_not_come_back(kept: Kept) -> None:
    history = kept.package.with_name(f"{kept.name}.history.jsonl")
    kept.archive.run("describe", kept.name, "--set", "title=A letter")  # the copies do not know of it
    history.unlink()
    said = kept.archive.run("repair", "--json", kept.name)
    assert said.status == 22
    assert not history.exists()


def test_a_name_with_a_line_break_is_shown_as_audits_show_it(archive: Archive) -> None:
    (nas,) = add_locations(archive, "nas")
    box = archive.incoming / "odd"
    box.mkdir()
    (box / "line\nbreak\x1b[31m.txt").write_text("odd")
    (box / "even.txt").write_text("even")
    archive.ingest()
    package, shown = archive.only_package(), "data/line\\x0abreak\\x1b[31m.txt"
    assert archive.run("replicate", "--to", "nas", package.name).status == 0
    (odd,) = (path for path in package.rglob("line*"))
    alter(odd)
    assert f"    {shown}: altered" in archive.run("audit", "--all").out
    assert f"    {shown}, from nas\n" in archive.run("repair", package.name).out
    for place in (odd, nas / odd.relative_to(archive.packages)):
        alter(place)
    refused = archive.run("repair", package.name)
    assert (refused.status, f"{shown} is good in no copy" in refused.err) == (22, True)


def test_many_are_mended_and_the_others_are_named(kept: Kept) -> None:
    other = letter(kept.archive, "other")  # it has no copy
    alter(other / "data/0.txt")
    alter(kept.package / "data/0.txt")
    said = kept.archive.run("repair", "--json", kept.name, other.name)
    assert said.status == 3
    assert [message["status"] for message in said.messages] == ["mended", "refused"]
    assert "1 refused, 1 whole" in kept.archive.run("repair", kept.name, other.name).out


def test_a_copy_that_is_only_behind_is_not_damaged(kept: Kept) -> None:
    kept.archive.run("describe", kept.name, "--set", "title=A letter")
    before = files_in(kept.places["nas"])
    said = kept.archive.run("repair", "--json", kept.name, "--location", "nas")
    assert (said.status, said.only["status"], codes(said.only)) == (0, "whole", {"copy-behind"})
    assert events(kept.archive, kept.name)[-1] == ("fix", "success")
    alter(kept.places["nas"] / "data/0.txt")
    assert kept.archive.run("repair", kept.name, "--location", "nas").status == 0
    assert files_in(kept.places["nas"]) == files_in(kept.package) != before


def test_an_audit_finds_what_a_repair_mends(kept: Kept) -> None:
    alter(kept.places["tape"] / "data/0.txt")
    assert kept.archive.run("audit", "--all").status == 3
    assert kept.archive.run("repair", kept.name, "--location", "tape").status == 0
    assert kept.archive.run("audit", "--all").status == 0
    assert kept.archive.run("status").status == 0


def test_a_package_of_which_only_the_history_is_left_comes_back(kept: Kept) -> None:
    drop(kept.package)
    shutil.rmtree(kept.archive.packages / ".preserve")
    assert kept.archive.run("catalog", "rebuild").status == 3
    assert not kept.archive.run("ls", "--json").messages
    assert kept.archive.run("repair", "--json", kept.name).only["status"] == "mended"
    assert files_in(kept.package) == kept.files
    assert [message["name"] for message in kept.archive.run("ls", "--json").messages] == [kept.name]
    assert kept.archive.run("status").status == 0


def test_what_nobody_knows_is_told(kept: Kept) -> None:
    for text in ("nothing", "../packages", ".preserve"):
        assert kept.archive.run("repair", text).status == 23
    assert kept.archive.run("repair", kept.name, "--restored", "x", "--dry-run").status == 2


def test_an_older_copy_that_was_put_back_gives_way_to_the_newer_state(kept: Kept) -> None:
    kept.archive.run("describe", kept.name, "--set", "title=A letter")
    kept.archive.run("replicate", "--to", "tape", "--all")
    newer = files_in(kept.package)
    drop(kept.package)
    shutil.copytree(kept.places["nas"], kept.package)  # which is behind
    assert kept.archive.run("validate", kept.name).status == 3
    said = kept.archive.run("repair", "--json", kept.name)
    assert said.status == 0
    assert files_in(kept.package) == newer
    assert not [each for each in said.only["brought"] if each["path"].startswith("data/")]
