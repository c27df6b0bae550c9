"""A bag is held against a BagIt Profile: every demand of the specification, every finding in one run."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.bag.inspection import Inspection
from preserve.bag.profiles import rules as profile_rules
from preserve.bag.profiles.profile import Profile, check, load_profile, own_profile
from preserve.bag.validate import Options, validate
from preserve.errors import BagError
from preserve.model import Problem, Severity
from preserve.storage import digests
from tests.bag.archives import bag_files, codes, in_base, tar_bytes
from tests.bag.builder import build

IDENTIFIER = "https://archive.example/profile-1.json"
INFO = {
    "BagIt-Profile-Identifier": IDENTIFIER,
    "BagIt-Profile-Version": "1.4.0",
    "Source-Organization": "An archive",
    "External-Description": "What we take in",
    "Version": "1",
}
SMALLEST: dict[str, Any] = {"BagIt-Profile-Info": INFO, "Accept-BagIt-Version": ["0.97", "1.0"]}
BAG = Inspection(
    version="1.0",
    encoding="UTF-8",
    info=(("BagIt-Profile-Identifier", IDENTIFIER), ("Contact-Name", "Ada"), ("contact-name", "Grace")),
    info_present=True,
    payload_algorithms=("sha256",),
    tag_algorithms=("sha256",),
    tag_files=("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "meta/a/b.xml", "tagmanifest-sha256.txt"),
    payload_files=2,
    payload_octets=9,
    payload_listed=frozenset(["data/a.txt", "data/sub/b.txt"]),
)


def profile(**fields: Any) -> Profile:
    """The smallest profile with more *fields*; ``_`` stands for ``-``, and ``X`` for ``.``."""
    named = {key.replace("_", "-").replace("X", "."): value for key, value in fields.items()}
    return load_profile(json.dumps(SMALLEST | named).encode(), "profile.json")


def found(asked: Profile, bag: Inspection = BAG) -> tuple[Problem, ...]:
    assert asked.problems == ()
    return check(asked, bag)


def test_a_value_that_was_folded_for_its_length_is_the_same_value() -> None:
    asked = profile(Bag_Info={"Organization-Address": {"values": ["4 Long Street, Longtown"]}})
    folded = (("BagIt-Profile-Identifier", f"\n{IDENTIFIER}"), ("Organization-Address", "4 Long Street,\nLongtown"))
    assert found(asked, replace(BAG, info=folded)) == ()


@pytest.mark.parametrize("version", ["1.0.1", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.4"])
def test_every_version_of_the_specification_is_read(version: str) -> None:
    assert found(profile(**{"BagIt-Profile-Info": {**INFO, "BagIt-Profile-Version": version}})) == ()


def test_a_bag_that_keeps_to_the_profile_has_no_findings() -> None:
    assert found(profile()) == ()


def test_a_bag_must_name_the_profile() -> None:
    assert codes(found(profile(), replace(BAG, info=()))) == {"profile-identifier"}
    other = replace(BAG, info=(("BagIt-Profile-Identifier", "https://other.example"),))
    assert codes(found(profile(), other)) == {"profile-identifier"}


def test_a_bag_may_name_several_profiles() -> None:
    both = replace(BAG, info=(("BagIt-Profile-Identifier", "https://other.example"), *BAG.info))
    assert found(profile(), both) == ()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Contact-Phone": {"required": True}}, "profile-info-required"),
        ({"Contact-Name": {"repeatable": False}}, "profile-info-repeated"),
        ({"CONTACT-NAME": {"repeatable": False}}, "profile-info-repeated"),
        ({"Contact-Name": {"values": ["Ada"]}}, "profile-info-value"),
        ({"Contact-Name": {"required": True, "values": ["ada", "grace"]}}, "profile-info-value"),
        ({"Contact-Name": {"required": True}}, ""),
        ({"Contact-Name": {"required": True, "values": []}}, ""),
        ({"Contact-Name": {"values": ["Grace", "Ada", "Edith"], "description": "Who"}}, ""),
        ({"Contact-Phone": {"values": ["1"], "repeatable": False}}, ""),
        ({"Contact-Phone": {}}, ""),
    ],
)
def test_tags_of_bag_info(asked: dict[str, Any], code: str) -> None:
    assert codes(found(profile(Bag_Info=asked)), None) == ({code} if code else set())


def test_a_recommended_tag_that_is_missing_is_a_warning() -> None:
    (problem,) = found(profile(Bag_Info={"Contact-Phone": {"recommended": True}}))
    assert (problem.code, problem.severity) == ("profile-info-recommended", Severity.WARNING)


def test_a_required_tag_that_is_empty_is_a_warning() -> None:
    empty = replace(BAG, info=(*BAG.info, ("Contact-Phone", " ")))
    (problem,) = found(profile(Bag_Info={"Contact-Phone": {"required": True}}), empty)
    assert (problem.code, problem.severity) == ("profile-info-empty", Severity.WARNING)


@pytest.mark.parametrize("kind", ["", "Tag-"])
def test_manifests_required_and_allowed(kind: str) -> None:
    prefix = "profile-tag-manifest" if kind else "profile-manifest"
    required, allowed = f"{kind}Manifests-Required", f"{kind}Manifests-Allowed"
    assert found(profile(**{required: ["SHA-256"], allowed: ["sha256", "sha512"]})) == ()
    assert codes(found(profile(**{required: ["md5", "sha512"]}))) == {f"{prefix}-required"}
    assert len(found(profile(**{required: ["md5", "sha512"]}))) == 2
    assert codes(found(profile(**{allowed: ["sha512"]}))) == {f"{prefix}-not-allowed"}
    assert codes(found(profile(**{allowed: []}))) == {f"{prefix}-not-allowed"}


@pytest.mark.parametrize(
    ("required", "allowed", "expected"),
    [
        (["meta/a/b.xml"], None, []),
        (["meta/a/b.xml"], ["*"], []),
        (["meta/a/c.xml", "meta/d.xml"], None, ["profile-tag-file-required"] * 2),
        ([], ["meta/*"], []),
        ([], ["meta/?/b.xm[lm]"], []),
        ([], ["other/*"], ["profile-tag-file-not-allowed"]),
        ([], ["META/*"], ["profile-tag-file-not-allowed"]),
        ([], [], ["profile-tag-file-not-allowed"]),
    ],
)
def test_tag_files_required_and_allowed(required: list[str], allowed: list[str] | None, expected: list[str]) -> None:
    lists: dict[str, Any] = {"Tag-Files-Required": required}
    if allowed is not None:
        lists["Tag-Files-Allowed"] = allowed
    assert [problem.code for problem in found(profile(**lists))] == expected


@pytest.mark.parametrize(
    ("required", "allowed", "expected"),
    [
        (["data/a.txt", "data/sub/"], None, []),
        (["data/b.txt", "data/other/"], None, ["profile-payload-file-required"] * 2),
        ([], ["data/*"], []),
        ([], ["data/a.txt"], ["profile-payload-file-not-allowed"]),
        ([], ["data/*.xml"], ["profile-payload-file-not-allowed"] * 2),
    ],
)
def test_payload_files_required_and_allowed(
    required: list[str], allowed: list[str] | None, expected: list[str]
) -> None:
    lists: dict[str, Any] = {"Payload-Files-Required": required}
    if allowed is not None:
        lists["Payload-Files-Allowed"] = allowed
    assert [problem.code for problem in found(profile(**lists))] == expected


def test_a_name_with_brackets_can_be_written_out() -> None:
    bag = replace(BAG, payload_listed=frozenset(["data/a[1].txt"]))
    assert found(profile(Payload_Files_Allowed=["data/a[1].txt"]), bag) == ()


def test_data_empty_allows_one_empty_file() -> None:
    asked = profile(Data_Empty=True)
    assert codes(found(asked)) == {"profile-data-not-empty"}
    assert found(asked, replace(BAG, payload_files=0, payload_octets=0)) == ()
    assert found(asked, replace(BAG, payload_files=1, payload_octets=0)) == ()
    assert codes(found(asked, replace(BAG, payload_files=1, payload_octets=1))) == {"profile-data-not-empty"}
    assert codes(found(asked, replace(BAG, payload_files=2, payload_octets=0))) == {"profile-data-not-empty"}


def test_fetch_allowed_and_required() -> None:
    holey = replace(BAG, has_fetch=True)
    assert found(profile(), holey) == ()
    assert codes(found(profile(Allow_FetchXtxt=False), holey)) == {"profile-fetch-not-allowed"}
    assert codes(found(profile(FetchXtxt_Required=True))) == {"profile-fetch-required"}
    assert found(profile(FetchXtxt_Required=True), holey) == ()


@pytest.mark.parametrize(
    ("serialization", "accepted", "kind", "code"),
    [
        ("required", ["application/tar"], "", "profile-serialization-required"),
        ("required", ["application/tar"], "application/tar", ""),
        ("required", ["application/x-tar"], "application/tar", ""),
        ("required", ["application/zip"], "application/tar", "profile-serialization-not-accepted"),
        ("optional", ["application/zip"], "", ""),
        ("optional", ["application/zip"], "application/gzip", "profile-serialization-not-accepted"),
        ("optional", ["application/tar+gzip"], "application/gzip", ""),
        ("forbidden", [], "application/zip", "profile-serialization-forbidden"),
        ("forbidden", ["application/zip"], "application/zip", "profile-serialization-forbidden"),
        ("forbidden", [], "", ""),
    ],
)
def test_serialization(serialization: str, accepted: list[str], kind: str, code: str) -> None:
    asked = profile(Serialization=serialization, Accept_Serialization=accepted)
    assert codes(found(asked, replace(BAG, serialization=kind))) == ({code} if code else set())


def test_versions_of_bagit() -> None:
    assert codes(found(profile(Accept_BagIt_Version=["0.97"]))) == {"profile-bagit-version"}
    assert codes(found(profile(), replace(BAG, version=""))) == {"profile-bagit-version"}


def test_all_findings_come_in_one_run() -> None:
    asked = profile(
        Accept_BagIt_Version=["0.97"],
        Serialization="required",
        Accept_Serialization=["application/zip"],
        Manifests_Required=["sha512"],
        Tag_Manifests_Required=["sha512"],
        Tag_Files_Required=["x"],
        Payload_Files_Required=["data/x"],
        Data_Empty=True,
        FetchXtxt_Required=True,
        Bag_Info={"A": {"required": True}, "B": {"required": True}},
    )
    problems = check(asked, replace(BAG, info=()))
    assert len(problems) == 11
    assert all(problem.clause.startswith("BagIt Profiles 1.4, ") for problem in problems)
    assert all(problem.message.endswith(".") and problem.hint for problem in problems)


# --- the profile itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"Bag-Info": {}, "Bag-Info": {}}',
        b"9" * 5000,
        b" " * (5 * 1024 * 1024),
    ],
)
def test_what_is_no_profile_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(BagError) as caught:
        load_profile(data, "profile.json")
    assert "profile.json" in caught.value.message
    assert caught.value.hint


def test_a_byte_order_mark_does_no_harm() -> None:
    assert load_profile(b"\xef\xbb\xbf" + json.dumps(SMALLEST).encode(), "profile.json").problems == ()


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"Manifests-Required": "sha256"}, "profile-malformed"),
    ({"Manifests-Allowed": [1]}, "profile-malformed"),
    ({"Tag-Files-Required": None}, "profile-malformed"),
    ({"Allow-Fetch.txt": "false"}, "profile-malformed"),
    ({"Data-Empty": 1}, "profile-malformed"),
    ({"Serialization": "maybe"}, "profile-malformed"),
    ({"Serialization": ["required"]}, "profile-malformed"),
    ({"Accept-BagIt-Version": [1.0]}, "profile-malformed"),
    ({"Bag-Info": []}, "profile-malformed"),
    ({"Bag-Info": {"A": "required"}}, "profile-malformed"),
    ({"Bag-Info": {"A": {"required": "yes"}}}, "profile-malformed"),
    ({"Bag-Info": {"A": {"values": "x"}}}, "profile-malformed"),
    ({"BagIt-Profile-Info": 1}, "profile-malformed"),
    ({"BagIt-Profile-Info": {}}, "profile-incomplete"),
    ({"BagIt-Profile-Info": {**INFO, "Version": " "}}, "profile-incomplete"),
    ({"Accept-BagIt-Version": []}, "profile-incomplete"),
    ({"Serialization": "required"}, "profile-incomplete"),
    ({"BagIt-Profile-Info": {**INFO, "BagIt-Profile-Version": "2.0"}}, "profile-version-unknown"),
    ({"Allow-Fetch.txt": False, "Fetch.txt-Required": True}, "profile-contradicts-itself"),
    ({"Manifests-Required": ["md5"], "Manifests-Allowed": ["sha256"]}, "profile-contradicts-itself"),
    ({"Tag-Manifests-Required": ["md5"], "Tag-Manifests-Allowed": []}, "profile-contradicts-itself"),
    ({"Tag-Files-Required": ["a"], "Tag-Files-Allowed": ["b/*"]}, "profile-contradicts-itself"),
    ({"Payload-Files-Required": ["data/a"], "Payload-Files-Allowed": ["data/b"]}, "profile-contradicts-itself"),
    ({"Bag-Info": {"A": {}, "a": {}}}, "profile-contradicts-itself"),
    ({"Other-Info": {"A-Info": {}}}, "profile-malformed"),
    ({"Other-Info": [{"A-Info": []}]}, "profile-malformed"),
    ({"Other-Info": [{"A-Info": {"A": {"required": "yes"}}}]}, "profile-malformed"),
    ({"Other-Info": [{"../A": {}}]}, "profile-malformed"),
    ({"Other-Info": [{"Bag-Info": {}}]}, "profile-malformed"),
    ({"Other-Info": [{"Manifest-MD5": {}}]}, "profile-malformed"),
]


@pytest.mark.parametrize(("fields", "code"), BROKEN)
def test_what_is_wrong_with_the_profile_is_told_and_no_bag_keeps_to_it(fields: dict[str, Any], code: str) -> None:
    asked = load_profile(json.dumps(SMALLEST | fields).encode(), "profile.json")
    assert code in codes(asked.problems)
    assert code in codes(check(asked, BAG))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Manifest-Required": ["md5"]}, "profile-key-unknown"),
        ({"Bag-Info": {"A": {"requird": True}}}, "profile-key-unknown"),
        ({"Bag-Info": {"BagIt-Profile-Identifier": {"required": True}}}, "profile-advice"),
        ({"Serialization": "optional"}, "profile-advice"),
    ],
)
def test_what_is_odd_in_a_profile_is_a_warning(fields: dict[str, Any], code: str) -> None:
    asked = load_profile(json.dumps(SMALLEST | fields).encode(), "profile.json")
    assert codes(asked.problems) == set()
    assert codes(asked.problems, Severity.WARNING) == {code}


@pytest.mark.parametrize("version", ["1.1.0", "1.2", "1.3.0", "1.4.0"])
def test_older_profiles_are_read(version: str) -> None:
    asked = load_profile(
        json.dumps(SMALLEST | {"BagIt-Profile-Info": {**INFO, "BagIt-Profile-Version": version}}).encode(), "p"
    )
    assert asked.version == version
    assert found(asked) == ()


def test_a_profile_that_tells_no_version_is_of_the_first() -> None:
    info = {key: value for key, value in INFO.items() if key != "BagIt-Profile-Version"}
    asked = load_profile(json.dumps(SMALLEST | {"BagIt-Profile-Info": info}).encode(), "p")
    assert asked.version == "1.1.0"
    assert asked.problems == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [*SMALLEST, "Bag-Info", "Manifests-Required", "Tag-Files-Allowed", "Serialization", "Data-Empty"]
)


@given(st.dictionaries(KEYS, JSON))
def test_any_json_gives_findings_and_no_traceback(value: dict[str, Any]) -> None:
    asked = load_profile(json.dumps(value).encode(), "p")
    if value != SMALLEST:
        assert check(asked, BAG)


@given(st.binary())
def test_any_bytes_give_a_profile_or_a_clear_error(data: bytes) -> None:
    with suppress(BagError):
        load_profile(data, "p")


# --- ours ---------------------------------------------------------------------------------------------------


OURS = {
    "README.txt": b"x",
    "metadata/descriptive/dc.xml": b"<x/>",
    "metadata/descriptive/oai_dc.xml": b"<x/>",
    "metadata/descriptive/proposals.json": b"{}",
    "metadata/preservation/premis.xml": b"<x/>",
}
OUR_INFO = (
    b"External-Identifier: urn:uuid:11111111-2222-4333-8444-555555555555\nBagging-Date: 2026-11-22\n"
    b"Payload-Oxum: 2.1\nBagIt-Profile-Identifier: urn:x-preserve:bagit-profile:1.0\nBag-Software-Agent: preserve\n"
)


def test_our_profile_is_sound_and_names_every_algorithm() -> None:
    ours = own_profile()
    assert ours.problems == ()
    assert ours.identifier == "urn:x-preserve:bagit-profile:1.0"
    assert ours.manifests_allowed == digests.ALGORITHMS
    assert ours.tag_manifests_allowed == digests.ALGORITHMS


def test_a_package_of_ours_keeps_to_our_profile(tmp_path: Path) -> None:
    root = build(tmp_path / "bag", {"data/a": b"hi"}, info=OUR_INFO, tag_files=OURS)
    report = validate(root, options=Options(profile=own_profile()))
    assert report.valid
    assert report.problems == ()


def test_a_bag_of_others_does_not(tmp_path: Path) -> None:
    report = validate(build(tmp_path / "bag"), options=Options(profile=own_profile()))
    assert not report.valid
    assert report.complete
    assert {"profile-identifier", "profile-info-required", "profile-tag-file-required"} == codes(report.problems)


def test_an_archive_is_held_against_a_profile_too(tmp_path: Path) -> None:
    path = tmp_path / "bag.tar"
    path.write_bytes(tar_bytes(in_base(bag_files())))
    asked = profile(Serialization="required", Accept_Serialization=["application/zip"])
    assert "profile-serialization-not-accepted" in codes(validate(path, options=Options(profile=asked)).problems)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Title: Bells\nAccess: Nobody\n", set()),
        (b"title: Bells\n", {"profile-info-required"}),
        (b"Title: Bells\nAccess: All\n", {"profile-info-value"}),
        (b"Title: Bells\nAccess: Nobody\nAccess: Nobody\n", {"profile-info-repeated"}),
        (b"no tags at all\n", {"profile-info-required", "bag-info-malformed"}),
        (None, {"profile-info-required"}),
    ],
)
def test_tags_of_further_tag_files(tmp_path: Path, content: bytes | None, expected: set[str]) -> None:
    tags = {"Title": {"required": True}, "Access": {"required": True, "repeatable": False, "values": ["Nobody"]}}
    asked = profile(Other_Info=[{"Their-Info": tags}])
    info = f"BagIt-Profile-Identifier: {IDENTIFIER}\n".encode()
    bag = build(tmp_path / "bag", info=info, tag_files={} if content is None else {"their-info.txt": content})
    report = validate(bag, options=Options(profile=asked))
    assert codes(report.errors) == expected
    assert report.valid is not bool(expected)
    assert not codes(validate(bag).errors)


def test_codes_are_unique() -> None:
    assert len({rule.code for rule in profile_rules.ALL}) == len(profile_rules.ALL)
