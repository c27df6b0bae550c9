"""proposals.json: to bytes and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.proposals.proposals_json import from_json, to_json
from preserve.errors import DescriptionError
from preserve.model import Evidence, Proposal, ProposalStatus

TEXT = st.text(st.characters(codec=None), max_size=30)
OFFSET = st.none() | st.integers(0, 2**40)
PROPOSALS = st.builds(
    Proposal,
    TEXT,
    TEXT,
    TEXT,
    st.floats(0, 1),
    TEXT,
    TEXT,
    TEXT,
    st.builds(Evidence, TEXT, OFFSET, OFFSET, TEXT),
    st.sampled_from(ProposalStatus),
    st.none() | st.floats(0, 1),
)


@given(st.lists(PROPOSALS, max_size=4))
def test_a_round_trip_loses_nothing_and_is_stable(proposals: list[Proposal]) -> None:
    data = to_json(proposals)
    assert from_json(data) == tuple(proposals)
    assert to_json(from_json(data)) == data


def test_the_document_has_the_agreed_form_and_is_readable() -> None:
    proposal = Proposal(
        "dcterms:title", "قصة", "ar", 0.9, "text:heading", "preserve", "1", Evidence("data/a", 2, None, "قصة")
    )
    data = to_json([proposal])
    assert "قصة" in data.decode()
    assert json.loads(data) == {
        "schema_version": 1,
        "proposals": [
            {
                "field": "dcterms:title",
                "value": "قصة",
                "lang": "ar",
                "confidence": 0.9,
                "method": "text:heading",
                "tool": "preserve",
                "version": "1",
                "evidence": {"path": "data/a", "start": 2, "end": None, "text": "قصة"},
                "status": "pending",
            }
        ],
    }


GOOD = json.loads(to_json([Proposal("f", "v", "", 0.5, "m", "t", "1", Evidence("data/a", 0, 1, "v"))]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"schema_version": 2, "proposals": []}',
        b'{"schema_version": 1}',
        b'{"schema_version": 1, "proposals": [1]}',
        b'{"schema_version": 1, "proposals": [{}]}',
        json.dumps(GOOD).replace("0.5", "1.5").encode(),
        json.dumps(GOOD).replace("0.5", "NaN").encode(),
        json.dumps(GOOD).replace("pending", "perhaps").encode(),
        json.dumps(GOOD).replace('"status"', '"share": 1.1, "status"').encode(),
        json.dumps(GOOD).replace('"status"', '"share": "half", "status"').encode(),
        json.dumps(GOOD).replace('"start": 0', '"start": -1').encode(),
        json.dumps(GOOD).replace('"start": 0', '"start": true').encode(),
    ],
)
def test_a_damaged_file_is_a_description_error(data: bytes) -> None:
    with pytest.raises(DescriptionError):
        from_json(data)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_it_is_indented_as_json_usually_is(number: int) -> None:
    evidence = Evidence('data/"a"\n', 2, None, "قصة\t\u2028")
    data = to_json([Proposal("dcterms:title", "\\", "ar", 1.0, "text:heading", "preserve", "1", evidence)] * number)
    assert data.decode() == json.dumps(json.loads(data), ensure_ascii=False, indent=2) + "\n"


def test_the_share_of_a_language_is_written_where_there_is_one() -> None:
    evidence = Evidence("data/a", 0, 2, "ok")
    shared = Proposal("dcterms:language", "en", "", 0.95, "m", "CLD2", "1", evidence, share=0.57)
    assert json.loads(to_json([shared]))["proposals"][0]["share"] == 0.57
    assert "share" not in GOOD["proposals"][0]
    assert from_json(json.dumps(GOOD).encode())[0].share is None
