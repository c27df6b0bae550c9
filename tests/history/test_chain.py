"""Any single edit, deletion, swap or insertion is found, and the finding says where."""

import hashlib
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.history import rules
from preserve.history.chain import digest
from preserve.history.entry import NewEntry, encode
from preserve.model import Rule
from tests.history.samples import SEALING, URN, codes, fixity, judged, lines

GOOD = lines(5)
HEAD = digest(GOOD[-1][:-1])
PLACES = st.integers(0, len(GOOD) - 1)


def test_a_good_history_has_no_findings() -> None:
    history = judged(GOOD, HEAD)

    assert history.problems == ()
    assert not history.broken
    assert [entry.seq for entry in history.entries] == [1, 2, 3, 4, 5, 6]
    assert history.entries[0].pinned == SEALING.pinned
    assert history.head == HEAD


def test_the_chain_can_be_followed_without_this_program() -> None:
    for before, line in pairwise(GOOD):
        assert json.loads(line)["previous"] == "sha256:" + hashlib.sha256(before.rstrip(b"\n")).hexdigest()
    assert json.loads(GOOD[0])["previous"] == ""


@settings(deadline=None)
@given(PLACES, st.data())
def test_any_changed_byte_is_found(at: int, data: st.DataObject) -> None:
    line = bytearray(GOOD[at])
    where = data.draw(st.integers(0, len(line) - 1))
    line[where] ^= data.draw(st.integers(1, 255))

    history = judged([*b"".join([*GOOD[:at], bytes(line), *GOOD[at + 1 :]]).splitlines(keepends=True)], HEAD)
    assert history.broken


@given(PLACES)
def test_any_deleted_line_is_found(at: int) -> None:
    assert judged(GOOD[:at] + GOOD[at + 1 :], HEAD).broken


@given(PLACES, PLACES)
def test_any_swap_is_found(one: int, other: int) -> None:
    swapped = list(GOOD)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert judged(swapped, HEAD).broken is (one != other)


@given(st.integers(0, len(GOOD)), PLACES)
def test_any_repeated_line_is_found(at: int, which: int) -> None:
    assert judged([*GOOD[:at], GOOD[which], *GOOD[at:]], HEAD).broken


@given(st.integers(0, len(GOOD) - 1))
def test_a_well_made_line_put_in_is_found(at: int) -> None:
    before = digest(GOOD[at - 1][:-1]) if at else ""
    forged = encode(NewEntry(fixity(99)), seq=at + 1, package=URN, previous=before) + b"\n"
    assert judged([*GOOD[:at], forged, *GOOD[at:]], HEAD).broken


def test_a_history_rewritten_to_its_end_is_found_by_the_head_that_was_seen() -> None:
    rewritten = lines(3)
    assert judged(rewritten).problems == ()
    assert codes(judged(rewritten, HEAD)) == [rules.HEAD.code]


def test_a_history_that_grew_since_its_head_was_seen_is_good() -> None:
    assert judged(lines(9), HEAD).problems == ()


@pytest.mark.parametrize(
    ("some", "code", "line"),
    [
        ([GOOD[0], GOOD[2]], rules.SEQUENCE, 2),
        ([GOOD[0], GOOD[1].replace(b'"success"', b'"fail"'), GOOD[2]], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b"check 0", b"check 7"), GOOD[2]], rules.CHAIN, 3),
        ([GOOD[0], b"{}\n", GOOD[1]], rules.FORM, 2),
        ([GOOD[0], b"[]\n"], rules.FORM, 2),
        ([GOOD[0], b"\xff\xfe\n"], rules.NOT_JSON, 2),
        ([GOOD[0], b"\0" * 4096 + b"\n"], rules.NOT_JSON, 2),
        ([GOOD[0], b"[" * 100_000 + b"\n"], rules.NOT_JSON, 2),
        ([GOOD[0], b'{"seq":' + b"9" * 10_000 + b"}\n"], rules.NOT_JSON, 2),
        ([GOOD[0], b"\n", GOOD[1]], rules.NOT_JSON, 2),
        ([GOOD[0], GOOD[1].replace(b",", b", ")], rules.FORM, 2),
        ([GOOD[0], GOOD[1][:-1] + b"\r\n"], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b'"schema_version":1', b'"schema_version":2')], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b'"schema_version":1', b'"schema_version":true')], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b'"note":""', b'"note":"\\ud800"')], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b'"id":"', b'"id":"\\ud800')], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b'"outcome":"success"', b'"outcome":["success"]')], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b'"seq":2', b'"seq":2.0')], rules.FORM, 2),
        ([GOOD[0], GOOD[1].replace(b"3f2504e0", b"3f2504e1")], rules.PACKAGE, 2),
        ([GOOD[0], GOOD[1], GOOD[1]], rules.DUPLICATE, 3),
    ],
)
def test_each_kind_of_break_is_named_with_its_line(some: list[bytes], code: Rule, line: int) -> None:
    history = judged(some)

    assert history.broken
    assert any(problem.code == code.code and f"Line {line} " in problem.message for problem in history.problems)


def test_one_missing_line_does_not_hide_what_comes_after() -> None:
    broken = [GOOD[0], GOOD[2], GOOD[3], b"garbage\n", *GOOD[4:]]
    found = codes(judged(broken))
    assert found[:3] == [rules.SEQUENCE.code, rules.CHAIN.code, rules.NOT_JSON.code]
    assert found[-1] == rules.CHAIN.code


def test_a_torn_last_line_is_a_warning() -> None:
    for cut in (1, 100, len(GOOD[-1]) - 1):
        history = judged([*GOOD[:-1], GOOD[-1][:cut]])
        assert codes(history) == [rules.TORN.code]
        assert not history.broken
        assert history.torn == GOOD[-1][:cut]
        assert history.whole == sum(map(len, GOOD[:-1]))


def test_a_history_without_its_sealing_is_told() -> None:
    first = encode(NewEntry(fixity(1)), seq=1, package=URN, previous="") + b"\n"
    assert codes(judged([first])) == [rules.UNSEALED.code]
    assert codes(judged([])) == [rules.UNSEALED.code]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60).map(lambda b: b.replace(b"\n", b"") + b"\n"), max_size=4), st.binary(max_size=9))
def test_no_content_makes_the_judge_raise(junk: list[bytes], tail: bytes) -> None:
    judged([*GOOD[:2], *junk, tail.replace(b"\n", b"") or b"x"])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_json_makes_the_judge_raise(value: object) -> None:
    fields = json.loads(GOOD[1])
    for key in fields:
        judged([GOOD[0], json.dumps(fields | {key: value}).encode() + b"\n"])
        judged([GOOD[0], json.dumps({k: v for k, v in fields.items() if k != key}).encode() + b"\n"])
    judged([json.dumps(value).encode() + b"\n"])


def test_every_rule_has_its_own_code() -> None:
    assert len({rule.code for rule in rules.ALL}) == len(rules.ALL)
