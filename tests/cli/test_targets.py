"""``preserve targets`` lists what there is, goes there, and tells no secret."""

from pathlib import Path

import pytest

from preserve.workflows.depositing.kinds import BUILT_IN
from tests.acceptance.archive import Archive
from tests.stranger import install


@pytest.fixture
def archive(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Archive:
    install(tmp_path / "elsewhere", monkeypatch)
    (tmp_path / "box").mkdir()
    (home / "preserve.toml").write_text(
        f'[targets.attic]\ntype = "box"\npath = "{tmp_path}/box"\nform = "tar"\nlocked = true\n'
    )
    return Archive(home, capsys)


def test_the_configured_targets_are_listed_with_what_they_promise(archive: Archive, tmp_path: Path) -> None:
    said = archive.run("targets")
    assert said.status == 0
    assert "attic: box, as tar" in said.out
    assert str(tmp_path / "box") in said.out
    assert "can be asked what it has; begins anew where it was cut; verified by reading back every octet" in said.out
    told = archive.run("targets", "--json").only
    assert told["promises"] == {"askable": True, "resumes": False, "proof": "bytes"}
    assert told["there"] == ""


def test_check_goes_there_with_the_credentials(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    said = archive.run("targets", "--check", "attic")
    assert said.status == 30
    assert "there is no token" in said.err
    monkeypatch.setenv("PRESERVE_TARGET_ATTIC_TOKEN", "open-sesame")
    said = archive.run("targets", "--check")
    assert said.status == 0
    assert "a box with 0 things" in said.out
    assert "token: from the variable PRESERVE_TARGET_ATTIC_TOKEN" in said.out
    assert "open-sesame" not in said.out + said.err


def test_a_target_that_cannot_be_reached_tells_no_secret(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESERVE_TARGET_ATTIC_TOKEN", "open-sesame")
    (tmp_path / "box").rmdir()
    for words in ((), ("--json",)):
        said = archive.run("targets", "--check", *words)
        assert said.status == 31
        assert "There is no box" in said.err
        assert "open-sesame" not in said.out + said.err
        assert "[credential taken out]" in said.err


def test_one_of_several_that_is_wrong_does_not_hide_the_others(archive: Archive, home: Path) -> None:
    with (home / "preserve.toml").open("a") as stream:
        stream.write('[targets.cellar]\ntype = "box"\n[targets.roof]\ntype = "chest"\n')
    said = archive.run("targets")
    assert said.status == 3
    assert "attic: box" in said.out
    assert "targets.cellar.path must be given" in said.out
    assert "There is no kind of target 'chest'" in said.out
    assert archive.run("targets", "cellar").status == 12
    assert archive.run("targets", "attic").status == 0
    assert archive.run("targets", "nowhere").status == 2


def test_the_kinds_are_listed_with_their_keys(archive: Archive) -> None:
    said = archive.run("targets", "--kinds")
    assert "box: A stranger's box." in said.out
    assert "takes bag, tar" in said.out
    assert "(must be given)" in said.out
    assert "(credential)" in said.out
    told = {m["type"]: m for m in archive.run("targets", "--kinds", "--json").messages if "type" in m}
    assert {"box"} <= set(told) <= {"box", *BUILT_IN}
    assert told["box"]["secrets"] == {"token": "What opens it."}
    keys = {setting["key"]: setting for setting in told["box"]["settings"]}
    assert keys["path"]["required"]
    assert keys["colours"]["default"] == ["red"]
    assert {"type", "form", "credentials_file"} <= set(keys)


def test_without_any_it_says_how_to_add_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Archive(home, capsys).run("targets")
    assert said.status == 0
    assert "[targets.NAME]" in said.out


def test_config_show_tells_of_targets_where_each_value_comes_from(
    archive: Archive, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESERVE_TARGET_ATTIC_TOKEN", "open-sesame")
    said = archive.run("config", "show", "--json")
    told = {m["key"]: m for m in said.messages if m["key"].startswith("targets.")}
    assert told["targets.attic.locked"]["value"] is True
    assert told["targets.attic.locked"]["origin"] == str(home / "preserve.toml")
    assert told["targets.attic.height"]["origin"] == "default"
    assert told["targets.attic.form"]["value"] == "tar"
    assert "open-sesame" not in said.out
    assert "token" not in {key.rpartition(".")[2] for key in told}
    with (home / "preserve.toml").open("a") as stream:
        stream.write('token = "open-sesame"\n')
    said = archive.run("config", "show")
    assert said.status == 12
    assert "open-sesame" not in said.out + said.err
    assert "PRESERVE_TARGET_ATTIC_TOKEN" in said.err
