"""A disk that is full, at every level: one clear sentence, nothing half, and room is all that it takes to go on."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.aftermath import (
    assert_all_is_well_after_the_next_start,
    assert_nothing_half,
    assert_the_told_is_true,
    assert_told_plainly,
    forget_disks,
)
from tests.faults.small_disk import fill, may_mount, passes_in_a_room_of_its_own, tmpfs, tmpfs_again
from tests.faults.tally import Points, proof, sample

PAGE = 4096
DISK = 1 << 20
LEVELS = 250
"""Of the 256 pages of the disk.  A package of what arrives needs about 200, its catalogue included."""
INODES = 60


@pytest.fixture
def store(archive: Archive, request: pytest.FixtureRequest) -> Iterator[Path | None]:
    """Where a disk may be mounted for the packages; None if the test was run elsewhere, where that is allowed."""
    (archive.incoming / "box" / "sub").mkdir(parents=True)
    for number in range(8):
        (archive.incoming / "box" / "sub" / f"{number}.txt").write_text(f"This is number {number}.\n" * 3300)
    (archive.incoming / "letter.txt").write_text("A letter.\n")
    if may_mount(archive.packages):
        yield archive.packages
    else:
        passes_in_a_room_of_its_own(request.node.nodeid)
        yield None


def try_level(archive: Archive, make_room: Callable[[], object]) -> int:
    """Ingest with the disk as it is, look at what was told and done, make room, and go on; the exit status."""
    source = contents(archive.incoming)
    run = archive.start("ingest", "--json")
    out, err = run.communicate(timeout=120)
    assert_told_plainly(run.returncode, out, err)
    assert run.returncode in (0, 22, 23), f"exit status {run.returncode}: {out}"
    assert_nothing_half(archive)
    assert_the_told_is_true(archive, out)
    assert archive.run("ls", "--json").status in (0, 23)  # 23: not even an empty catalogue had room
    make_room()
    assert_all_is_well_after_the_next_start(archive, source, packages=2)
    return run.returncode


def fill_up(archive: Archive, store: Path, free_pages: list[int], proved: Points) -> None:
    refused = 0
    for pages in free_pages:
        with proved.point(f"{pages} pages free"), tmpfs(store, f"size={DISK}"):
            forget_disks(archive)
            filler = fill(store, leave=pages * PAGE)
            refused += try_level(archive, filler.unlink) != 0
    proved.note = f"{refused} times there was no room"


@pytest.mark.slow
def test_at_every_level(archive: Archive, store: Path | None) -> None:
    if store is None:
        return
    with proof("A full disk of 1 MiB, page by page") as proved:
        fill_up(archive, store, sample(range(LEVELS), 8), proved)


@pytest.mark.slow
def test_without_inodes(archive: Archive, store: Path | None) -> None:
    if store is None:
        return
    refused = 0
    with proof("A disk that holds no more files, one by one") as proved:
        for inodes in sample(range(2, INODES), 4):
            forget_disks(archive)
            with proved.point(f"{inodes} inodes"), tmpfs(store, f"size={DISK},nr_inodes={inodes}"):
                refused += try_level(archive, partial(tmpfs_again, store, "nr_inodes=1000")) != 0
        proved.note = f"{refused} times there was no room"


def test_on_a_disk_that_is_full(archive: Archive, store: Path | None) -> None:
    if store is not None:
        with proof("A full disk, in short") as proved:
            fill_up(archive, store, [20, 190], proved)
