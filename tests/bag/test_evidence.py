"""What was lost and what is there instead: read only where it can tell something, and told as data."""

import hashlib
from pathlib import Path

import pytest

from preserve.bag import evidence
from preserve.bag.evidence import gather
from preserve.bag.serialized.rules import DAMAGED
from preserve.bag.validate import Options, validate
from preserve.cli.output import problem_json
from preserve.model import Digest, Mismatch, PinnedDigest, Traces
from tests.bag.builder import build, put

FILES = {"data/a.txt": b"alpha", "data/sub/b.txt": b"beta"}
BOTH = ("sha256", "sha512")


def digests(data: bytes) -> tuple[Digest, ...]:
    return tuple(Digest(name, hashlib.new(name, data).hexdigest()) for name in BOTH)


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return build(tmp_path / "bag", FILES, algorithms=BOTH)


def test_a_mismatch_is_told_as_data_and_not_in_json(bag: Path) -> None:
    put(bag, "data/a.txt", b"alphA")
    found = [problem for problem in validate(bag).errors if problem.code == "checksum-mismatch"]
    promised, there = digests(b"alpha"), digests(b"alphA")
    assert [problem.mismatch for problem in found] == [
        Mismatch(one.algorithm, one.value, other.value) for one, other in zip(promised, there, strict=True)
    ]
    assert all(problem.mismatch and problem.mismatch.found in problem.message for problem in found)
    assert "mismatch" not in problem_json(found[0])


def test_a_pin_that_is_not_kept_is_told_as_data(bag: Path) -> None:
    pins = [PinnedDigest("manifest-sha256.txt", "SHA-256", "AB" * 32), PinnedDigest("gone.txt", "sha256", "cd" * 32)]
    found = [p.mismatch for p in validate(bag, options=Options(pinned=tuple(pins))).errors]
    there = hashlib.sha256((bag / "manifest-sha256.txt").read_bytes()).hexdigest()
    assert found == [Mismatch("sha256", "ab" * 32, there), Mismatch("sha256", "cd" * 32, "")]


def test_what_is_gone_and_what_nobody_promised_are_told_with_their_digests(bag: Path) -> None:
    (bag / "data/sub/b.txt").rename(bag / "c.txt")
    put(bag, "data/new", b"new")
    report = validate(bag)
    there = {"c.txt": digests(b"beta"), "data/new": digests(b"new")}
    assert gather(bag, report.problems) == Traces({"data/sub/b.txt": digests(b"beta")}, there)


def test_only_what_a_finding_names_is_gone(bag: Path) -> None:
    """Of a folder that cannot be listed nobody knows what is in it, and no finding calls that missing."""
    for path in FILES:
        (bag / path).unlink()
    problems = [problem for problem in validate(bag).problems if problem.path != "data/sub/b.txt"]
    assert gather(bag, problems).absent.keys() == {"data/a.txt"}


def test_nothing_is_read_where_nothing_is_gone(bag: Path) -> None:
    put(bag, "data/new", b"new")
    put(bag, "data/a.txt", b"alphA")
    assert gather(bag, validate(bag).problems) == Traces()


def test_how_much_is_read_is_bounded_and_the_small_come_first(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bag / "data/a.txt").unlink()
    for size in (5, 3, 4):
        put(bag, f"data/{size}", b"x" * size)
    problems = validate(bag).problems
    monkeypatch.setattr(evidence, "MOST_OCTETS", 7)
    assert gather(bag, problems).strangers.keys() == {"data/3", "data/4"}
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    assert gather(bag, problems).strangers.keys() == {"data/3"}
    monkeypatch.setattr(evidence, "MOST_FILES", 0)
    assert gather(bag, problems) == Traces()


def test_who_watches_is_told_of_every_octet(bag: Path) -> None:
    (bag / "data/a.txt").unlink()
    put(bag, "data/new", b"x" * 3_000_000)
    told: list[int] = []
    gather(bag, validate(bag).problems, told.append)
    texts = ("bagit.txt", "bag-info.txt", *(f"{tag}manifest-{name}.txt" for tag in ("", "tag") for name in BOTH))
    assert sum(told) == 3_000_000 + sum((bag / name).stat().st_size for name in texts)


def test_a_file_that_is_no_folder_leaves_no_traces(tmp_path: Path) -> None:
    assert gather(tmp_path / "nothing", [DAMAGED.at("data/a", "A sentence.")]) == Traces()
