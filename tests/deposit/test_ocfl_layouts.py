"""Where an identifier leads: the mappings that the three extensions give as examples, and what they forbid."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.deposit.targets.ocfl.layouts import NAMES, LayoutError, layout

LONG = "abcdefghij" * 26
LONG_DIGEST = sha256(LONG.encode()).hexdigest()
MD5 = {"digestAlgorithm": "md5", "tupleSize": 2, "numberOfTuples": 15}
NONE = {"tupleSize": 0, "numberOfTuples": 0}
REVERSED = {"delimiter": ":", "tupleSize": 4, "numberOfTuples": 2, "zeroPadding": "left", "reverseObjectRoot": True}
RIGHT = {"delimiter": "edu/", "zeroPadding": "right"}
HORRIBLE = "..hor/rib:le-$id"


@pytest.mark.parametrize(
    ("name", "parameters", "identifier", "place"),
    [
        ("0003", {}, "object-01", "3c0/ff4/240/object-01"),
        ("0003", {}, HORRIBLE, "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"),
        ("0003", {}, "..Hor/rib:lè-$id", "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id"),
        ("0003", {}, LONG, f"55b/432/806/{LONG[:100]}-{LONG_DIGEST}"),
        ("0003", {"digestAlgorithm": "md5"}, "object-01", "ff7/553/449/object-01"),
        ("0003", MD5, "object-01", "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/object-01"),
        ("0003", NONE, HORRIBLE, "%2e%2ehor%2frib%3ale-%24id"),
        ("0004", {}, "object-01", "3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4"),
        ("0004", MD5 | {"shortObjectRoot": True}, HORRIBLE, "08/31/97/66/fb/6c/29/35/dd/17/5b/94/26/77/17/e0"),
        ("0004", NONE, HORRIBLE, "487326d8c2a3c0b885e23da1469b4d6671fd4e76978924b4443e9e3c316cda6d"),
        ("0007", REVERSED, "namespace:12887296", "6927/8821/12887296"),
        (
            "0007",
            REVERSED,
            "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
            "66a9/c002/6e8bc430-9c3a-11d9-9669-0800200c9a66",
        ),
        ("0007", REVERSED, "abc123", "321c/ba00/abc123"),
        ("0007", RIGHT, "https://institution.edu/3448793", "344/879/300/3448793"),
        ("0007", RIGHT, "https://institution.edu/abc/edu/f8.05v", "f8./05v/000/f8.05v"),
        ("0007", RIGHT, "https://institution.EDU/3448793", "344/879/300/3448793"),
    ],
)
def test_an_identifier_has_the_place_that_the_extension_says(
    name: str, parameters: dict[str, object], identifier: str, place: str
) -> None:
    assert layout(name, parameters).path(identifier) == place


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("0002", {}),
        ("0004", {"extensionName": NAMES[0]}),
        ("0003", {"tupleSize": 33}),
        ("0003", {"tupleSize": 0}),
        ("0003", {"tupleSize": True}),
        ("0003", {"tupleSize": 30, "numberOfTuples": 3}),
        ("0003", {"digestAlgorithm": "crc32"}),
        ("0004", {"shortObjectRoot": "no"}),
        ("0004", {"tupleSize": 32, "numberOfTuples": 2, "shortObjectRoot": True}),
        ("0007", {"tupleSize": 0, "numberOfTuples": 0}),
        ("0007", {"zeroPadding": "middle"}),
        ("0007", {"delimiter": ""}),
    ],
)
def test_parameters_that_an_extension_forbids_are_refused(name: str, parameters: dict[str, object]) -> None:
    with pytest.raises(LayoutError):
        layout(name, parameters)


@pytest.mark.parametrize(
    ("parameters", "identifier"),
    [({}, "urn:uuid:"), ({}, "urn:uuid:à"), ({"delimiter": "x"}, "x/../../etc"), ({}, "a:.."), ({}, "")],
)
def test_an_identifier_without_a_safe_place_is_refused(parameters: dict[str, object], identifier: str) -> None:
    with pytest.raises(LayoutError):
        layout("0007", parameters).path(identifier)


@given(st.text(min_size=1, max_size=300), st.sampled_from(["0003", "0004"]))
def test_no_identifier_leads_out_and_each_has_one_place(identifier: str, name: str) -> None:
    parts = layout(name, {}).path(identifier).split("/")
    assert len(parts) == 4
    assert all(part and part not in (".", "..") and len(part.encode()) <= 255 for part in parts)
