"""Making checkpoints: what is signed, where it lies, and what is not signed."""

import os
import shutil
import time
from pathlib import Path

import pytest

from preserve.workflows.checkpointing.places import checkpoints_in
from tests.acceptance.archive import Archive
from tests.checkpoints.signed import Signed, codes, history_of, lines_of, rechain


def test_a_checkpoint_lies_in_its_folder_with_its_companion(signed: Signed) -> None:
    made = signed.run("checkpoint", "--json").only
    path = Path(made["path"])
    assert path.parent == signed.home / "checkpoints"
    assert path.name == made["time"].replace(":", "") + ".txt"
    assert Path(made["companion"]).read_bytes().count(b"\n") == made["size"] == 3
    assert sorted(each.name for each in path.parent.iterdir()) == sorted([path.name, Path(made["companion"]).name])
    assert signed.run("checkpoint", "verify", path, "--key", signed.key).status == 0


def test_two_checkpoints_of_one_second_have_two_names(signed: Signed) -> None:
    paths = [signed.run("checkpoint", "--json").only["path"] for _ in range(12)]
    assert len(set(paths)) == 12
    assert [str(path) for path in checkpoints_in(signed.home / "checkpoints")] == paths, "in the order of their making"
    assert "3 packages" in signed.run("checkpoint", "create").out


def test_an_archive_without_packages_can_be_signed(archive: Archive) -> None:
    archive.run("keys", "new")
    made = archive.run("checkpoint", "--json").only
    assert (made["size"], made["origin"]) == (0, "preserve-archive")
    assert archive.run("checkpoint", "verify", made["path"], "--json").only["good"]


def test_without_a_key_nothing_is_signed(archive: Archive) -> None:
    said = archive.run("checkpoint")
    assert said.status == 23
    assert "preserve keys new" in said.err
    assert not (archive.home / "checkpoints").exists()


def test_a_checkpoint_never_replaces_a_file_and_never_lies_among_packages(signed: Signed) -> None:
    for place in (signed.checkpoint, signed.packages / "new.txt", signed.incoming / "new.txt"):
        before = place.read_bytes() if place.exists() else None
        assert signed.run("checkpoint", "create", "--out", place).status == 2
        assert (place.read_bytes() if place.exists() else None) == before
    taken = signed.off_site / "x.leaves.jsonl"
    taken.write_text("mine")
    assert signed.run("checkpoint", "create", "--out", signed.off_site / "x.txt").status == 2
    assert taken.read_text() == "mine"


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path: path.write_bytes(path.read_bytes().replace(b"ingestion", b"INGESTION", 1) + b"{}\n"), "Line"),
        (lambda path: path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2])), "lost its end"),
        (lambda path: path.unlink(), "missing"),
    ],
)
def test_nothing_is_signed_over_a_broken_history(signed: Signed, harm: object, why: str) -> None:
    ash = signed.named("ash")
    assert callable(harm)
    harm(history_of(ash))
    said = signed.run("checkpoint", "create", "--json")
    assert said.status == 3
    (problem,) = said.only["problems"]
    assert (problem["code"], problem["path"]) == ("checkpoint-left-out", ash.name)
    assert why in problem["message"]
    assert said.only["size"] == 2
    text = Path(said.only["path"]).read_text()
    assert f"\nleft-out {ash.name}\n" in text
    judged = signed.run("checkpoint", "verify", said.only["path"], "--key", signed.key, "--json")
    assert (judged.status, codes(judged.only)) == (0, ["checkpoint-had-left-out"])


@pytest.mark.parametrize("last", ["a description", "a check"])
def test_a_history_that_lacks_its_last_line_alone_is_left_out(signed: Signed, last: str) -> None:
    ash = signed.named("ash")
    if last == "a check":
        time.sleep(1.1)  # a check is known by its time, which is told in seconds
        signed.run("validate", "--record", ash)
    history_of(ash).write_bytes(b"".join(lines_of(ash)[:-1]))
    (problem,) = signed.run("checkpoint", "--json").only["problems"]
    assert "lost its end" in problem["message"]
    assert ("check of" in problem["message"]) is (last == "a check")


def test_a_history_that_lacks_a_check_of_a_copy_elsewhere_is_left_out(signed: Signed, tmp_path: Path) -> None:
    (signed.home / "preserve.toml").write_text(f'[locations.cellar]\npath = "{tmp_path / "cellar"}"\n')
    (tmp_path / "cellar").mkdir()
    ash = signed.named("ash")
    assert signed.run("replicate", ash.name, "--to", "cellar").status == 0
    time.sleep(1.1)  # a check is known by its time, which is told in seconds
    assert signed.run("audit", ash.name, "--location", "cellar").status == 0
    assert codes(signed.run("checkpoint", "create", "--out", tmp_path / "good.txt", "--json").only) == []
    history_of(ash).write_bytes(b"".join(lines_of(ash)[:-1]))
    (problem,) = signed.run("checkpoint", "create", "--out", tmp_path / "bad.txt", "--json").only["problems"]
    assert "check of" in problem["message"]


def test_the_origin_is_the_name_of_the_key_unless_somebody_gives_another(signed: Signed) -> None:
    def origin(*settings: str) -> str:
        words = [word for setting in settings for word in ("-c", setting)]
        return str(signed.run(*words, "checkpoint", "--json").only["origin"])

    name = "archive.name=Archive of  the Harbour + Docks"
    assert origin(name) == "example.org/archive"
    assert signed.run("-c", name, "keys", "new").status == 0
    assert origin() == "Archive-of-the-Harbour-Docks"
    assert origin("checkpoint.name=example.org/a", "archive.name=b") == "example.org/a"
    assert signed.run("-c", "checkpoint.name=two words", "checkpoint").status == 12


def test_a_checkpoint_beside_a_writer_is_harmless(signed: Signed) -> None:
    """Checks are recorded in another process while one checkpoint after the other is made; each must hold."""
    ash = signed.named("ash")
    writer = signed.start("validate", "--record", *[str(ash)] * 30)
    paths: list[str] = []
    while writer.poll() is None or not paths:
        paths.append(signed.run("checkpoint", "--json").only["path"])
    writer.communicate()
    assert writer.returncode == 0
    for path in paths:
        assert signed.run("checkpoint", "verify", path, "--key", signed.key).status == 0, path


# --- what earlier ones saw ----------------------------------------------------------------------------------


def test_what_was_rewritten_since_the_last_one_is_not_signed_again_in_silence(signed: Signed) -> None:
    assert signed.run("checkpoint").status == 0
    ash = signed.named("ash")
    true = history_of(ash).read_bytes()
    rechain(ash, lambda entries: [entries[0], *entries[2:]])
    shutil.rmtree(signed.packages / ".preserve")
    signed.run("catalog", "rebuild")
    for _ in range(3):
        said = signed.run("checkpoint", "--json")
        assert (said.status, codes(said.only), said.only["size"]) == (3, ["checkpoint-left-out"], 2)
        assert "line 2 was removed" in said.only["problems"][0]["message"]
    history_of(ash).write_bytes(true)
    assert signed.run("checkpoint", "--json").only["size"] == 3


def test_a_loss_that_a_person_accepted_is_signed_as_that(signed: Signed) -> None:
    signed.run("checkpoint")
    ash = signed.named("ash")
    history_of(ash).unlink()
    assert signed.run("checkpoint", "--json").only["size"] == 2
    signed.run("catalog", "rebuild", "--accept-loss", ash.name)
    said = signed.run("checkpoint", "--json")
    assert (said.status, codes(said.only), said.only["size"]) == (0, ["checkpoint-loss-signed"], 3)
    assert codes(signed.run("checkpoint", "--json").only) == []
    signed.run("validate", "--record", ash)
    signed.run("checkpoint")
    rechain(ash, lambda entries: [*entries[:2], {**entries[2], "note": "changed"}])
    said = signed.run("checkpoint", "--json")
    assert (said.status, codes(said.only)) == (3, ["checkpoint-left-out"]), "it is no licence to change the rest"
    assert "line 3 was altered" in said.only["problems"][0]["message"]


def test_a_package_that_is_gone_is_told_once(signed: Signed) -> None:
    signed.run("checkpoint")
    ash = signed.named("ash")
    history_of(ash).unlink()
    shutil.rmtree(ash)
    signed.run("catalog", "rebuild")
    said = signed.run("checkpoint", "--json")
    assert (said.status, said.only["size"]) == (3, 2)
    assert "gone" in said.only["problems"][0]["message"]
    assert codes(signed.run("checkpoint", "--json").only) == [], "who took it away knows it now"


def test_earlier_ones_that_are_spoilt_are_passed_over(signed: Signed) -> None:
    signed.run("checkpoint")
    folder = signed.home / "checkpoints"
    (folder / "2999-01-01T000000Z.txt").write_bytes(b"\xff" * 100)
    (folder / "2999-01-02T000000Z.txt").mkdir()
    (folder / "2999-01-03T000000Z.txt").write_bytes(signed.checkpoint.read_bytes().replace(b"\n3\n", b"\n4\n"))
    os.mkfifo(folder / "2999-01-04T000000Z.txt")
    rechain(signed.named("ash"), lambda entries: entries[:-1])
    assert "checkpoint-left-out" in codes(signed.run("checkpoint", "--json").only)
