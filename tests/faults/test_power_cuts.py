"""The power goes, on a real file system: what was called sealed is there when it comes back, and nothing is half.

A killed process proves nothing about syncs, because the kernel still writes what it left behind.  Here the disk stops
taking anything at that moment, as if its plug had been pulled, and is mounted again as the next boot would.
"""

import random
import shutil
import time
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.aftermath import (
    Source,
    assert_all_ended,
    assert_all_is_well_after_the_next_start,
    assert_nothing_half,
    assert_the_told_is_true,
    assert_told_plainly,
)
from tests.faults.small_disk import Unpluggable, may_unplug, tmpfs, tmpfs_again, used
from tests.faults.strace import Strace, changes, preserve
from tests.faults.tally import FULL, proof, sample

pytestmark = pytest.mark.slow

TRANSFERS = 3
ENOUGH = "size=64m"


@pytest.fixture
def image(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the file of a disk may lie."""
    folder = tmp_path_factory.mktemp("disk")
    if not may_unplug(folder):
        pytest.skip("no ext4 disk can be mounted and unplugged here: that needs root, a loop device and mkfs.ext4")
    for number in range(TRANSFERS):
        (archive.incoming / f"box {number}" / "sub").mkdir(parents=True)
        for name in ("a.txt", "sub/b.txt"):
            (archive.incoming / f"box {number}" / name).write_text(f"This is {name} of {number}.\n" * 400)
    return folder / "image"


def assert_survived(archive: Archive, out: str, source: Source) -> None:
    assert_nothing_half(archive)
    assert_the_told_is_true(archive, out)
    assert_all_is_well_after_the_next_start(archive, source, packages=TRANSFERS)


def test_at_every_call(archive: Archive, image: Path, strace: Strace) -> None:
    source = contents(archive.incoming)
    command, log = preserve(archive.home, "ingest", "--json"), image.with_name("log")
    with Unpluggable(archive.packages, image):
        found = changes(strace.log(command, log), archive.home)
    with proof("The power goes at every mutating call of `preserve ingest`") as proved:
        for point in sample(found, 10):
            with proved.point(point), Unpluggable(archive.packages, image) as disk:
                struck = strace.hit(command, point, "KILL", log)
                disk.cut_the_power()
                assert_all_ended(struck.session)
                disk.power_again()
                assert_survived(archive, struck.out, source)


def test_at_every_removal(archive: Archive, image: Path, strace: Strace) -> None:
    """The source lies on another disk, which goes on: whatever was removed there must have survived here."""
    command, log = preserve(archive.home, "ingest", "--move", "--json"), image.with_name("log")
    originals = {data for data, _ in contents(archive.incoming).values()}
    shutil.copytree(archive.incoming, before := archive.home / "before")
    with Unpluggable(archive.packages, image):
        found = changes(strace.log(command, log), archive.incoming)
    with proof("The power goes at every removal of `preserve ingest --move`") as proved:
        for point in sample(found, 4):
            shutil.rmtree(archive.incoming)
            shutil.copytree(before, archive.incoming)
            with proved.point(point), Unpluggable(archive.packages, image) as disk:
                struck = strace.hit(command, point, "KILL", log)
                disk.cut_the_power()
                assert_all_ended(struck.session)
                disk.power_again()
                assert_nothing_half(archive)
                assert_the_told_is_true(archive, struck.out)
                kept = [contents(package / "data") for package in archive.sealed()]
                assert originals <= {data for one in (contents(archive.incoming), *kept) for data, _ in one.values()}


def test_what_was_never_synced_is_lost(archive: Archive, image: Path, strace: Strace) -> None:
    """The cut is a real one: where every sync is swallowed, what was called sealed is gone."""
    command, log = preserve(archive.home, "ingest", "--json"), image.with_name("log")
    with Unpluggable(archive.packages, image) as disk:
        strace.log(command, log, "-e", "inject=fsync,fdatasync,syncfs:retval=0")
        assert len(archive.sealed()) == TRANSFERS
        disk.cut_the_power()
        disk.power_again()
        assert not archive.sealed()


def test_at_a_random_moment(archive: Archive, image: Path) -> None:
    source = contents(archive.incoming)
    began = time.monotonic()
    with Unpluggable(archive.packages, image):
        archive.start("ingest").communicate()
    duration = time.monotonic() - began
    chance = random.Random(0)
    refused = 0
    with proof("The power of the disk goes at a random moment, and the ingest lives to see it") as proved:
        for number in range(200 if FULL else 4):
            delay = chance.uniform(0.1, 1.1) * duration
            with proved.point(f"cut {number}, after {delay:.3f} s"), Unpluggable(archive.packages, image) as disk:
                run = archive.start("ingest", "--json", start_new_session=True)
                time.sleep(delay)
                disk.cut_the_power()
                out, err = run.communicate(timeout=120)
                assert_all_ended(run.pid)
                assert_told_plainly(run.returncode, out, err)
                refused += run.returncode != 0
                disk.power_again()
                assert_survived(archive, out, source)
        proved.note = f"{refused} of the ingests were still at work"
    assert refused


def test_on_a_disk_that_accepts_more_than_it_can_keep(archive: Archive, image: Path) -> None:
    """Every write succeeds at first; which ones never reach the disk, only a sync can tell."""
    source = contents(archive.incoming)
    (room := image.with_name("room")).mkdir()
    refused = 0
    with proof("A disk that accepts everything and cannot keep it, block by block") as proved:
        for blocks in sample(range(150), 4):
            with (
                proved.point(f"{blocks} blocks"),
                tmpfs(room, ENOUGH),
                Unpluggable(archive.packages, room / "image") as disk,
            ):
                tmpfs_again(room, f"size={used(room) + blocks * 4096}")
                run = archive.start("ingest", "--json")
                out, err = run.communicate(timeout=120)
                assert_told_plainly(run.returncode, out, err)
                refused += run.returncode != 0
                tmpfs_again(room, ENOUGH)
                disk.cut_the_power()
                disk.power_again()
                assert_survived(archive, out, source)
        proved.note = f"{refused} times it was told"
    assert refused
