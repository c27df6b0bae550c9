"""Kinds of targets: those of the house, and those that others bring, whatever these are like."""

from pathlib import Path

import pytest

from preserve.deposit.given import TargetKind
from preserve.errors import ConfigError
from preserve.workflows.depositing.kinds import BUILT_IN, _wrong, all_kinds, kind_named, kind_names
from tests.stranger import SOURCE, install


def test_a_stranger_s_kind_is_found_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    assert kind_named("box").meaning == "A stranger's box."
    assert kind_names()[: len(BUILT_IN)] == tuple(BUILT_IN)
    assert "box" in kind_names()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import nonsense_that_is_nowhere", "nonsense_that_is_nowhere"),
        ("raise RuntimeError('two\\nlines')", "RuntimeError: two lines"),
        ("x = (", "SyntaxError"),
        ("KIND = 3", "it is no TargetKind"),
        ("pass", "AttributeError"),
        (SOURCE.replace('name="box"', 'name="chest"'), "it calls itself 'chest'"),
        (SOURCE.replace('("bag", "tar")', '("bag", "crate")'), "its form 'crate'"),
        (SOURCE.replace('("bag", "tar")', "()"), "in no form"),
        (SOURCE.replace('Setting("height", 3', 'Setting("rate", 3'), "its key 'rate'"),
        (SOURCE.replace('Setting("height", 3', 'Setting("token", 3'), "its key 'token'"),
        (SOURCE.replace('required=("path",)', 'required=("lid",)'), "requires 'lid'"),
    ],
)
def test_a_broken_one_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, told: str) -> None:
    install(tmp_path, monkeypatch, source=source)
    with pytest.raises(ConfigError) as caught:
        kind_named("box")
    assert told in caught.value.message
    assert "strangers-box 1.0" in caught.value.message
    assert "\n" not in caught.value.message
    broken = [found for name, found in all_kinds() if name == "box"]
    assert [type(found) for found in broken] == [ConfigError]


def test_nobody_takes_a_name_of_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, kind="folder", source="raise SystemExit('was loaded')")
    told = [found for name, found in all_kinds() if name == "folder" and isinstance(found, ConfigError)]
    assert any("one of preserve's own" in error.message for error in told)
    assert kind_names().count("folder") == 1


def test_two_strangers_under_one_name_are_both_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    install(tmp_path, monkeypatch, distribution="other-box", module="other_box")
    with pytest.raises(ConfigError, match=r"Two programs bring.*other-box 1.0.*strangers-box 1.0"):
        kind_named("box")


def test_a_kind_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="'chest'") as caught:
        kind_named("chest")
    assert all(name in caught.value.hint for name in BUILT_IN)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_kind_of_the_house_can_be_loaded_and_is_sound(name: str) -> None:
    kind = kind_named(name)
    assert isinstance(kind, TargetKind)
    assert _wrong(kind, name) == ""
    assert all(setting.meaning.endswith(".") for setting in kind.settings)
    assert kind.meaning
