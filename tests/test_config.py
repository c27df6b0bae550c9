"""The configuration says where each value came from, and refuses what it does not know."""

import os
from pathlib import Path

import pytest

from preserve.config import BY_KEY, SETTINGS, TERMS, find_home, load
from preserve.errors import ConfigError, NoArchiveHome


def test_without_a_file_everything_works_from_the_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, environment={})
    assert config.incoming == tmp_path / "incoming"
    assert config.packages == tmp_path / "packages"
    assert config.algorithms == ("sha256", "sha512")
    assert config.catalog_url.startswith("sqlite:///")
    assert set(config.origins.values()) == {"default"}


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / "preserve.toml").write_text(
        '[archive]\nname = "file"\nagent = "file"\n[bag]\nalgorithms = ["sha512"]\n'
    )
    environment = {"PRESERVE_ARCHIVE_NAME": "variable", "PRESERVE_BAG_ALGORITHMS": "sha256, SHA3-512"}
    config = load(tmp_path, environment=environment, flags={"archive.name": "flag"})
    assert config.text("archive.name") == "flag"
    assert config.text("archive.agent") == "file"
    assert config.algorithms == ("sha256", "sha3512")
    assert config.origins["archive.name"] == "command line"
    assert config.origins["bag.algorithms"] == "PRESERVE_BAG_ALGORITHMS"
    assert config.origins["archive.agent"] == str(tmp_path / "preserve.toml")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[archive]\ncolour = "red"', "archive.colour"),
        ('name = "x"', "'name'"),
        ('[bag]\nalgorithms = "sha256"', "a list of words"),
        ('[bag]\nalgorithms = ["crc32"]', "crc32"),
        ('[bag]\nalgorithms = ["sha256", "SHA-256"]', "twice"),
        ("[bag]\nalgorithms = []", "at least one"),
        ('[bag]\nsecond_opinion = "sometimes"', "always, small, never"),
        ("[identify]\ntimeout = 0", "greater than zero"),
        ("[identify]\ntimeout = true", "whole number"),
        ('[archive]\norganization = "A\\nB"', "one line"),
        ('[archive]\nemail = "City Archive <archive@example.org>"', "plain address"),
        ('[archive]\nemail = "archive@localhost"', "plain address"),
        ('[archive]\noai_url = "gateway.example.org"', "must be a URL"),
        ("[identify", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "preserve.toml").write_text(content)
    with pytest.raises(ConfigError, match=says) as caught:
        load(tmp_path, environment={})
    assert "preserve.toml" in caught.value.message
    assert caught.value.hint


def test_the_home_is_found_from_below(tmp_path: Path) -> None:
    (tmp_path / "preserve.toml").touch()
    below = tmp_path / "incoming" / "a"
    below.mkdir(parents=True)
    assert find_home(below) == tmp_path


def test_a_folder_with_incoming_is_a_home_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveHome) as caught:
        find_home(tmp_path)
    assert "preserve init" in caught.value.hint
    (tmp_path / "incoming").mkdir()
    assert find_home(tmp_path) == tmp_path


def test_every_setting_has_its_own_variable() -> None:
    assert len({setting.variable for setting in BY_KEY.values()}) == len(SETTINGS) + len(TERMS)


def test_any_term_may_be_said_of_every_package(tmp_path: Path) -> None:
    said = '[describe]\ncreator = ["Ann", "Bob"]\naudience = "All"\nrights = ["a", " "]\n'
    (tmp_path / "preserve.toml").write_text(said)
    config = load(tmp_path, environment={"PRESERVE_DESCRIBE_ACCESSRIGHTS": "On site"})
    assert config.texts("describe.creator") == ("Ann", "Bob")
    assert config.texts("describe.audience") == ("All",)
    assert config.texts("describe.accessRights") == ("On site",)
    assert config.texts("describe.rights") == ("a",)
    assert config.texts("describe.mediator") == ()
    assert "describe.mediator" not in config.values


@pytest.mark.parametrize("line", ['title = "x"', 'identifier = "x"', 'creater = "x"', "creator = 7", "creator = [1]"])
def test_what_is_no_term_or_no_text_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "preserve.toml").write_text(f"[describe]\n{line}\n")
    with pytest.raises(ConfigError, match=line.partition(" ")[0]):
        load(tmp_path, environment={})


@pytest.mark.parametrize(
    ("incoming", "packages"),
    [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("incoming", "."), (".", "packages"), ("", "packages"), ("incoming", " ")],
)
def test_arriving_and_sealed_things_are_kept_apart(tmp_path: Path, incoming: str, packages: str) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path, environment={}, flags={"paths.incoming": incoming, "paths.packages": packages})


def test_a_link_does_not_bring_them_together(tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    (tmp_path / "packages").symlink_to("incoming")
    with pytest.raises(ConfigError, match="one in the other"):
        load(tmp_path, environment={})


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "preserve.toml").write_bytes(b"\xef\xbb\xbf[archive]\nname = 'x'\n")
    assert load(tmp_path, environment={}).text("archive.name") == "x"


@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link"])
def test_a_file_that_cannot_be_read_is_never_passed_over(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "preserve.toml"
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("nowhere")
    with pytest.raises(ConfigError):
        load(tmp_path, environment={})


def test_a_catalogue_in_a_file_lies_where_the_archive_is(tmp_path: Path) -> None:
    for url, meant in (
        ("sqlite:///index.db", f"sqlite:///{tmp_path}/index.db"),
        ("sqlite:////srv/index.db", "sqlite:////srv/index.db"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
    ):
        assert load(tmp_path, environment={}, flags={"catalog.url": url}).catalog_url == meant


def test_bytes_that_are_no_text_are_refused_where_text_is_written(tmp_path: Path) -> None:
    for key in ("archive.name", "archive.organization", "archive.agent"):
        with pytest.raises(ConfigError, match="UTF-8"):
            load(tmp_path, environment={}, flags={key: os.fsdecode(b"Arch\xff")})


def test_tables_with_names_are_whole_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "preserve.toml").write_text(
        '[fixity]\ninterval = "30d"\n[locations.tape]\npath = "/mnt/tape"\n'
        '[fixity.rules.huge]\ninterval = "1y"\nlarger_than = "10GB"\n[fixity.rules.all]\ninterval = "60d"\n'
    )
    config = load(tmp_path, environment={})
    assert config.text("fixity.interval") == "30d"
    assert config.named("locations") == {"tape": {"path": "/mnt/tape", "interval": ""}}
    assert list(config.named("fixity.rules")) == ["huge", "all"]
    assert config.named("fixity.rules")["huge"]["larger_than"] == "10GB"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[locations]\npath = '/mnt'\n", "tables with names"),
        ("locations = 3\n", "tables with names"),
        ("[locations.'a/b']\npath = '/mnt'\n", "cannot be the name"),
        ("[locations.tape]\n", "locations.tape.path must be given"),
        ("[locations.tape]\npath = ''\n", "must name a folder"),
        ("[locations.tape]\npath = 3\n", "must be text"),
        ("[locations.tape]\npath = 'x'\nspeed = 'y'\n", "no setting 'speed'"),
        ("[fixity.rules.big]\ninterval = '1y'\nlarger_than = 'much'\n", "must be a size"),
        ("[fixity.rules.big]\nlarger_than = '1GB'\n", "interval must be given"),
    ],
)
def test_a_table_that_is_not_as_it_must_be_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "preserve.toml").write_text(text)
    with pytest.raises(ConfigError, match=told):
        load(tmp_path, environment={})
