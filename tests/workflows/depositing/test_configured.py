"""A target is what its table says, held against its kind; what does not fit is told with file and key."""

from pathlib import Path

import pytest

from preserve.config import Config, load
from preserve.errors import ConfigError, UsageError
from preserve.workflows.depositing.configured import Configured, settled, target_named
from tests.stranger import install


@pytest.fixture(autouse=True)
def _box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "elsewhere", monkeypatch)


def config_of(home: Path, table: str) -> Config:
    (home / "preserve.toml").write_text(f"[targets.attic]\n{table}\n")
    return load(home, environment={})


def target(home: Path, table: str) -> Configured:
    return settled(config_of(home, table), "attic")


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    found = target(tmp_path, 'type = "box"\npath = "attic"')
    assert found.kind.name == "box"
    assert found.form == "bag"
    assert (found.profile, found.tags, found.rate, found.jobs) == ("", (), 0, 1)
    assert found.given.values == {"path": "attic", "locked": False, "height": 3, "colours": ("red",)}
    assert found.given.path("path") == tmp_path / "attic"
    assert found.given.scratch.is_relative_to(tmp_path / "packages")


def test_everything_can_be_said(tmp_path: Path) -> None:
    found = target(
        tmp_path,
        'type = "box"\npath = "/attic"\nlocked = true\nheight = 7\ncolours = ["blue", "green"]\nform = "tar"\n'
        'profile = "aptrust"\nrate = "50MB/s"\njobs = 4\ntags = ["Source-Organization = The House", "X=a=b"]',
    )
    assert found.form == "tar"
    assert found.profile == "aptrust"
    assert (found.rate, found.jobs) == (50_000_000, 4)
    assert found.tags == (("Source-Organization", "The House"), ("X", "a=b"))
    assert found.given.values == {"path": "/attic", "locked": True, "height": 7, "colours": ("blue", "green")}


def test_a_profile_is_a_name_or_a_file_below_the_home(tmp_path: Path) -> None:
    (tmp_path / "theirs.json").touch()
    for said, meant in (("aptrust-2.3", "aptrust-2.3"), ("theirs.json", str(tmp_path / "theirs.json"))):
        assert target(tmp_path, f'type = "box"\npath = "a"\nprofile = "{said}"').profile == meant


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('type = "box"\npath = "a"\nwidth = 3', r"\[targets.attic\] has no setting 'width'"),
        ('type = "box"\npath = 3', "targets.attic.path must be text"),
        ('type = "box"\npath = "a"\nlocked = 1', "targets.attic.locked must be true or false"),
        ('type = "box"\npath = "a"\nheight = true', "targets.attic.height must be a whole number"),
        ('type = "box"\npath = "a"\ncolours = "red"', "targets.attic.colours must be a list of words"),
        ('type = "box"', "targets.attic.path must be given"),
        ('type = "box"\npath = ""', "targets.attic.path must be given"),
        ('type = "box"\npath = "a"\nform = "saf"', "targets.attic.form must be one of bag, tar"),
        ('type = "chest"\npath = "a"', "targets.attic.type: There is no kind of target 'chest'"),
        ('path = "a"', "targets.attic.type must be given"),
        ('type = "box"\npath = "a"\nrate = "fast"', "targets.attic.rate must be a size for each second"),
        ('type = "box"\npath = "a"\njobs = 0', "targets.attic.jobs must be greater than zero"),
        ('type = "box"\npath = "a"\ntags = ["Contact"]', "targets.attic.tags must be a list of texts NAME=VALUE"),
        ('type = "box"\npath = "a"\nheight = 1.5', "targets.attic.height must be text, a whole number"),
        ('type = "box"\npath = "a"\nbuilt = 1999-01-01', "targets.attic.built must be text, a whole number"),
    ],
)
def test_what_does_not_fit_is_told_with_file_and_key(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        target(tmp_path, table)
    assert str(tmp_path / "preserve.toml") in caught.value.message


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ('path = "a"\ntoken = "c0ns3cr4ted"', "token"),
        ('path = "sftp://me:c0ns3cr4ted@example.org/"', "path"),
        ('path = "https://c0ns3cr4ted@example.org/"', "path"),
        ('path = "a"\ncolours = ["red", "https://me:c0ns3cr4ted@example.org"]', "colours"),
    ],
)
def test_a_credential_in_the_file_is_refused_and_never_shown(tmp_path: Path, table: str, key: str) -> None:
    with pytest.raises(ConfigError, match=rf"targets.attic.{key} .*must not stand in preserve.toml") as caught:
        target(tmp_path, f'type = "box"\n{table}')
    assert "PRESERVE_TARGET_ATTIC_TOKEN" in caught.value.hint
    assert "c0ns3cr4ted" not in caught.value.message + caught.value.hint


def test_a_target_that_nobody_named_is_an_error_of_the_command_line(tmp_path: Path) -> None:
    config = config_of(tmp_path, 'type = "box"\npath = "a"')
    with pytest.raises(UsageError, match=r"There is no target 'cellar'\. There are: attic."):
        target_named(config, "cellar", {})


def test_a_target_has_its_credentials_and_tells_where_they_were_found(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").write_text('token = "from the file"\n')
    (tmp_path / "secrets.toml").chmod(0o600)
    config = config_of(tmp_path, 'type = "box"\npath = "a"\ncredentials_file = "secrets.toml"')
    found = target_named(config, "attic", {})
    assert found.given.secret("token").reveal() == "from the file"
    assert "secrets.toml" in found.found["token"]
    found = target_named(config, "attic", {"PRESERVE_TARGET_ATTIC_TOKEN": "from outside"})
    assert found.given.secret("token").reveal() == "from outside"
    assert "outside" not in repr(found)
    assert found.scrubber.text("It is from outside.") == "It is [credential taken out]."
