"""The rules beyond the schema find what the schema lets pass."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from preserve.model import Event, Format, Identification, Outcome, Statement
from preserve.premis import rules
from preserve.premis.check import check
from preserve.premis.write import premis_xml
from tests.premis.samples import MACHINE, NOW, subject

FORMER = (Path(__file__).parent / "former.xml").read_bytes()
"""As preserve wrote it before it told of roles, composition levels and rights."""
_PRONOM = Format("Plain Text File", "", "PRONOM", "x-fmt/111", "extension match txt")
GOOD = premis_xml(
    subject(
        "a",
        "odd\n",
        events=(Event("ing", NOW, Outcome.WARNING, (MACHINE,), objects=("data/a", "README.txt")),),
        identifications=(Identification("data/a", "text/plain", formats=(_PRONOM,)),),
        statements=(
            Statement("dcterms:license", "https://creativecommons.org/licenses/by/4.0/"),
            Statement("dcterms:rights", "All rights reserved.", about="data/a"),
        ),
    )
)
SHA256 = b"ab" * 32
_ROLE = b"vocabulary/preservation/eventRelatedObjectRole/out"


def _codes(data: bytes) -> list[str]:
    return [problem.code for problem in check(data)]


@pytest.mark.parametrize("good", [GOOD, FORMER])
def test_a_good_record_has_no_findings(official: Any, good: bytes) -> None:
    official.assertValid(etree.fromstring(good))
    assert check(good) == ()


@pytest.mark.parametrize(
    ("found", "put", "rule"),
    [
        (b">ingestion<", b">digestion<", rules.WORD_UNKNOWN),
        (b"eventType/ing", b"eventType/fix", rules.WORD_UNKNOWN),
        (b"eventOutcome/war", b"eventOutcome/suc", rules.WORD_UNKNOWN),
        (b">software<", b">wetware<", rules.WORD_UNKNOWN),
        (b">executing program<", b">bystander<", rules.WORD_UNKNOWN),
        (b"is Included In", b"is Near", rules.WORD_UNKNOWN),
        (b"2026-11-22T10:00:00Z</eventDateTime>", b"2026-11-22</eventDateTime>", rules.TIME_UNREADABLE),
        (b"2023-11-14T22:13:20.123456789Z", b"2023-14-11T22:13:20Z", rules.TIME_UNREADABLE),
        (b"data/a</contentLocationValue>", b"data/\\x6fdd</contentLocationValue>", None),
        (b"b2RkCg==", b"b2Rk!", rules.NAME_UNREADABLE),
        (_ROLE, _ROLE[:-3] + b"sou", rules.WORD_UNKNOWN),
        (b">specification<", b">advertisement<", rules.WORD_UNKNOWN),
        (b">license<", b">licence<", rules.WORD_UNKNOWN),
        (b">license</rightsBasis>", b"></rightsBasis>", rules.WORD_UNKNOWN),
        (b"cryptographicHashFunctions/sha256", b"cryptographicHashFunctions/sha1", rules.ALGORITHM_UNKNOWN),
        (b">SHA-256<", b">SHA-2<", rules.ALGORITHM_UNKNOWN),
        (SHA256, SHA256[1:], rules.DIGEST_MALFORMED),
        (SHA256, SHA256.upper(), rules.DIGEST_MALFORMED),
        (SHA256, b"q" + SHA256[1:], rules.DIGEST_MALFORMED),
        (SHA256, b"", rules.DIGEST_MALFORMED),
        (b"preserve (computed at ingest)", b" ", rules.ORIGINATOR_MISSING),
        (
            b"<messageDigestOriginator>preserve (computed at ingest)</messageDigestOriginator>",
            b"",
            rules.ORIGINATOR_MISSING,
        ),
        (b"<size>3</size>", b"", rules.SIZE_UNREADABLE),
        (b">x-fmt/111<", b">fmt-111<", rules.FORMAT_KEY_MALFORMED),
        (b">data/a</contentLocationValue>", b"></contentLocationValue>", rules.PATH_MISSING),
    ],
)
def test_what_the_schema_accepts_and_the_rules_do_not(official: Any, found: bytes, put: bytes, rule: Any) -> None:
    assert found in GOOD
    spoiled = GOOD.replace(found, put)

    official.assertValid(etree.fromstring(spoiled))
    assert set(_codes(spoiled)) == ({rule.code} if rule else set())


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        (b"relationship", rules.RELATION_MISSING),
        (b"eventOutcomeInformation", rules.OUTCOME_MISSING),
        (b"linkingAgentIdentifier", rules.AGENT_MISSING),
        (b"licenseInformation", rules.RIGHTS_INCOMPLETE),
        (b"otherRightsInformation", rules.RIGHTS_INCOMPLETE),
        (b"fixity", rules.FIXITY_MISSING),
    ],
)
def test_what_a_serious_archive_would_miss_is_found(official: Any, tag: bytes, rule: Any) -> None:
    spoiled = re.sub(b"<%s>.*?</%s>\n?" % (tag, tag), b"", GOOD, flags=re.DOTALL)
    assert spoiled != GOOD

    official.assertValid(etree.fromstring(spoiled))
    assert set(_codes(spoiled)) == {rule.code}


def test_rights_that_point_nowhere_are_found(official: Any) -> None:
    at = GOOD.index(b"<linkingObjectIdentifier>", GOOD.index(b"<rightsStatement>"))
    spoiled = GOOD[:at] + GOOD[at:].replace(b"urn:uuid:3", b"urn:uuid:4", 1)

    official.assertValid(etree.fromstring(spoiled))
    assert _codes(spoiled) == [rules.LINK_DANGLING.code]


def test_a_broken_record_of_the_former_kind_is_found_too() -> None:
    assert _codes(FORMER.replace(SHA256, SHA256[2:], 1)) == [rules.DIGEST_MALFORMED.code]


def _value(data: bytes, tag: bytes, number: int = 0) -> bytes:
    return data.split(b"<" + tag + b">")[number + 1].split(b"</" + tag + b">")[0]


def test_dangling_links_are_found(official: Any) -> None:
    agent = b"<agentIdentifierValue>" + _value(GOOD, b"agentIdentifierValue")
    file = b"<objectIdentifierValue>" + _value(GOOD, b"objectIdentifierValue", 2)
    for defined in (agent, file):
        spoiled = GOOD.replace(defined, defined + b"0")
        official.assertValid(etree.fromstring(spoiled))
        assert _codes(spoiled) == [rules.LINK_DANGLING.code]


def test_a_file_that_stands_there_twice_is_found(official: Any) -> None:
    start = GOOD.index(b'<object xsi:type="file">')
    end = GOOD.index(b"</object>", start) + len(b"</object>")
    spoiled = GOOD[:end] + GOOD[start:end] + GOOD[end:]

    official.assertValid(etree.fromstring(spoiled))
    assert _codes(spoiled) == [rules.IDENTIFIER_TWICE.code, rules.PATH_TWICE.code]


def test_a_record_of_no_package_or_of_two_is_found(official: Any) -> None:
    start, end = GOOD.index(b'<object xsi:type="representation">'), GOOD.index(b"</object>") + len(b"</object>")
    twice = GOOD[:end] + GOOD[start:end].replace(b"3f2504e0", b"00000000") + GOOD[end:]
    official.assertValid(etree.fromstring(twice))
    assert _codes(twice) == [rules.IDENTIFIER_MISSING.code]
    assert "2 packages" in check(twice)[0].message

    none = GOOD[:start] + GOOD[end:]
    official.assertValid(etree.fromstring(none))
    assert _codes(none) == [rules.IDENTIFIER_MISSING.code, rules.LINK_DANGLING.code]


def test_an_entity_without_an_identifier_is_found(official: Any) -> None:
    agent = _value(GOOD, b"agentIdentifierValue")
    spoiled = GOOD.replace(b"<agentIdentifierValue>" + agent, b"<agentIdentifierValue>")
    official.assertValid(etree.fromstring(spoiled))
    assert _codes(spoiled) == [rules.IDENTIFIER_MISSING.code, rules.LINK_DANGLING.code]


def test_findings_name_the_line_and_what_to_do() -> None:
    [problem] = check(GOOD.replace(b">ingestion<", b">dig\x7fstion<"))
    assert problem.path == "metadata/preservation/premis.xml"
    assert r"dig\\x7fstion" in problem.message
    assert "line " in problem.message
    assert problem.hint


@given(st.binary(max_size=200), st.integers(0, len(GOOD) - 1))
def test_no_content_makes_the_check_raise(junk: bytes, at: int) -> None:
    check(junk)
    check(GOOD[:at] + junk + GOOD[at:])
    check(GOOD[:at] + junk + GOOD[at + 20 :])


def test_every_rule_has_its_own_code() -> None:
    assert len({rule.code for rule in rules.ALL}) == len(rules.ALL)
