"""Killed, or refused by the system, at every call of an audit: packages are untouched, and a result that was told is
on disk, once.

A reading that fails makes a file unreadable, or the storage unreachable; never missing, and never altered.
"""

import shutil
import subprocess
import sys

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.aftermath import assert_in_order, said
from tests.faults.strace import CALLS, READS, Strace, Struck, readings
from tests.faults.test_every_call import READING, Command, arrive, prove
from tests.keeping.copies import events

pytestmark = pytest.mark.slow

AUDIT = ("audit", "--all")
NOT_RECORDED = "result-not-recorded"

LARGE = """
from preserve.bag.folders import state
from preserve.bag.sittings import sitting
from preserve.workflows.auditing import work
state.SETTLED = 0
sitting.OCTETS = work.MUCH = 1_000_000
"""
"""A megabyte is so large that it has sittings, and files count although they were made a moment ago."""


ALONE = """
from preserve.storage import crew
crew.cores = lambda: 1
"""
"""By one process: which of two packages is judged first is chance, and with it how often something is recorded."""


@pytest.fixture
def names(archive: Archive) -> list[str]:
    """Two sealed packages."""
    arrive(archive)
    archive.ingest()
    return [package.name for package in archive.sealed()]


def checks(archive: Archive, name: str) -> list[str]:
    """The outcomes of the fixity checks that the history of a package holds, in order."""
    return [outcome for kind, outcome in events(archive, name) if kind == "fix"]


def told(out: str) -> list[dict[str, object]]:
    return [message for message in said(out) if message["message_type"] == "fixity"]


def assert_the_told_is_recorded(archive: Archive, out: str, name: str, before: int) -> None:
    """One line in the history for each result that was told, unless it was told that there is none."""
    added = len(checks(archive, name)) - before
    assert added in (0, 1)
    for message in told(out):
        if message["name"] == name and message["outcome"] != "unreachable":
            codes = {problem["code"] for problem in message["problems"]}  # type: ignore[attr-defined]
            assert added == (0 if NOT_RECORDED in codes else 1), f"{codes} and {added} in the history"


def test_audit(archive: Archive, names: list[str], strace: Strace) -> None:
    whole = {name: contents(archive.packages / name) for name in names}

    def judged(struck: Struck) -> None:
        for name in names:
            assert contents(archive.packages / name) == whole[name]
            assert_the_told_is_recorded(archive, struck.out, name, 0)
        for message in told(struck.out):
            assert (message["outcome"], message["failures"]) in (("success", []), ("unreachable", []))
        before = {name: len(checks(archive, name)) for name in names}
        again = archive.run(*AUDIT, "--json")
        assert again.status == 0, again.out
        assert [message["good"] for message in again.messages if message["message_type"] == "audit"] == [2]
        for name in names:
            assert checks(archive, name) == ["success"] * (before[name] + 1)
        assert_in_order(archive, packages=2)

    prove(archive, strace, Command(AUDIT, archive.home, 25), judged)


def test_audit_of_a_damaged_package(archive: Archive, names: list[str], strace: Strace) -> None:
    """Damage is told, whatever else fails; and what was recorded of it is never taken back."""
    letter = next(name for name in names if name.startswith("letter"))
    (archive.packages / letter / "data/letter.txt").write_text("This was changed.\n")

    def judged(struck: Struck) -> None:
        for name in names:
            assert_the_told_is_recorded(archive, struck.out, name, 0)
        for message in told(struck.out):
            if message["name"] == letter and message["outcome"] != "unreachable":
                assert [(failure["path"], failure["class"]) for failure in message["failures"]] == [  # type: ignore[attr-defined]
                    ("data/letter.txt", "altered")
                ]
        again = archive.run(*AUDIT, "--json")
        assert again.status == 3
        assert set(checks(archive, letter)) == {"fail"}
        status = archive.run("status", "--json")
        assert status.status == 3, status.out

    what = "mutating call of `{}` that finds damage, killed or refused"
    prove(archive, strace, Command(AUDIT, archive.home, 15, what=what, status=3, first=ALONE), judged)


def test_audit_of_a_large_package(archive: Archive, strace: Strace) -> None:
    """Whatever is hit, what was noted of it is no more than was read; and at the end no note is left."""
    (archive.incoming / "large").mkdir()
    for number in range(4):
        (archive.incoming / "large" / f"{number}.bin").write_bytes(b"%d" % number * 1_100_000)
    archive.ingest()
    (name,) = (package.name for package in archive.sealed())
    whole = contents(archive.packages / name)
    program = f"{LARGE}from preserve.cli.main import main\nmain()"
    words = [sys.executable, "-c", program, "--home", str(archive.home), *AUDIT, "--json"]  # of its own run: other ids

    def judged(struck: Struck) -> None:
        assert contents(archive.packages / name) == whole
        assert_the_told_is_recorded(archive, struck.out, name, 0)
        before = len(checks(archive, name))
        again = subprocess.run(words, check=False, capture_output=True, text=True)
        assert again.returncode == 0, again.stdout
        assert checks(archive, name) == ["success"] * (before + 1)
        assert not list((archive.packages / ".preserve" / "auditing").glob("*.jsonl"))
        assert_in_order(archive, packages=1)

    what = "mutating call of `{}` inside a large package, killed or refused"
    prove(archive, strace, Command(AUDIT, archive.home, 15, what=what, first=LARGE), judged)


def test_an_audit_that_cannot_read_calls_nothing_missing(archive: Archive, names: list[str], strace: Strace) -> None:
    box = archive.packages / next(name for name in names if name.startswith("box"))
    shutil.rmtree(archive.packages / next(name for name in names if name.startswith("letter")))
    archive.run("catalog", "rebuild")

    def judged(struck: Struck) -> None:
        found = [message for message in told(struck.out) if message["name"] == box.name]
        for message in found:
            classes = {failure["class"] for failure in message["failures"]}  # type: ignore[attr-defined]
            assert (message["outcome"], classes) in (
                ("fail", {"unreadable"}),
                ("unreachable", set()),
                *([] if struck.reached else [("success", set())]),
            ), message["failures"]
        outcomes = [message["outcome"] for message in found if message["outcome"] != "unreachable"]
        assert checks(archive, box.name) == [{"success": "success", "fail": "fail"}[one] for one in outcomes]  # type: ignore[index]

    command = Command(("audit", box.name), box, 15, ("EIO",), readings, READING)
    prove(archive, strace.of(CALLS | READS), command, judged)
