"""Killed, or refused by the system, at every call that changes something while packages are copied and mended.

A copy is in its location whole or not at all; a package is as it was or mended, never half; the next run finishes the
work and the record of it, once.
"""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.aftermath import assert_in_order, assert_nothing_half, assert_whole_package, said
from tests.faults.strace import CALLS, READS, Strace, Struck, readings
from tests.faults.test_every_call import READING, Command, arrive, prove
from tests.keeping.copies import alter, events, files_in

pytestmark = pytest.mark.slow

REPLICATED = [("rep", "success"), ("fix", "success")]


@pytest.fixture
def nas(archive: Archive) -> Path:
    """Two sealed packages, and an empty location inside of the home."""
    arrive(archive)
    archive.ingest()
    (archive.home / "preserve.toml").write_text('[locations.nas]\npath = "nas"\n')
    (archive.home / "nas").mkdir()
    return archive.home / "nas"


def copies(nas: Path) -> list[Path]:
    return sorted(path for path in nas.iterdir() if path.is_dir() and not path.name.startswith("."))


def witness_of(copy: Path) -> bytes:
    return copy.with_name(f"{copy.name}.history.jsonl").read_bytes()


def told_of(archive: Archive, name: str, before: int) -> list[tuple[str, str]]:
    return events(archive, name)[before:]


def assert_replicated(archive: Archive, nas: Path) -> None:
    """After one more run each package has its copy, its witness, and one line that says when it was made."""
    again = archive.run("replicate", "--json", "--to", "nas", "--all")
    assert again.status == 0, again.out
    assert not [path for path in (nas / ".preserve" / "staging").iterdir() if path.suffix != ".lock"]
    assert not list((nas / ".preserve" / "mending").iterdir())
    for package in archive.sealed():
        assert files_in(nas / package.name) == files_in(package)
        history = package.with_name(f"{package.name}.history.jsonl").read_bytes()
        assert witness_of(nas / package.name) == history
        assert history.count(b'"type":"rep"') == 1
    assert_in_order(archive, packages=2)


def test_replicate(archive: Archive, nas: Path, strace: Strace) -> None:
    def judged(struck: Struck) -> None:
        assert_nothing_half(archive)
        for copy in copies(nas):
            assert_whole_package(copy)
        for message in said(struck.out):
            if message.get("status") == "copied":
                assert_whole_package(nas / message["name"])
        assert_replicated(archive, nas)

    prove(archive, strace, Command(("replicate", "--to", "nas", "--all"), archive.home, 20), judged)


def test_replicate_of_a_new_state(archive: Archive, nas: Path, strace: Strace) -> None:
    archive.run("replicate", "--to", "nas", "--all")
    package = next(package for package in archive.sealed() if package.name.startswith("letter"))
    archive.run("describe", package.name, "--set", "title=A letter")
    former, present = files_in(nas / package.name), files_in(package)

    def judged(struck: Struck) -> None:
        assert struck.status in (-9, 0, 22, 23)
        assert_nothing_half(archive)
        assert files_in(nas / package.name) in (former, present)
        again = archive.run("replicate", "--json", "--to", "nas", package.name)
        assert again.status == 0, again.out
        assert files_in(nas / package.name) == present
        assert told_of(archive, package.name, before) == REPLICATED
        assert_in_order(archive, packages=2)

    before = len(events(archive, package.name))
    prove(archive, strace, Command(("replicate", "--to", "nas", package.name), archive.home, 15), judged)


@pytest.mark.parametrize("where", ["packages", "nas"])
def test_repair(archive: Archive, nas: Path, strace: Strace, where: str) -> None:
    archive.run("replicate", "--to", "nas", "--all")
    name = next(package.name for package in archive.sealed() if package.name.startswith("box"))
    place = (archive.packages if where == "packages" else nas) / name
    whole = files_in(place)
    alter(place / "data" / "a.txt")
    (place / "data" / "sub" / "b.txt").unlink()
    (place / "data" / "sub" / "only.txt").write_text("the only copy")
    damaged = files_in(place)
    hidden = place.parent / ".preserve"
    before = len(events(archive, name))
    words = ("repair", name, *(("--location", "nas") if where == "nas" else ()))

    def judged(struck: Struck) -> None:
        found = files_in(place)
        assert found in (damaged, whole)
        for message in said(struck.out):
            if message.get("status") == "mended":
                assert found == whole
        again = archive.run(words[0], "--json", *words[1:])
        assert again.status == 0, again.out
        assert files_in(place) == whole
        told = told_of(archive, name, before)
        assert told[0] == ("fix", "fail")
        assert told.count(("rep", "success")) == 1
        assert told[told.index(("rep", "success")) :] in (REPLICATED, [*REPLICATED, ("fix", "success")])
        kept = {path.partition("/")[2]: data for path, data in files_in(hidden / "set-aside" / name).items()}
        assert {"data/a.txt", "data/sub/only.txt"} <= kept.keys()
        assert all(damaged[path] == data for path, data in kept.items())
        if struck.reached and not any(call.injected for call in struck.log):  # else a folder may be kept whole
            assert kept.keys() == {"data/a.txt", "data/sub/only.txt"}
        assert not list((hidden / "mending").iterdir())
        assert archive.run("status").status == 0
        assert_in_order(archive, packages=2)

    prove(archive, strace, Command(words, archive.home, 20), judged)


def test_repair_of_a_package_that_is_gone(archive: Archive, nas: Path, strace: Strace) -> None:
    archive.run("replicate", "--to", "nas", "--all")
    name = next(package.name for package in archive.sealed() if package.name.startswith("letter"))
    shutil.rmtree(archive.packages / name)

    def judged(struck: Struck) -> None:
        assert struck.log
        assert_nothing_half(archive)
        again = archive.run("repair", "--json", name)
        assert again.status == 0, again.out
        assert files_in(archive.packages / name) == files_in(nas / name)
        assert events(archive, name).count(("rep", "success")) == 2  # the copy was made, and brought back
        assert_in_order(archive, packages=2)

    prove(archive, strace, Command(("repair", name), archive.home, 10), judged)


def test_a_copy_that_cannot_be_read_mends_nothing_and_harms_nothing(
    archive: Archive, nas: Path, strace: Strace
) -> None:
    archive.run("replicate", "--to", "nas", "--all")
    package = next(package for package in archive.sealed() if package.name.startswith("box"))
    whole = files_in(package)
    alter(package / "data" / "a.txt")
    damaged = files_in(package)

    def judged(struck: Struck) -> None:
        assert struck.status in (0, 22), struck.out
        assert files_in(package) == (whole if struck.status == 0 else damaged)
        assert files_in(nas / package.name) == whole
        assert archive.run("repair", package.name).status == 0
        assert files_in(package) == whole

    command = Command(("repair", package.name), nas / package.name, 8, ("EIO",), readings, READING)
    prove(archive, strace.of(CALLS | READS), command, judged)


def test_a_package_that_cannot_be_read_is_not_replicated(archive: Archive, nas: Path, strace: Strace) -> None:
    package = next(package for package in archive.sealed() if package.name.startswith("box"))

    def judged(struck: Struck) -> None:
        assert struck.status == (22 if struck.reached else 0), struck.out
        if struck.reached:
            assert not copies(nas)
        assert archive.run("replicate", "--to", "nas", package.name).status == 0
        assert files_in(nas / package.name) == files_in(package)

    command = Command(("replicate", "--to", "nas", package.name), package, 8, ("EIO",), readings, READING)
    prove(archive, strace.of(CALLS | READS), command, judged)
