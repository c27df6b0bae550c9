"""Killed, or refused by the system, at every call that changes something: whole packages only, and the work goes on.

Each command is run once undisturbed; every call of it below the archive's home is a point.  At each point in turn the
process that makes the call is killed instead, or the call fails with one of the errors.  `make prove` tries all of
them; otherwise it is a sample, spread evenly over the faults and over the run.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.aftermath import (
    assert_all_ended,
    assert_all_is_well_after_the_next_start,
    assert_in_order,
    assert_nothing_half,
    assert_the_told_is_true,
    assert_told_plainly,
    said,
)
from tests.faults.durability import judge
from tests.faults.strace import Strace, Struck, points, preserve
from tests.faults.tally import proof, sample

pytestmark = pytest.mark.slow

FAULTS = ("KILL", "ENOSPC", "EIO", "EDQUOT", "EMFILE")
ENOUGH = 0.9
"""The least share of the points at which a run must really have been hit: processes do not always take equal turns."""


def arrive(archive: Archive) -> None:
    (archive.incoming / "box" / "sub").mkdir(parents=True)
    for name in ("box/a.txt", "box/sub/b.txt", "letter.txt"):
        (archive.incoming / name).write_text(f"This is {name}.\n" * 20)


def prove(
    archive: Archive,
    strace: Strace,
    name: str,
    words: list[str],
    short: int,
    judged: Callable[[Struck], None],
) -> None:
    """Hit the command *words* at its points, as the archive is now; *judged* says what must be true after each."""
    before = archive.home / "before"
    shutil.copytree(archive.home, before, symlinks=True)
    command = preserve(archive.home, *words, "--json")
    log = archive.home.with_name("log")
    found = points(strace.log(command, log), archive.home)
    tries = sample([(fault, point) for fault in FAULTS for point in found], short)
    reached = 0
    with proof(f"Every mutating call of `preserve {' '.join(words)}`: {name}") as proved:
        for fault, point in tries:
            put_back(before, archive.home)
            with proved.point(f"{fault} at {point}"):
                struck = strace.hit(command, point, fault, log)
                reached += struck.reached
                assert_all_ended(struck.session)
                if struck.status != -9 and not struck.silenced:
                    assert_told_plainly(struck.status, struck.out, struck.err)
                judged(struck)
        proved.note = f"{len(found)} calls × {len(FAULTS)} faults; hit: {reached}"
    assert reached >= ENOUGH * len(tries)


def put_back(before: Path, home: Path) -> None:
    for name in ("incoming", "packages"):
        shutil.rmtree(home / name, ignore_errors=True)
        shutil.copytree(before / name, home / name, symlinks=True)


def test_ingest(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    source = contents(archive.incoming)

    def judged(struck: Struck) -> None:
        assert contents(archive.incoming) == source
        assert_nothing_half(archive)
        assert_the_told_is_true(archive, struck.out)
        assert not judge(struck.log, archive.packages).faults
        assert_all_is_well_after_the_next_start(archive, source, packages=2)

    prove(archive, strace, "no half package, nothing lost", ["ingest"], 25, judged)


def test_ingest_with_move(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    originals = {data for data, _ in contents(archive.incoming).values()}

    def kept() -> set[bytes]:
        packages = [contents(package / "data") for package in archive.sealed()]
        return {data for found in (contents(archive.incoming), *packages) for data, _ in found.values()}

    def judged(struck: Struck) -> None:
        assert_nothing_half(archive)
        assert originals <= kept()
        assert_the_told_is_true(archive, struck.out)
        assert archive.run("ingest", "--move", "--json").status == 0
        assert not contents(archive.incoming)
        assert originals <= kept()
        assert_in_order(archive, packages=len(archive.sealed()))

    prove(archive, strace, "every byte is in the source or in a package", ["ingest", "--move"], 10, judged)


def test_validate_with_record(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    archive.ingest()
    names = [package.name for package in archive.sealed()]
    whole = {name: contents(archive.packages / name) for name in names}

    def recorded(name: str) -> int:
        return len([event for event in archive.run("log", "--json", name).messages if event.get("source") == "history"])

    once = {name: recorded(name) for name in names}

    def judged(struck: Struck) -> None:
        for name in names:
            assert contents(archive.packages / name) == whole[name]
            assert recorded(name) in (once[name], once[name] + 1)
        for message in said(struck.out):
            if message["message_type"] == "validation":
                added = recorded(Path(message["target"]).name) - once[Path(message["target"]).name]
                codes = {problem["code"] for problem in message["problems"]}
                assert codes <= {"result-not-recorded", "catalog-behind"}
                assert added == (0 if "result-not-recorded" in codes else 1)
        assert archive.run("validate", "--record", *names).status == 0
        assert_in_order(archive, packages=2)

    prove(archive, strace, "recorded or not, and said so", ["validate", "--record", *names], 15, judged)


def test_rebuild(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    source = contents(archive.incoming)
    archive.ingest()

    def judged(struck: Struck) -> None:
        if struck.status == 0:
            assert [message["packages"] for message in said(struck.out)] == [2]
        assert_all_is_well_after_the_next_start(archive, source, packages=2)

    prove(archive, strace, "the old catalogue or the new one", ["catalog", "rebuild"], 5, judged)
