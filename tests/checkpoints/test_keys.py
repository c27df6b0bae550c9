"""Keys: where they lie, and how one hands over to the next."""

import shutil
import stat
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.checkpoints.signed import Signed, codes
from tests.full import full_disk


def test_a_private_key_is_readable_for_its_owner_alone_and_in_no_package(signed: Signed) -> None:
    folder = signed.home / ".preserve" / "keys"
    (private,) = folder.glob("*.pem")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    private.chmod(0o640)
    said = signed.run("checkpoint")
    assert (said.status, "read by others" in said.err) == (23, True)


@pytest.mark.parametrize("setting", ["paths.packages=.", "paths.packages=.preserve", "paths.packages=link"])
def test_keys_are_refused_inside_the_package_store(archive: Archive, setting: str) -> None:
    (archive.home / "link").symlink_to(archive.home)
    archive.incoming.rmdir()
    said = archive.run("-c", setting, "-c", "paths.incoming=/tmp/nowhere-at-all", "keys", "new")
    assert said.status == 23
    assert not (archive.home / ".preserve").exists()


def test_trust_follows_the_keys_that_handed_over(signed: Signed) -> None:
    first = signed.key
    second = signed.run("keys", "new", "--json").only
    third = signed.run("keys", "new", "third", "--json").only
    assert (second["after"], third["after"]) == (first.split("+")[1], second["hash"])
    assert [key["signs"] for key in signed.run("keys", "list", "--json").messages] == [False, False, True]
    made = Path(signed.run("checkpoint", "--json").only["path"])
    said = signed.run("checkpoint", "verify", made, "--key", first, "--json").only
    assert said["signers"] == [{"key": third["key"], "through": first}]
    assert "to which" in signed.run("checkpoint", "verify", made, "--key", first).out
    assert signed.verify().status == 0, "what was signed before is still good"
    assert not signed.run("checkpoint", "verify", signed.checkpoint, "--key", third["key"], "--json").only["good"]


def test_the_notes_of_handover_may_lie_beside_the_checkpoint_alone(signed: Signed) -> None:
    signed.run("keys", "new")
    signed.run("checkpoint")
    shutil.copytree(signed.home / "checkpoints", signed.off_site / "copies")
    shutil.rmtree(signed.home / ".preserve")
    shutil.rmtree(signed.home / "checkpoints")
    (made,) = (signed.off_site / "copies").glob("2*.txt")
    assert signed.run("checkpoint", "verify", made, "--key", signed.key).status == 0
    (note,) = (signed.off_site / "copies").glob("handover-*.txt")
    note.write_text(note.read_text().replace("time 2", "time 3"))
    assert signed.run("checkpoint", "verify", made, "--key", signed.key).status == 3


@pytest.mark.parametrize("octets", [0, 150])
def test_of_a_key_for_which_there_is_no_room_nothing_is_left(signed: Signed, octets: int) -> None:
    folder = signed.home / ".preserve" / "keys"
    (folder / "0123abcd.pem.part").touch()  # of one that was killed
    before = {path: path.read_bytes() for path in folder.iterdir() if path.suffix != ".part"}
    with full_disk(octets):
        said = signed.run("keys", "new", "second")
    assert (said.status, "cannot be kept" in said.err) == (23, True)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert signed.run("checkpoint").status == 0, "the former key still signs"


def test_a_key_that_nobody_handed_over_to_gains_no_trust(signed: Signed, tmp_path: Path) -> None:
    keys = signed.home / ".preserve" / "keys"
    signed.run("keys", "new", "thief")
    (thief,) = keys.glob("handover-*.txt")
    text, _, below = thief.read_text().rpartition("\n\n")
    thief.write_text(text + "\n\n" + below.splitlines()[1] + "\n")  # signed by the thief alone
    shutil.copy(thief, signed.home / "checkpoints" / thief.name)
    (keys / f"{signed.key.split('+')[1]}.pem").unlink()
    signed.run("checkpoint", "create", "--out", tmp_path / "thief.txt")
    said = signed.run("checkpoint", "verify", tmp_path / "thief.txt", "--key", signed.key, "--json").only
    assert codes(said) == ["checkpoint-key-unknown"]


def test_a_note_that_the_new_key_did_not_sign_hands_over_nothing(signed: Signed) -> None:
    signed.run("keys", "new", "second")
    for note in signed.home.rglob("handover-*.txt"):
        text, _, below = note.read_text().rpartition("\n\n")
        note.write_text(text + "\n\n" + below.splitlines()[0] + "\n")
    (signed.home / ".preserve" / "keys" / f"{signed.key.split('+')[1]}.pem").unlink()
    made = signed.run("checkpoint", "--json").only["path"]
    assert codes(signed.run("checkpoint", "verify", made, "--key", signed.key, "--json").only) == [
        "checkpoint-key-unknown"
    ]


def test_a_key_that_was_stolen_does_not_hand_over(signed: Signed) -> None:
    (private,) = (signed.home / ".preserve" / "keys").glob("*.pem")
    private.rename(signed.home / "stolen.pem")
    assert signed.run("checkpoint").status == 23
    assert signed.run("keys", "new", "--json").only["after"] == ""
    made = signed.run("checkpoint", "--json").only["path"]
    assert signed.run("checkpoint", "verify", made, "--key", signed.key).status == 3
    assert signed.verify().status == 0


@pytest.mark.parametrize("name", ["two words", "a+b", "", "\u2028", "x" * 201])
def test_names_that_no_key_can_have_are_refused(archive: Archive, name: str) -> None:
    said = archive.run("keys", "new", name)
    assert said.status == (0 if name == "" else 23), "an empty name is the archive's"


def test_the_archive_has_no_key_until_one_is_made(archive: Archive) -> None:
    assert archive.run("keys", "list", "--json").messages == []
    assert archive.run("keys", "show").status == 23
    archive.run("keys", "new", "one")
    assert archive.run("keys", "show", "one").out == archive.run("keys", "show").out
    assert archive.run("keys", "show", "two").status == 23
