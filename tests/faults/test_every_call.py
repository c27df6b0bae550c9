"""Killed, or refused by the system, at every call that changes something: whole packages only, and the work goes on.

Each command is run once undisturbed; every call of it below the archive's home is a point.  At each point in turn the
process that makes the call is killed instead, or the call fails with one of the errors.  `make prove` tries all of
them; otherwise it is a sample, spread evenly over the faults and over the run.  The same with calls that only read.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from preserve.workflows.packages import PROPOSALS
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
from tests.faults.strace import CALLS, READS, Call, Point, Strace, Struck, changes, preserve, readings
from tests.faults.tally import proof, sample

pytestmark = pytest.mark.slow

ENOUGH = 0.9
"""The least share of the points at which a run must really have been hit: processes do not always take equal turns."""


READING = "reading call of `{}` that fails"


def arrive(archive: Archive) -> None:
    (archive.incoming / "box" / "sub").mkdir(parents=True)
    for name in ("box/a.txt", "box/sub/b.txt", "letter.txt"):
        (archive.incoming / name).write_text(f"This is {name}.\n" * 20)


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and how it is hit: below which folder, by which faults, at which of its calls.

    *short* is how many of the points a short proof tries; *status* is that of the undisturbed run; *first* is Python
    that the program runs before all else.
    """

    words: tuple[str, ...]
    below: Path
    short: int
    faults: tuple[str, ...] = ("KILL", "ENOSPC", "EIO", "EDQUOT", "EMFILE")
    points: Callable[[list[Call], Path], list[Point]] = changes
    what: str = "mutating call of `{}`, killed or refused"
    status: int = 0
    first: str = ""


def prove(archive: Archive, strace: Strace, command: Command, judged: Callable[[Struck], None]) -> None:
    """Hit *command* at its points, with the archive as it is now; *judged* says what must be true after each."""
    before = archive.home / "before"
    shutil.copytree(archive.home, before, symlinks=True)
    words = preserve(archive.home, *command.words, "--json", same_ids=True, first=command.first)
    log = archive.home.with_name("log")
    found = command.points(strace.log(words, log, status=command.status), command.below)
    tries = sample([(fault, point) for fault in command.faults for point in found], command.short)
    reached = 0
    name = " ".join(word for word in command.words if not (archive.packages / word).exists() and "=" not in word)
    with proof(f"Every {command.what.format(name)}") as proved:
        for fault, point in tries:
            put_back(before, archive.home)
            with proved.point(f"{fault} at {point}"):
                struck = strace.hit(words, point, fault, log)
                reached += struck.reached
                assert_all_ended(struck.session)
                if struck.status != -9 and not struck.silenced:
                    assert_told_plainly(struck.status, struck.out, struck.err)
                judged(struck)
        proved.note = f"{len(found)} calls × {len(command.faults)} faults; {reached} were really hit"
    assert reached >= ENOUGH * len(tries)


def put_back(before: Path, home: Path) -> None:
    for place in home.iterdir():
        if place.is_dir() and place != before:
            shutil.rmtree(place)
    for place in before.iterdir():
        if place.is_dir():
            shutil.copytree(place, home / place.name, symlinks=True)


def test_ingest(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    source = contents(archive.incoming)

    def judged(struck: Struck) -> None:
        assert contents(archive.incoming) == source
        assert_nothing_half(archive)
        assert_the_told_is_true(archive, struck.out)
        assert struck.partial or not judge(struck.log, archive.packages, archive.incoming).faults
        assert_all_is_well_after_the_next_start(archive, source, packages=2)

    prove(archive, strace, Command(("ingest",), archive.home, 25), judged)


def test_ingest_of_two_versions_of_a_text(archive: Archive, strace: Strace) -> None:
    """The second package is amended on the workbench; both, and their keys in the catalogue, are there or are not."""
    letter = "\n".join(f"Line {number} of a letter that came twice." for number in range(20))
    for name, charset in (("letter.txt", "utf-8"), ("letter 16.txt", "utf-16")):
        (archive.incoming / name).write_text(letter, charset)
    source = contents(archive.incoming)

    def judged(struck: Struck) -> None:
        assert contents(archive.incoming) == source
        assert_nothing_half(archive)
        assert_the_told_is_true(archive, struck.out)
        assert struck.partial or not judge(struck.log, archive.packages, archive.incoming).faults
        assert_all_is_well_after_the_next_start(archive, source, packages=2)
        proposed = [
            (package / PROPOSALS).read_text("utf-8").count("dcterms:isVersionOf") for package in archive.sealed()
        ]
        assert sorted(proposed) == [0, 1]

    prove(archive, strace, Command(("ingest",), archive.home, 15), judged)


def test_ingest_with_move(archive: Archive, strace: Strace) -> None:
    """Up to the first removal it is an ingest like any other; here it is hit at the removals."""
    arrive(archive)
    originals = {data for data, _ in contents(archive.incoming).values()}

    def kept() -> set[bytes]:
        packages = [contents(package / "data") for package in archive.sealed()]
        return {data for found in (contents(archive.incoming), *packages) for data, _ in found.values()}

    def judged(struck: Struck) -> None:
        assert_nothing_half(archive)
        assert originals <= kept()
        assert_the_told_is_true(archive, struck.out)
        assert struck.partial or not judge(struck.log, archive.packages, archive.incoming).faults
        again = archive.run("ingest", "--move", "--json")
        left = [problem["code"] for message in again.messages for problem in message["problems"]]
        assert set(left) <= {"no-files"}, left  # of an empty folder that could not be removed
        assert again.status == (3 if left else 0)
        assert not contents(archive.incoming)
        assert originals <= kept()
        assert_in_order(archive, packages=len(archive.sealed()))

    prove(archive, strace, Command(("ingest", "--move"), archive.incoming, 10), judged)


def test_describe(archive: Archive, strace: Strace) -> None:
    """The former state or the next one, whole, and known as what it is; what was decided, the next run finishes."""
    arrive(archive)
    source = contents(archive.incoming)
    archive.ingest()
    name = next(package.name for package in archive.sealed() if package.name.startswith("letter"))
    payload = contents(archive.packages / name / "data")

    def title() -> str:
        looked = archive.run("describe", "--json", name)
        assert looked.status == 0, looked.err
        return str(looked.only["record"][0]["value"])

    def judged(struck: Struck) -> None:
        assert_nothing_half(archive)
        assert contents(archive.packages / name / "data") == payload
        told = [message["status"] for message in said(struck.out) if message["message_type"] == "described"]
        if told:
            assert (told, title()) == (["changed"], "A letter")
        assert archive.run("validate", name).status == 0
        again = archive.run("describe", "--json", name, "--set", "title=A letter")
        assert (again.status, title()) == (0, "A letter"), again.err
        assert again.only["status"] in ("changed", "unchanged")
        events = [event["type"] for event in archive.run("log", "--json", name).messages]
        assert events.count("mem") == 1
        assert archive.run("validate", name).status == 0
        assert_all_is_well_after_the_next_start(archive, source, packages=2)

    prove(archive, strace, Command(("describe", name, "--set", "title=A letter"), archive.home, 25), judged)


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

    prove(archive, strace, Command(("validate", "--record", *names), archive.home, 15), judged)


def test_rebuild(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    source = contents(archive.incoming)
    archive.ingest()

    def judged(struck: Struck) -> None:
        if struck.status == 0:
            assert [message["packages"] for message in said(struck.out)] == [2]
        assert_all_is_well_after_the_next_start(archive, source, packages=2)

    prove(archive, strace, Command(("catalog", "rebuild"), archive.home, 5), judged)


def test_rebuild_of_packages_whose_ingest_was_killed(archive: Archive, strace: Strace) -> None:
    """They have no histories yet; the rebuild begins them."""
    arrive(archive)
    source = contents(archive.incoming)
    archive.ingest()
    shutil.rmtree(archive.packages / ".preserve")
    for package in archive.sealed():
        history_of(package).unlink()

    def judged(struck: Struck) -> None:
        assert_nothing_half(archive)
        if struck.status in (0, 3):
            assert [message["packages"] for message in said(struck.out)] == [2]
        assert_all_is_well_after_the_next_start(archive, source, packages=2)
        assert all(history_of(package).read_bytes().count(b"\n") == 2 for package in archive.sealed())

    what = "mutating call of `{}` after a killed ingest, killed or refused"
    prove(archive, strace, Command(("catalog", "rebuild"), archive.home, 10, what=what, status=3), judged)


def history_of(package: Path) -> Path:
    return package.with_name(f"{package.name}.history.jsonl")


def test_a_validate_that_cannot_read_calls_nothing_valid(archive: Archive, strace: Strace) -> None:
    (archive.incoming / "letter.txt").write_text("A letter.\n" * 100)
    archive.ingest()
    package = archive.only_package()

    def judged(struck: Struck) -> None:
        assert struck.status in ((3, 22) if struck.reached else (0,)), f"exit status {struck.status}: {struck.out}"
        for message in said(struck.out):
            assert message["valid"] is not struck.reached
            codes = {problem["code"] for problem in message["problems"]}
            assert not codes & {"checksum-mismatch", "missing", "manifest-tampered"}, message["problems"]

    command = Command(("validate", package.name), package, 10, ("EIO",), readings, READING)
    prove(archive, strace.of(CALLS | READS), command, judged)


def test_an_ingest_whose_source_cannot_be_read(archive: Archive, strace: Strace) -> None:
    arrive(archive)
    source = contents(archive.incoming)

    def judged(struck: Struck) -> None:
        assert_nothing_half(archive)
        assert_the_told_is_true(archive, struck.out)
        assert_all_is_well_after_the_next_start(archive, source, packages=2)

    command = Command(("ingest",), archive.incoming, 10, ("EIO",), readings, READING)
    prove(archive, strace.of(CALLS | READS), command, judged)
