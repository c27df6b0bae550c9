"""What must be true after a fault, whatever it was: looked at with nothing of ours, then through the next start."""

import hashlib
import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

from preserve.storage.names import is_set_aside
from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.strace import living

Source = dict[bytes, tuple[bytes, int]]

_LINE = re.compile(r"([0-9a-f]+)  (.+)")
_NOT_THE_MACHINE = {1, 2, 10, 12}
"""A bug of ours, a command not understood, no archive, a wrong setting: a fault of the machine is none of these."""


def empty_store(archive: Archive) -> None:
    shutil.rmtree(archive.packages, ignore_errors=True)
    archive.packages.mkdir()
    forget_disks(archive)


def forget_disks(archive: Archive) -> None:
    """Let the home know of no store: a known one that is empty is taken for one that is away."""
    shutil.rmtree(archive.home / ".preserve", ignore_errors=True)


def assert_whole_package(package: Path) -> None:
    """All four manifests are there, every line is true, and every file is listed.  Asks nothing of preserve."""
    files = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    for algorithm in ("sha256", "sha512"):
        listed: dict[str, str] = {}
        for kind in ("manifest", "tagmanifest"):
            path = package / f"{kind}-{algorithm}.txt"
            assert path.is_file(), f"half a package: {package.name} has no {path.name}"
            listed |= {name: value for value, name in _LINE.findall(path.read_text("utf-8"))}
        for name, value in listed.items():
            assert (package / name).is_file(), f"half a package: {package.name} has no {name}"
            found = hashlib.new(algorithm, (package / name).read_bytes()).hexdigest()
            assert found == value, f"half a package: {package.name}/{name}"
        assert files - set(listed) == {f"tagmanifest-{one}.txt" for one in ("sha256", "sha512")}


def assert_nothing_half(archive: Archive) -> None:
    for package in archive.sealed() if archive.packages.is_dir() else []:
        assert_whole_package(package)


def assert_all_ended(session: int, patience: float = 5.0) -> None:
    """Every process of the run is gone, or goes within moments: none keeps working for a dead parent."""
    deadline = time.monotonic() + patience
    while left := list(living(session)):
        assert time.monotonic() < deadline, f"processes that outlive their run: {left}"
        time.sleep(0.01)


def said(out: str) -> list[dict[str, Any]]:
    """The JSON documents of a run that may have been killed: a last line without an end does not count."""
    return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]


def assert_told_plainly(status: int, out: str, err: str) -> None:
    """No traceback, no bug of ours; whatever stopped the run is one sentence and a hint, on both streams."""
    assert "Traceback" not in err, err
    assert status >= 0, f"ended by signal {-status}"
    assert status not in _NOT_THE_MACHINE, f"exit status {status}: {err}"
    told = said(out)
    errors = [message for message in told if message["message_type"] == "error"]
    assert [error["exit_code"] for error in errors] in ([], [status]), out
    if status in (0, 3):
        assert not errors
        return
    reasons = errors or [problem for message in told for problem in message["problems"]]
    spoken = [f"preserve: {reason['message']}" for reason in reasons]
    lines = [line for line in err.splitlines() if not line.startswith("  ")]
    assert lines, f"exit status {status} without a word: {out}"
    assert set(lines) <= set(spoken), f"{lines} is not what {out} says"
    assert all(line.endswith(".") for line in lines), err


def assert_the_told_is_true(archive: Archive, out: str) -> None:
    """What was called sealed is in the store, whole, with its history."""
    for message in said(out):
        if message.get("status") == "sealed":
            assert_whole_package(Path(message["path"]))
            assert (archive.packages / f"{message['name']}.history.jsonl").stat().st_size


def assert_all_is_well_after_the_next_start(archive: Archive, source: Source, *, packages: int) -> None:
    """The next ingest goes on where the last one was stopped; store, catalogue and histories agree.

    At its end *packages* are in the store, each whole, known and with its history; the workbench is clear; the source
    is what it was.
    """
    listed = {message["name"] for message in archive.run("ls", "--json").messages}
    assert listed <= {package.name for package in archive.sealed()}, "the catalogue knows a package that is not there"
    again = archive.run("ingest", "--json")
    assert again.status == 0, again.err + again.out
    assert {message["status"] for message in again.messages} <= {"sealed", "already-packaged"}
    assert_in_order(archive, packages=packages)
    assert contents(archive.incoming) == source, "the source is not what it was"


def assert_in_order(archive: Archive, *, packages: int) -> None:
    sealed = archive.sealed()
    assert len(sealed) == packages, f"{len(sealed)} packages, and not {packages}"
    assert not archive.staged(), f"litter: {archive.staged()}"
    assert_nothing_half(archive)
    listed = {message["name"] for message in archive.run("ls", "--json").messages}
    assert listed == {package.name for package in sealed}
    visible = {name for name in os.listdir(archive.packages) if not is_set_aside(name)}
    assert visible == {name + suffix for name in listed for suffix in ("", ".history.jsonl")}
    for package in sealed:
        log = archive.run("log", "--json", package.name)
        assert log.status == 0, log.err + log.out
    status = archive.run("status", "--json")
    assert status.status == 0, status.out
