"""What was written comes back: every name to the byte, every time to the nanosecond, every event."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.errors import DescriptionError, UnsafeXml
from preserve.model import Agent, Digest, Event, Outcome, SourceFolder, SourceLink, SuppliedDigest
from preserve.premis.formats import formats_by_path
from preserve.premis.read import original_names, read, read_events
from preserve.premis.text import _FORBIDDEN, _visible
from preserve.premis.write import Subject, premis_xml
from preserve.storage import names
from tests.premis.samples import MACHINE, PATHS, stored, subject, subjects


def _as_xml_holds_it(text: str) -> str:
    return _FORBIDDEN.sub(_visible, text)


def _expected(event: Event) -> Event:
    def agent(one: Agent) -> Agent:
        return Agent(_as_xml_holds_it(one.name), _as_xml_holds_it(one.version), one.kind)

    return replace(
        event,
        time=event.time.astimezone(UTC),
        agents=tuple(agent(one) for one in event.agents),
        detail=_as_xml_holds_it(event.detail),
        note=_as_xml_holds_it(event.note),
    )


@given(subjects())
def test_every_document_has_its_format_by_its_path(one: Subject) -> None:
    found = {path: (media_type, known.key) for path, known, media_type in formats_by_path(premis_xml(one))}
    assert found.keys() == {file.path for file in one.stored}
    for known in one.identifications:
        media_type, key = found[known.path]
        assert media_type == _as_xml_holds_it(known.mime)
        assert not key or key in [_as_xml_holds_it(each.key) for each in known.formats]


@settings(max_examples=150, deadline=None)
@given(subjects())
def test_everything_comes_back(one: Subject) -> None:
    contents = read(premis_xml(one))

    assert contents.package_id == f"urn:uuid:{one.package_id}"
    assert contents.package_name == _as_xml_holds_it(one.package_name)
    assert contents.transfer_name == one.transfer.name
    assert contents.files == one.stored
    assert contents.folders == one.transfer.folders
    assert contents.links == one.transfer.links
    assert contents.events == tuple(_expected(event) for event in one.events)
    assert read_events(premis_xml(one)) == contents.events


@settings(deadline=None)
@given(st.lists(PATHS, max_size=5, unique_by=names.bag_name))
def test_original_names_come_back_to_the_byte(paths: list[str]) -> None:
    found = original_names(premis_xml(subject(*paths)))

    assert dict(found) == {f"data/{names.bag_name(path)}": names.raw(path) for path in paths}


@pytest.mark.parametrize(
    "path",
    [
        "a\nb",
        "tab\t",
        " lead",
        "trail ",
        "two  spaces",
        "\x0b",
        "\r",
        "back\\x0b",
        "\udcff",
        "fe\ufffe",
        "e\u0301",
        "]]>",
    ],
)
def test_each_hazard_of_xml_survives(path: str) -> None:
    data = premis_xml(subject(path))
    assert list(original_names(data).values()) == [names.raw(path)]
    assert list(original_names(data.replace(b"\n", b"\r\n")).values()) == [names.raw(path)]


def test_a_record_of_the_former_kind_still_says_all_it_said() -> None:
    contents = read((Path(__file__).parent / "former.xml").read_bytes())

    assert contents.files == (stored("letter.txt"), stored("odd\n name "))
    assert contents.folders == (SourceFolder("empty", 1_700_000_000_000_000_000, empty=True),)
    assert contents.links == (SourceLink("link", "../x"),)
    assert [(event.type, event.outcome, event.objects) for event in contents.events] == [
        ("ing", Outcome.SUCCESS, ()),
        ("for", Outcome.SUCCESS, ("data/letter.txt",)),
        ("vir", Outcome.NOT_DONE, ("README.txt",)),
    ]
    assert contents.events[0].agents == (MACHINE, Agent("Ana", kind="person"))


def test_a_computed_digest_is_never_replaced_by_a_supplied_one() -> None:
    supplied = (SuppliedDigest("a", Digest("sha256", "00" * 32), "SHA256SUMS"),)
    assert read(premis_xml(subject("a", supplied=supplied))).files[0].digests == stored("a").digests


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b"2026-11-22T10:00:00Z</eventDateTime>", b"yesterday</eventDateTime>"),
        (b"<size>3</size>", b"<size>three</size>"),
        (b"2023-11-14T22:13:20.123456789Z", b""),
    ],
)
def test_what_cannot_be_read_is_an_error_and_not_a_guess(found: bytes, put: bytes) -> None:
    with pytest.raises(DescriptionError, match=r"premis\.xml, line \d+"):
        read(premis_xml(subject("a")).replace(found, put))


def test_an_unknown_outcome_is_not_a_pass() -> None:
    data = premis_xml(subject("a"))
    start, end = data.index(b"<eventOutcome "), data.index(b"</eventOutcome>")
    [event] = read_events(data[:start] + b"<eventOutcome>probably fine" + data[end:])
    assert event.outcome is Outcome.NOT_DONE


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"not xml",
        b"<premis",
        b'<!DOCTYPE x [<!ENTITY e "' + b"e" * 50 + b'">]><x a="&e;"/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY e "boo">]><x/>'.encode("utf-16"),
        '<?xml version="1.0" encoding="iso-8859-1"?><x>é</x>'.encode("latin-1"),
        b"\x1f\x8b" + b"0" * 20,
        b"<premis>" + b"<object>" * 5_000,
    ],
)
def test_hostile_xml_is_refused(hostile: bytes) -> None:
    with pytest.raises(UnsafeXml):
        read(hostile)


def test_a_record_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(UnsafeXml, match="bytes long"):
        read(premis_xml(subject("a")), limit=1_000)
