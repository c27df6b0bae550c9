"""Sealing: what is staged is read back from the disk, two witnesses must agree, and nothing is ever replaced."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from preserve.bag.sealing import seal, second_opinion
from preserve.bag.sealing.staging import Staging, Workroom, remove_tree, store_errors
from preserve.bag.sealing.stored import StoredFiles
from preserve.errors import ChangedDuringIngest, SealRefused, StoreUnwritable, TransferRefused
from preserve.model import Companion, CompanionKind, Outcome, SourceFile, SourceFiles
from preserve.ports import Silent
from preserve.storage.crew import Crew, MemberLost
from preserve.storage.sources import seen_now
from tests.bag.builder import build

ALGORITHMS = ("sha256", "sha512")
AN_ID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def workroom(tmp_path: Path) -> Workroom:
    """The workbench of an empty store."""
    room = Workroom(tmp_path / "store" / ".preserve")
    room.prepare()
    return room


def source(tmp_path: Path, name: str = "letter.txt", content: bytes = b"A letter.") -> SourceFile:
    place = tmp_path / name.replace("/", "_")
    place.write_bytes(content)
    return seen_now(place, name)


@contextmanager
def begun(workroom: Workroom) -> Iterator[Staging]:
    """An empty bag in the making on a place that is ours."""
    with workroom.begin() as workbench:
        yield Staging(workbench.place(AN_ID))


def added(staging: Staging, files: Sequence[SourceFile], *more: str) -> StoredFiles:
    """Put *files* into the payload, with *more* digests than usual."""
    wanted = {file.path: more for file in files}
    return staging.add_payload(SourceFiles(files), ALGORITHMS, wanted, Crew(1), Silent())


def staged(staging: Staging, *files: SourceFile) -> StoredFiles:
    stored = added(staging, files)
    octets = sum(file.size for file in files)
    seal.write_tag_files(staging, stored, [("Payload-Oxum", f"{octets}.{len(files)}")], ALGORITHMS)
    return stored


def test_a_staged_bag_is_read_back_and_both_witnesses_agree(workroom: Workroom, tmp_path: Path) -> None:
    with begun(workroom) as staging:
        staged(staging, source(tmp_path), source(tmp_path, "deep/er/b.txt", b""))
        seal.forget(staging.bag)
        heard = seal.read_back(staging.bag, ALGORITHMS, ask_bagit=True)
        assert heard.ours.valid
        assert heard.second is not None
        assert heard.second.outcome is Outcome.SUCCESS


def test_a_byte_that_changed_on_the_way_to_the_disk_forbids_sealing(workroom: Workroom, tmp_path: Path) -> None:
    with begun(workroom) as staging:
        staged(staging, source(tmp_path))
        (staging.bag / "data" / "letter.txt").write_bytes(b"B letter.")
        with pytest.raises(SealRefused, match=r"letter\.txt"):
            seal.read_back(staging.bag, ALGORITHMS, ask_bagit=False)


def test_publishing_never_replaces_what_is_there(workroom: Workroom, tmp_path: Path) -> None:
    (tmp_path / "store" / "letter").mkdir()
    with begun(workroom) as staging:
        staged(staging, source(tmp_path))
        with pytest.raises(StoreUnwritable):
            seal.publish([(staging.bag, "letter")], tmp_path / "store")
        assert staging.bag.is_dir()
    assert list((tmp_path / "store" / "letter").iterdir()) == []


def test_closing_leaves_nothing_on_the_workbench(workroom: Workroom, tmp_path: Path) -> None:
    with begun(workroom) as staging:
        staged(staging, source(tmp_path))
    assert list((tmp_path / "store" / ".preserve" / "staging").iterdir()) == []


def test_a_source_that_is_not_what_was_surveyed_is_refused(workroom: Workroom, tmp_path: Path) -> None:
    file = source(tmp_path)
    os.rename(file.source, tmp_path / "elsewhere")
    Path(file.source).write_bytes(b"A LETTER.")
    os.utime(file.source, ns=(file.mtime_ns, file.mtime_ns))
    with begun(workroom) as staging, pytest.raises(ChangedDuringIngest):
        added(staging, [file])


def test_one_read_gives_the_digests_and_the_time_of_the_source(workroom: Workroom, tmp_path: Path) -> None:
    file = source(tmp_path)
    with begun(workroom) as staging:
        (stored,) = added(staging, [file], "md5")
        copy = staging.bag / stored.path
        assert copy.read_bytes() == b"A letter."
        assert copy.stat().st_mtime_ns == file.mtime_ns
    found = {digest.algorithm: digest.value for digest in stored.digests}
    assert found == {name: hashlib.new(name, b"A letter.").hexdigest() for name in (*ALGORITHMS, "md5")}


def test_companions_become_tag_files(workroom: Workroom, tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("filename,dc.title\n")
    companion = Companion(CompanionKind.METADATA_CSV, "metadata.csv", tmp_path / "metadata.csv")
    with begun(workroom) as staging:
        staging.add_companion(companion, ALGORITHMS)
        assert "metadata/source/metadata.csv" in staging.tags


def test_manifests_list_every_file_once_sorted(workroom: Workroom, tmp_path: Path) -> None:
    with begun(workroom) as staging:
        staged(staging, source(tmp_path, "b.txt"), source(tmp_path, "a.txt"))
        lines = (staging.bag / "manifest-sha256.txt").read_text().splitlines()
        listed = (staging.bag / "tagmanifest-sha512.txt").read_text()
    assert [line.partition("  ")[2] for line in lines] == ["data/a.txt", "data/b.txt"]
    assert "tagmanifest" not in listed
    assert "manifest-sha256.txt" in listed


@pytest.mark.parametrize(
    ("setting", "files", "asked"),
    [("always", 10**6, True), ("small", 9_999, True), ("small", 10_000, False), ("never", 1, False)],
)
def test_when_the_second_witness_is_asked(setting: str, files: int, asked: bool) -> None:
    assert second_opinion.wanted(setting, files) is asked


def test_names_that_bagit_misreads_are_a_warning_and_not_a_refusal(workroom: Workroom, tmp_path: Path) -> None:
    odd = ["100%.txt", "line\nfeed", "trailing ", "next\u0085line", "caf\u00e9", "cafe\u0301"]
    with begun(workroom) as staging:
        staged(staging, *(source(tmp_path, name, name.encode()) for name in odd))
        heard = seal.read_back(staging.bag, ALGORITHMS, ask_bagit=True)
    assert heard.second is not None
    assert heard.second.outcome in (Outcome.WARNING, Outcome.NOT_DONE)
    assert heard.second.note


def test_an_odd_name_excuses_no_other_file(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    build(bag, {"data/100%.txt": b"x", "data/letter.txt": b"y"}, algorithms=["sha512"])
    (bag / "data" / "letter.txt").unlink()
    opinion = second_opinion.ask(bag, ("sha512",), ["data/100%.txt", "data/letter.txt"])
    assert opinion.outcome is Outcome.FAIL


def test_algorithms_that_bagit_does_not_know_are_no_pass(tmp_path: Path) -> None:
    assert second_opinion.ask(tmp_path, ("sha3256",), ()).outcome is Outcome.NOT_DONE


def test_a_tree_of_any_depth_is_removed_without_following_links(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("x")
    deep = tmp_path / "tree"
    deep.mkdir()
    for _ in range(1500):
        deep /= "d"
        deep.mkdir()
    (deep / "link").symlink_to(kept)
    (tmp_path / "tree" / "folder-link").symlink_to(tmp_path)
    remove_tree(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()
    assert kept.exists()


def test_a_lost_helper_is_not_blamed_on_the_store(tmp_path: Path) -> None:
    with pytest.raises(MemberLost), store_errors(tmp_path):
        raise MemberLost(0, "a helping process ended before it had done its task")


def test_a_store_behind_a_link_to_nowhere_is_not_blamed_on_the_transfer(tmp_path: Path) -> None:
    (tmp_path / "packages").symlink_to(tmp_path / "disk that is not connected")
    with pytest.raises(StoreUnwritable, match="file exists"):
        Workroom(tmp_path / "packages" / ".preserve").prepare()


def test_a_name_that_the_store_cannot_hold_is_the_transfers_and_lets_go_of_the_workbench(
    workroom: Workroom, tmp_path: Path
) -> None:
    file = replace(source(tmp_path), path="n" * 300)
    with pytest.raises(TransferRefused, match="too long"), begun(workroom) as staging:
        added(staging, [file])
    with begun(workroom):
        pass
