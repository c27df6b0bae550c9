"""What a checkpoint says is read as it was written, and anything else has a reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.history.checkpoints import body, note, proof
from preserve.history.checkpoints.body import Body, Mark
from preserve.history.checkpoints.leaves import Leaf, Listed
from preserve.history.checkpoints.note import Note, Signature
from preserve.model import PinnedDigest
from preserve.storage.names import shown
from tests.history.samples import PATHS

NAMES = PATHS.map(lambda name: " ".join(shown(name).split())).filter(bool)
MARKS = st.builds(
    Mark,
    st.uuids().map(str),
    st.integers(1, 10**9),
    st.binary(min_size=32, max_size=32).map(lambda octets: f"sha256:{octets.hex()}"),
)
PINS = st.builds(PinnedDigest, st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
LEAVES = st.builds(
    Leaf, st.uuids().map(str), st.integers(1), st.text(max_size=9), st.lists(PINS, max_size=3).map(tuple)
)
TIMES = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
ROOT = bytes(range(32))


@given(st.lists(MARKS, max_size=3), st.lists(NAMES, max_size=3), TIMES, st.integers(0, 5))
def test_a_checkpoint_is_read_as_it_was_written(marks: list[Mark], names: list[str], time: datetime, more: int) -> None:
    leaves = f"sha256:{'ab' * 32} 731"
    said = Body("example.org/a", len(marks), ROOT, time, leaves, tuple(marks), tuple(names), more)
    assert body.parse(said.text) == said
    signed = Note(said.text, (Signature("a", b"1234", b"5678"),))
    assert note.parse(signed.encode()) == signed, "no name makes a text that mail would change"


@given(LEAVES, PATHS, st.lists(st.text("AZaz09-_", min_size=8, max_size=8), max_size=3))
def test_a_line_of_the_companion_is_read_as_it_was_written(leaf: Leaf, name: str, prints: list[str]) -> None:
    listed = Listed(leaf, name, tuple(prints))
    assert Listed.parse(listed.line) == listed
    assert listed.line.isascii()
    assert listed.line.count(b"\n") == 1
    assert leaf.encode() in listed.line, "what is hashed stands there as it is"
    assert Leaf.decode(leaf.encode()) == leaf


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"7",
        b'{"id":"a","entries":1,"head":"b","pinned":[]} ',
        b'{"entries":1,"id":"a","head":"b","pinned":[]}',
        b'{"id":"a","entries":"x","head":"b","pinned":[]}',
        b'{"id":"a","entries":1,"head":"b","pinned":[7]}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_leaf_has_one_spelling_only(data: bytes) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        Leaf.decode(data)


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(["a", "1", "", "package x", "time 2", "leaves x"])).map("\n".join)
)
def test_a_text_that_is_no_checkpoint_has_a_reason(text: str) -> None:
    reason = ""
    try:
        body.parse(text)
    except ValueError as error:
        reason = str(error)
    assert reason == "" or reason.startswith(("is signed, but", "was written by"))


@given(st.binary(max_size=200))
def test_octets_that_are_no_proof_have_a_reason(octets: bytes) -> None:
    reason = ""
    for data in (octets, proof.TITLE.encode() + b"\n" + octets):
        try:
            proof.parse(data)
        except ValueError as error:
            reason = str(error)
        assert reason.startswith(("is ", "lacks ", "holds ", "ends ", "has "))
