"""Several runs on the same copies at once, and disks without room: whole, once, or a plain word."""

from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.aftermath import assert_told_plainly, assert_whole_package, said
from tests.faults.small_disk import fill, free, may_mount, passes_in_a_room_of_its_own, tmpfs
from tests.faults.tally import proof, sample
from tests.keeping.copies import add_locations, alter, events, files_in, letter


@pytest.fixture
def nas(archive: Archive) -> Path:
    (folder,) = add_locations(archive, "nas")
    return folder


def test_two_replicate_at_once(archive: Archive, nas: Path) -> None:
    packages = [letter(archive, name) for name in ("one", "two", "three")]
    runs = [archive.start("replicate", "--json", "--to", "nas", "--all") for _ in range(2)]
    counts: Counter[str] = Counter()
    for run in runs:
        out, err = run.communicate(timeout=120)
        assert_told_plainly(run.returncode, out, err)
        counts.update(message["status"] for message in said(out))
    assert counts["copied"] == len(packages)
    for package in packages:
        assert files_in(nas / package.name) == files_in(package)
        assert events(archive, package.name).count(("rep", "success")) == 1


@pytest.mark.slow
def test_a_package_that_is_described_meanwhile_is_copied_whole_in_one_of_its_states(
    archive: Archive, nas: Path
) -> None:
    package = letter(archive)
    for number in range(3):
        runs = [
            archive.start("replicate", "--json", "--to", "nas", package.name),
            archive.start("describe", "--json", package.name, "--set", f"title=Letter {number}"),
        ]
        for run in runs:
            out, err = run.communicate(timeout=120)
            assert_told_plainly(run.returncode, out, err)
        if (nas / package.name).exists():
            assert_whole_package(nas / package.name)
        assert_whole_package(package)
    assert archive.run("replicate", "--to", "nas", package.name).status == 0
    assert files_in(nas / package.name) == files_in(package)


@pytest.mark.slow
def test_two_repair_the_same_package_at_once(archive: Archive, nas: Path) -> None:
    package = letter(archive)
    archive.run("replicate", "--to", "nas", "--all")
    whole = files_in(package)
    alter(package / "data/0.txt")
    for run in [archive.start("repair", "--json", package.name) for _ in range(2)]:
        out, err = run.communicate(timeout=120)
        assert_told_plainly(run.returncode, out, err)
    assert files_in(package) == whole == files_in(nas / package.name)
    assert archive.run("status").status == 0


@pytest.mark.slow
def test_a_location_that_is_full(archive: Archive, nas: Path, request: pytest.FixtureRequest) -> None:
    if not may_mount(nas):
        passes_in_a_room_of_its_own(request.node.nodeid)
        return
    (archive.incoming / "large.txt").write_text("A long letter.\n" * 20_000)
    archive.ingest()
    package = archive.only_package()
    with proof("A location without room") as proved:
        for octets in sample(range(0, 400 * 1024, 16 * 1024), 3):
            with proved.point(f"{octets} octets free"), tmpfs(nas, "size=1m"):
                try_full(archive, nas, package, octets)


def try_full(archive: Archive, nas: Path, package: Path, octets: int) -> None:
    (archive.home / ".preserve" / "stores.json").unlink(missing_ok=True)  # it is a new disk each time
    filler = fill(nas, leave=octets)
    run = archive.start("replicate", "--json", "--to", "nas", package.name)
    out, err = run.communicate(timeout=120)
    assert_told_plainly(run.returncode, out, err)
    assert run.returncode in (0, 3, 22), out
    if (nas / package.name).exists():
        assert_whole_package(nas / package.name)
    filler.unlink()
    assert free(nas) > octets
    assert archive.run("replicate", "--to", "nas", package.name).status == 0
    assert files_in(nas / package.name) == files_in(package)
