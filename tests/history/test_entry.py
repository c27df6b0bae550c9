"""A line says an event completely, has one spelling, and is what its schema says."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from preserve.history.chain import History, digest, extend
from preserve.history.entry import GENESIS, TYPES, NewEntry, decode, encode, entry_id, outcome_uri, sealing, type_uri
from preserve.model import Agent, Event, Outcome, PinnedDigest
from preserve.premis import vocabulary
from preserve.storage.resources import schema
from tests.history.samples import EVENTS, MACHINE, NOW, PACKAGE, SEALING, URN, codes, fixity, judged


@pytest.fixture(scope="module")
def validator() -> Any:
    document = json.loads(schema("history.schema.json"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def _is_text(value: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in value)


@settings(deadline=None)
@given(events=st.lists(EVENTS, max_size=4))
def test_any_event_comes_back_from_a_line_that_is_as_its_schema_says(validator: Any, events: list[Event]) -> None:
    data, head = extend(History((), ()), URN, [SEALING, *map(NewEntry, events)])
    some = data.splitlines(keepends=True)
    for line in some:
        validator.validate(json.loads(line))
        assert len(line.decode().splitlines()) == 1
    history = judged(some)

    assert codes(history) == []
    assert history.head == head == digest(some[-1][:-1])
    back = {entry.id: entry.event for entry in history.entries}
    for event in events:
        found = back[entry_id(NewEntry(event), URN)]
        assert found.objects == event.objects
        assert (found.time, found.type, found.outcome) == (event.time, event.type, event.outcome)
        if _is_text(event.note):
            assert found.note == event.note


def test_a_line_reads_like_this() -> None:
    event = Event("val", NOW, Outcome.NOT_DONE, (MACHINE, Agent("Ana", kind="person")), "What", "Été", ("data/é",))
    assert encode(NewEntry(event, id="x"), seq=2, package=URN, previous="sha256:" + "0" * 64).decode() == (
        '{"schema_version":1,"seq":2,"id":"x","time":"2026-11-22T10:00:00Z","type":"val",'
        '"type_uri":"http://id.loc.gov/vocabulary/preservation/eventType/val","outcome":"not-done","outcome_uri":"",'
        '"agents":[{"name":"preserve","version":"1.0","kind":"software"},{"name":"Ana","version":"","kind":"person"}],'
        '"detail":"What","note":"Été","objects":["data/é"],'
        '"package":"urn:uuid:3f2504e0-4f89-41d3-9a0c-0305e82c3301","previous":"sha256:' + "0" * 64 + '"}'
    )


def test_a_name_that_is_not_utf8_keeps_its_bytes() -> None:
    line = encode(NewEntry(fixity(0, objects=("data/\udcff", "data/a"))), seq=1, package=URN, previous=GENESIS)

    assert json.loads(line)["objects"] == ["data/\\xff", "data/a"]
    assert json.loads(line)["objects_b64"] == ["ZGF0YS//", None]
    assert decode(json.loads(line), "").event.objects == ("data/\udcff", "data/a")


def test_the_sealing_pins_the_digests_and_has_one_id() -> None:
    assert SEALING.event.type == "ipc"
    assert SEALING.pinned == PACKAGE.pinned
    later = sealing(PACKAGE, NOW.replace(year=2027), [])
    assert later.id == SEALING.id
    other = replace(PACKAGE, pinned=(PinnedDigest("tagmanifest-sha256.txt", "sha256", "00" * 32),))
    assert sealing(other, NOW, []).id != SEALING.id


def test_ids_follow_from_what_happened() -> None:
    assert entry_id(NewEntry(fixity(1)), URN) == entry_id(NewEntry(fixity(1)), URN)
    assert entry_id(NewEntry(fixity(1)), URN) != entry_id(NewEntry(fixity(2)), URN)
    other = "urn:uuid:00000000-0000-4000-8000-000000000000"
    assert entry_id(NewEntry(fixity(1)), URN) != entry_id(NewEntry(fixity(1)), other)


def test_history_and_premis_speak_the_same_words() -> None:
    assert set(vocabulary.EVENT_TYPES) == TYPES
    for code, term in vocabulary.EVENT_TYPES.items():
        assert type_uri(code) == term.uri
    for outcome, term in vocabulary.OUTCOMES.items():
        assert outcome_uri(outcome) == term.uri
