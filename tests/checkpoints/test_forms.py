"""Checkpoints in whatever form they come back, and by whichever key: judged in one sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.config import load
from preserve.history.checkpoints import note
from preserve.history.checkpoints.note import Note
from preserve.workflows.checkpointing.places import keys_of
from tests.checkpoints.signed import Signed, codes, forge_all


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "checkpoint-mended"),
        (lambda data: data.replace(b"\n", b"   \n") + b"\n\n", "checkpoint-mended"),
        (lambda data: b"\xef\xbb\xbf" + data.rstrip(), "checkpoint-mended"),
        (lambda data: data[: len(data) // 2], "checkpoint-unreadable"),
        (lambda data: data[:-30], "checkpoint-unreadable"),
        (lambda data: data.replace("—".encode(), b"--"), "checkpoint-unreadable"),
        (lambda _: b"", "checkpoint-unreadable"),
        (lambda _: b"Dear archive,\n", "checkpoint-unreadable"),
        (lambda _: os.urandom(4096), "checkpoint-unreadable"),
        (lambda data: data + data[data.rindex("—".encode()) :] * 5000, "checkpoint-unreadable"),
        (lambda data: b"a" * 2_000_000 + data, "checkpoint-unreadable"),
        (lambda data: data.replace(b"\n3\n", b"\n2\n"), "checkpoint-signature-wrong"),
        (lambda data: data.replace(b"example.org", b"example.com"), "checkpoint-key-unknown"),
    ],
)
def test_whatever_comes_back_is_judged_in_one_sentence(signed: Signed, spoil: object, code: str) -> None:
    assert callable(spoil)
    signed.checkpoint.write_bytes(spoil(signed.checkpoint.read_bytes()))
    said = signed.verify()
    assert codes(said.only) == [code]
    assert said.only["good"] is (code == "checkpoint-mended")
    assert said.status == (0 if said.only["good"] else 3)
    if not said.only["good"]:
        assert said.only["checkpoint"] is None, "what nobody signed is not repeated"
        assert said.only["compared_by"] == "nothing"


@pytest.mark.parametrize("place", range(0, 700, 97))
def test_a_checkpoint_with_one_wrong_character_is_never_good(signed: Signed, place: int) -> None:
    data = bytearray(signed.checkpoint.read_bytes())
    data[place % len(data)] ^= 1
    signed.checkpoint.write_bytes(bytes(data))
    assert signed.verify().status == 3


def test_what_is_no_file_stops_nothing(signed: Signed, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "nothing", Path("/dev/null")):
        said = signed.run("checkpoint", "verify", path, "--key", signed.key)
        assert said.status in (3, 23), path
        assert len(said.err.splitlines()) <= 2


@pytest.mark.parametrize("key", ["nonsense", "a+b+c", "example.org/archive+00000000+AQ==", "/dev/null", "."])
def test_a_key_that_is_none_is_told(signed: Signed, key: str) -> None:
    said = signed.run("checkpoint", "verify", signed.checkpoint, "--key", key)
    assert said.status == 23
    assert len(said.err.splitlines()) <= 2


def test_a_key_that_did_not_sign_is_told_with_the_one_that_did(signed: Signed, tmp_path: Path) -> None:
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    (problem,) = signed.run("checkpoint", "verify", signed.checkpoint, "--key", other, "--json").only["problems"]
    assert problem["code"] == "checkpoint-key-unknown"
    assert "example.org/archive+" in problem["message"]
    both = tmp_path / "keys.txt"
    both.write_text(f"# what we trust\r\n{other}\n\n{signed.key}  # ours\n")
    assert signed.run("checkpoint", "verify", signed.checkpoint, "--key", both).status == 0


def test_without_a_key_those_of_the_archive_are_believed_and_that_is_told(signed: Signed) -> None:
    said = signed.run("checkpoint", "verify", signed.checkpoint, "--json")
    assert said.status == 0
    assert said.only["keys_from_archive"]
    assert codes(said.only) == ["checkpoint-key-from-home"]


def test_an_attackers_own_key_in_the_archive_does_not_help_against_the_one_that_was_kept(signed: Signed) -> None:
    forge_all(signed, signed.named("ash"))
    shutil.rmtree(signed.home / ".preserve")
    signed.run("keys", "new", "example.org/archive")
    signed.checkpoint.unlink()
    signed.companion.unlink()
    signed.run("checkpoint", "create", "--out", signed.checkpoint)
    assert signed.run("checkpoint", "verify", signed.checkpoint).status == 0, "by the key in the archive it is good"
    assert codes(signed.verify().only) == ["checkpoint-key-unknown"]


def test_a_checkpoint_of_somebody_else_is_not_compared(signed: Signed, tmp_path: Path) -> None:
    sofa = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501  as the specification shows it
    (tmp_path / "sofa.txt").write_text(sofa)
    said = signed.run("checkpoint", "verify", tmp_path / "sofa.txt", "--key", signed.key, "--json")
    assert (said.status, codes(said.only)) == (3, ["checkpoint-key-unknown"])


def test_a_good_checkpoint_without_an_archive_is_not_called_compared(signed: Signed, tmp_path: Path) -> None:
    (tmp_path / "nowhere").mkdir()
    command = [sys.executable, "-m", "preserve", "checkpoint", "verify", str(signed.checkpoint), "--key", signed.key]
    done = subprocess.run(command, cwd=tmp_path / "nowhere", check=False, capture_output=True, text=True)
    assert done.returncode == 10
    assert "signed as it must be" in done.stderr


SIGNED_TEXTS = [
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "checkpoint-not-ours"),
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nanything\n", "checkpoint-not-ours"),
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\npreserve-checkpoint 2\n", "checkpoint-unreadable"),
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\npreserve-checkpoint 1\n", "checkpoint-unreadable"),
    ("a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "checkpoint-unreadable"),
    ("a\n1\nCsUYapGGPo4=\n", "checkpoint-unreadable"),
    ("a\n1\n", "checkpoint-unreadable"),
    ("Dear archive,\n", "checkpoint-unreadable"),
]


@pytest.mark.parametrize(("text", "code"), SIGNED_TEXTS)
def test_what_our_key_signed_and_is_no_checkpoint_of_this_form_is_told(signed: Signed, text: str, code: str) -> None:
    key, private = keys_of(load(signed.home, environment={})).signing()
    signed.checkpoint.write_bytes(Note(text, (note.sign(text, key.name, private),)).encode())
    said = signed.verify()
    assert (said.status, codes(said.only)) == (3, [code])
