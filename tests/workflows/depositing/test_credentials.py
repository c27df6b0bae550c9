"""Credentials are found in the environment, in a safe file and in the keyring, in this order, and are never shown."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from preserve.errors import ConfigError
from preserve.ports.depositing import Secret
from preserve.workflows.depositing.credentials import credentials_of, variable

NAMES = ("password", "passphrase")


def values(
    environment: dict[str, str] | None = None,
    file: Path | None = None,
    others: tuple[str, ...] = (),
    *,
    of: str = "nas",
) -> dict[str, str]:
    found = credentials_of(of, NAMES, environment or {}, file, others)
    return {name: each.secret.reveal() for name, each in found.items()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "credentials"
    place.touch(mode=0o600)
    return place


def test_the_environment_is_asked_by_the_name_of_the_target() -> None:
    assert variable("my-nas", "password") == "PRESERVE_TARGET_MY_NAS_PASSWORD"
    assert values({"PRESERVE_TARGET_NAS_PASSWORD": " a b "}) == {"password": " a b "}
    assert values({"PRESERVE_TARGET_NAS_PASSWORD": ""}) == {}
    assert values({"PRESERVE_TARGET_OTHER_PASSWORD": "x"}) == {}


def test_a_variable_goes_before_the_file(file: Path) -> None:
    file.write_text('password = "filed"\npassphrase = "filed too"\n')
    found = values({"PRESERVE_TARGET_NAS_PASSWORD": "outside"}, file)
    assert found == {"password": "outside", "passphrase": "filed too"}


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ('password = "x=y # z"', "x=y # z"),
        ("password='x'\n", "x"),
        ("password=x=y # z", "x=y # z"),
        ("# the password\n\n  password = pa ss \n", "pa ss"),
        ("password=12345", "12345"),
        ("password=0123", "0123"),
        ("PASSWORD=true", "true"),
        ("PRESERVE_TARGET_NAS_PASSWORD=x\nPRESERVE_TARGET_S3_SECRET_KEY=y", "x"),
        ("\ufeffpassword=x\r\n", "x"),
        ('password = "a\\u00e4"', "aä"),
    ],
)
def test_the_file_is_toml_or_lines(file: Path, text: str, password: str) -> None:
    file.write_text(text)
    assert values(file=file) == {"password": password}


@pytest.mark.parametrize(
    "text", ["s3cretpart", "password: s3cretpart", "s3cretpart==", "pasword=s3cretpart", 'pwd="s3cretpart"']
)
def test_a_file_that_is_not_understood_is_never_quoted(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        values(file=file)
    assert "s3cretpart" not in f"{caught.value.message} {caught.value.hint}"
    assert str(file) in caught.value.message


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o610])
def test_a_file_that_others_may_read_is_not_used(file: Path, mode: int) -> None:
    file.write_text("password=x")
    file.chmod(mode)
    with pytest.raises(ConfigError, match="others may read or change it") as caught:
        values(file=file)
    assert f"chmod 600 {file}" in caught.value.hint


def test_what_is_no_file_is_not_used(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for place, told in (
        (tmp_path, "not a file"),
        (tmp_path / "pipe", "not a file"),
        (tmp_path / "none", "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=told):
            values(file=place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_used(file: Path) -> None:
    os.chown(file, 12345, 12345)
    with pytest.raises(ConfigError, match="belongs to somebody else"):
        values(file=file)


def test_bytes_that_are_no_text_and_endless_files_are_not_used(file: Path) -> None:
    for content, told in ((b"password=\xff", "not text"), (b"#" * 300_000, "too large")):
        file.write_bytes(content)
        with pytest.raises(ConfigError, match=told):
            values(file=file)


@pytest.mark.parametrize(("name", "other"), [("na-s", "na_s"), ("nas", "nas-pass"), ("nas", "nas_pass")])
def test_a_variable_that_may_be_meant_for_another_target_is_told_to_nobody(name: str, other: str) -> None:
    wanted = "word" if "pass" in other else "password"
    there = {variable(other, wanted): "x"}
    with pytest.raises(ConfigError, match=f"{name} or for {other}"):
        credentials_of(name, ("password", "pass_word"), there, None, (name, other))
    assert credentials_of(name, ("password",), {}, None, (name, other)) == {}


@pytest.fixture
def ring() -> Iterator[Any]:
    """A keyring of which the tests know what is in it; its library is an extra."""
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend  # noqa: PLC0415

    class Ring(KeyringBackend):
        holds: ClassVar[dict[tuple[str, str], str]] = {}
        asked: ClassVar[list[tuple[str, str]]] = []
        locked: ClassVar[bool] = False

        def get_password(self, service: str, username: str) -> str | None:
            if self.locked:
                raise ValueError("the desktop has gone to sleep")
            self.asked.append((service, username))
            return self.holds.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())  # type: ignore[no-untyped-call]
    yield Ring
    keyring.set_keyring(before)


def test_the_keyring_is_asked_last(ring: Any, file: Path) -> None:
    ring.holds[("preserve/nas", "password")] = "ringed"
    found = credentials_of("nas", NAMES, {}, None)
    assert {name: (each.secret.reveal(), each.where) for name, each in found.items()} == {
        "password": ("ringed", "the keyring")
    }
    file.write_text("password=filed")
    assert values(file=file) == {"password": "filed"}
    ring.asked.clear()
    assert values({variable("nas", name): name for name in NAMES}) == {name: name for name in NAMES}
    assert ring.asked == []


def test_a_keyring_that_cannot_be_opened_has_nothing(ring: Any) -> None:
    ring.locked = True
    assert values() == {}


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("hush")
    assert "hush" not in f"{secret!r} {secret}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
