"""Making checkpoints: what is signed, where it lies, and what is not signed."""

from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.signed import Signed, codes, history_of


def test_a_checkpoint_lies_in_its_folder_with_its_companion(signed: Signed) -> None:
    made = signed.run("checkpoint", "--json").only
    path = Path(made["path"])
    assert path.parent == signed.home / "checkpoints"
    assert path.name == made["time"].replace(":", "") + ".txt"
    assert Path(made["companion"]).read_bytes().count(b"\n") == made["size"] == 3
    assert sorted(each.name for each in path.parent.iterdir()) == sorted([path.name, Path(made["companion"]).name])
    assert signed.run("checkpoint", "verify", path, "--key", signed.key).status == 0


def test_two_checkpoints_of_one_second_have_two_names(signed: Signed) -> None:
    paths = {signed.run("checkpoint", "--json").only["path"] for _ in range(3)}
    assert len(paths) == 3
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


def test_the_archives_name_becomes_the_origin(signed: Signed) -> None:
    def origin(*settings: str) -> str:
        words = [word for setting in settings for word in ("-c", setting)]
        return str(signed.run(*words, "checkpoint", "--json").only["origin"])

    assert origin("archive.name=Archive of  the Harbour + Docks") == "Archive-of-the-Harbour-Docks"
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
