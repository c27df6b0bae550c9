"""Whole or not at all: whatever kills, fills or interrupts an ingest, no half package appears and nothing is lost."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from preserve.catalog.store import Catalog
from preserve.config import load
from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import assert_sound, codes, contents


def fill(archive: Archive, transfers: int = 6, files: int = 5) -> None:
    for number in range(transfers):
        folder = archive.incoming / f"box {number}"
        folder.mkdir()
        for file in range(files):
            (folder / f"{file}.txt").write_text(f"letter {number} {file}\n" * 200)


def assert_whole(archive: Archive, source: dict[bytes, tuple[bytes, int]]) -> None:
    """After the next start: nothing half, nothing forgotten, nothing left on the workbench."""
    assert contents(archive.incoming) == source
    said = archive.run("ingest", "--json")
    assert said.status == 0, said.err
    assert {result["status"] for result in said.messages} <= {"sealed", "already-packaged"}
    assert not archive.staged()
    for package in archive.sealed():
        assert archive.run("validate", "--json", str(package)).only["valid"]
        assert archive.run("log", "--json", package.name).status == 0
    listed = {message["name"] for message in archive.run("ls", "--json").messages}
    assert listed == {package.name for package in archive.sealed()}
    assert archive.run("status", "--json").status == 0


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_ingest_says_so_and_leaves_nothing_half_done(archive: Archive, stop: signal.Signals) -> None:
    with (archive.incoming / "large.bin").open("wb") as large:
        large.truncate(3 << 30)
    run = archive.start("ingest", "--json")
    while not archive.staged():
        assert run.poll() is None
        time.sleep(0.02)
    time.sleep(0.2)
    run.send_signal(stop)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    assert json.loads(out)["code"] == "interrupted"
    assert "Traceback" not in err
    assert not archive.sealed()
    assert not archive.staged()


def test_a_package_that_was_sealed_but_not_recorded_is_recorded_at_the_next_start(archive: Archive) -> None:
    fill(archive, transfers=1)
    (result,) = archive.ingest()
    (archive.packages / f"{result['name']}.history.jsonl").unlink()
    with Catalog.open(load(archive.home, environment={}).catalog_url) as catalog:
        catalog.remove(result["id"])
    (again,) = archive.ingest()
    assert again["status"] == "already-packaged"
    events = archive.run("log", "--json", result["name"]).messages
    assert any("interrupted" in event["detail"] for event in events)


def test_a_strange_folder_in_the_store_is_reported_and_left_alone(archive: Archive) -> None:
    fill(archive, transfers=1)
    (archive.packages / "notes").mkdir()
    (archive.packages / "notes" / "mine.txt").write_text("x")
    said = archive.run("ingest")
    assert said.status == 3
    assert "notes" in said.err
    assert (archive.packages / "notes" / "mine.txt").read_text() == "x"
    assert archive.run("status").status == 3


def test_litter_of_a_dead_run_is_swept_and_that_of_a_living_one_is_not(archive: Archive) -> None:
    with (archive.incoming / "large.bin").open("wb") as large:
        large.truncate(2 << 30)
    living = archive.start("ingest")
    while not archive.staged():
        time.sleep(0.02)
    (small := archive.home / "small.txt").write_text("x")
    (result,) = archive.ingest(small)
    assert result["status"] == "sealed"
    assert archive.staged()
    living.kill()
    living.communicate()
    archive.ingest(small)
    assert not archive.staged()


@pytest.mark.parametrize("limit", [1, 700, 3_000, 9_000, 50_000])
def test_a_store_that_takes_no_more_bytes_is_one_clear_sentence(archive: Archive, limit: int) -> None:
    fill(archive, transfers=1, files=2)
    with (archive.incoming / "box 0" / "long.txt").open("w") as long:
        long.write("x" * 100_000)
    source = contents(archive.incoming)
    archive.run("status")

    def restrain() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    run = archive.start("ingest", preexec_fn=restrain, env=unmeasured)  # whoever measures could not write either
    _, err = run.communicate(timeout=60)
    assert run.returncode in (22, 23), err
    assert "Traceback" not in err
    assert err.startswith("preserve: ")
    assert contents(archive.incoming) == source
    assert not archive.sealed()
    assert_whole(archive, source)


@pytest.mark.parametrize("place", ["/proc/preserve", "/dev/null/packages"])
def test_a_store_that_cannot_be_written_is_one_clear_sentence(archive: Archive, place: str) -> None:
    fill(archive, transfers=1)
    said = archive.run("-c", f"paths.packages={place}", "ingest")
    assert said.status == 22
    assert said.err.startswith("preserve: The package store cannot be written")
    assert len(said.err.splitlines()) == 2


def test_eight_ingests_of_the_same_transfer_make_one_package(archive: Archive) -> None:
    fill(archive, transfers=1)
    runs = [archive.start("ingest", "--json") for _ in range(8)]
    statuses = []
    for run in runs:
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        statuses.append(json.loads(out)["status"])
    assert sorted(statuses) == ["already-packaged"] * 7 + ["sealed"]
    assert_sound(archive, archive.only_package())
    assert not archive.staged()


def test_two_ingests_of_different_transfers_do_not_harm_each_other(archive: Archive) -> None:
    fill(archive, transfers=8, files=2)
    boxes = sorted(archive.incoming.iterdir())
    runs = [archive.start("ingest", "--json", *boxes[:4]), archive.start("ingest", "--json", *boxes[4:])]
    for run in runs:
        _, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
    assert len(archive.sealed()) == 8
    assert len(archive.run("ls", "--json").messages) == 8


def test_a_file_that_is_written_to_while_it_is_read_is_refused(archive: Archive) -> None:
    growing = archive.incoming / "growing.log"
    growing.write_bytes(b"x" * (64 << 20))
    (archive.incoming / "quiet.txt").write_text("x")
    code = "import sys\nwith open(sys.argv[1], 'ab', 0) as f:\n    while True: f.write(b'x')"
    with subprocess.Popen([sys.executable, "-c", code, growing]) as writer:
        time.sleep(0.3)
        try:
            said = archive.run("ingest", "--json", archive.incoming / "growing.log", archive.incoming / "quiet.txt")
        finally:
            writer.kill()
    refused, sealed = said.messages
    assert said.status == 3
    assert (refused["status"], sealed["status"]) == ("refused", "sealed")
    assert codes(refused) & {"changed-during-ingest"}


def test_a_damaged_package_is_found_whatever_was_done_to_it(archive: Archive) -> None:
    fill(archive, transfers=1)
    (result,) = archive.ingest()
    package = Path(result["path"])
    for attack in (_flip_payload, _forge_description, _lower_version, _drop_tag_manifests, _replace_everything):
        copy = archive.home / "kept"
        shutil.copytree(package, copy, symlinks=True)
        attack(package)
        said = archive.run("validate", "--json", result["name"])
        assert said.status == 3, attack.__name__
        assert said.only["valid"] is False
        shutil.rmtree(package)
        os.rename(copy, package)
    assert archive.run("validate", result["name"]).status == 0


def _flip_payload(package: Path) -> None:
    path = package / "data" / "0.txt"
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)


def _forge_description(package: Path) -> None:
    path = package / "metadata/descriptive/dc.xml"
    path.write_text(path.read_text().replace("box 0", "box 1"))


def _lower_version(package: Path) -> None:
    (package / "bagit.txt").write_text("BagIt-Version: 0.96\nTag-File-Character-Encoding: UTF-8\n")


def _drop_tag_manifests(package: Path) -> None:
    _forge_description(package)
    for manifest in package.glob("tagmanifest-*"):
        manifest.unlink()


def _replace_everything(package: Path) -> None:
    """A forger who writes new, consistent manifests is found by the digests pinned in the catalogue."""
    _flip_payload(package)
    for name, files in (("manifest", sorted(package.glob("data/*"))), ("tagmanifest", None)):
        for tool in ("sha256", "sha512"):
            listed = files
            if listed is None:
                listed = [p for p in sorted(package.rglob("*")) if p.is_file() and "data" not in p.parts[-2:]]
                listed = [p for p in listed if not p.name.startswith("tagmanifest")]
            words = [str(path.relative_to(package)) for path in listed]
            lines = subprocess.run([f"{tool}sum", *words], cwd=package, capture_output=True, check=True).stdout
            (package / f"{name}-{tool}.txt").write_bytes(lines)


def test_a_copied_package_folder_is_reported_and_the_first_one_stays(archive: Archive) -> None:
    fill(archive, transfers=1)
    (result,) = archive.ingest()
    shutil.copytree(result["path"], archive.packages / "a-copy")
    assert "package-copied" in archive.run("ingest", "--json").out
    assert archive.run("catalog", "rebuild", "--json").only["packages"] == 1


def test_a_package_that_cannot_be_read_now_stays_in_the_catalogue(archive: Archive) -> None:
    fill(archive, transfers=1)
    (result,) = archive.ingest()
    info = Path(result["path"]) / "bag-info.txt"
    os.rename(info, archive.home / "kept.txt")
    info.symlink_to(info.name)  # a link to itself: an error of the file system even for root
    said = archive.run("catalog", "rebuild", "--json")
    assert [problem["code"] for problem in said.only["problems"]] == ["package-unreadable"]
    assert archive.run("ls", "--json").only["name"] == result["name"]
