"""Whatever a profile asks for: either there is a bag that keeps it, or one sentence says what stands against it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from preserve.bag.deriving.planning import Original, Plan, plan
from preserve.bag.deriving.tags import Given, tag_files
from preserve.bag.profiles.profile import Profile, load_profile
from preserve.errors import BagError, DescriptionError, UsageError

INFO = {
    "BagIt-Profile-Identifier": "https://archive.example/profile-1.json",
    "Source-Organization": "An archive",
    "External-Description": "What we take in",
    "Version": "1",
}
OWN = (("External-Identifier", "urn:uuid:1"), ("Payload-Oxum", "9.2"), ("BagIt-Profile-Identifier", "urn:ours"))
PACKAGE = Original(
    "1.0",
    ["data/a.txt", "data/50%.txt"],
    9,
    ["bagit.txt", "bag-info.txt", "README.txt", "metadata/dc.xml", "manifest-sha256.txt", "tagmanifest-sha256.txt"],
    ["sha256", "sha512"],
    OWN,
)


def profile(**fields: Any) -> Profile:
    named = {key.replace("_", "-"): value for key, value in fields.items()}
    whole = {"BagIt-Profile-Info": INFO, "Accept-BagIt-Version": ["0.97", "1.0"]} | named
    return load_profile(json.dumps(whole).encode(), "profile.json")


_NAMES = st.sampled_from(["md5", "sha1", "sha256", "sha-512", "crc32", "README.txt", "metadata/*", "*", "data/a.txt"])
_LISTS = st.lists(_NAMES, max_size=3)
_LABELS = st.sampled_from(["Title", "External-Identifier", "Payload-Oxum", "Shelf", "A:B", "", "x\ny"])
_TAG = st.fixed_dictionaries(
    {},
    optional={
        "required": st.booleans(),
        "repeatable": st.booleans(),
        "values": st.lists(st.text(max_size=3), max_size=2),
    },
)
_TAGS = st.dictionaries(_LABELS, _TAG, max_size=3)
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "Bag-Info": _TAGS,
        "Other-Info": st.lists(
            st.dictionaries(st.sampled_from(["A-Info", "../b", "Bag-Info", "C"]), _TAGS), max_size=2
        ),
        "Manifests-Required": _LISTS,
        "Manifests-Allowed": _LISTS,
        "Tag-Manifests-Required": _LISTS,
        "Tag-Manifests-Allowed": _LISTS,
        "Tag-Files-Required": _LISTS,
        "Tag-Files-Allowed": _LISTS,
        "Payload-Files-Allowed": _LISTS,
        "Accept-BagIt-Version": st.lists(st.sampled_from(["0.93", "0.97", "1.0", "9"]), max_size=2),
        "Serialization": st.sampled_from(["required", "optional", "forbidden", "no"]),
        "Accept-Serialization": st.lists(st.sampled_from(["application/tar", "application/zip"]), max_size=2),
        "Data-Empty": st.booleans(),
    },
)
_SAID = st.lists(st.tuples(st.sampled_from(["Title", "Shelf", "a-info.txt/Title", "x/y", "A:B"]), st.text(max_size=5)))


@given(_FIELDS, _SAID, st.sampled_from(["", "application/tar"]))
def test_any_profile_gives_a_plan_or_a_sentence(fields: dict[str, Any], said: list[tuple[str, str]], kind: str) -> None:
    whole = {"BagIt-Profile-Info": INFO, "Accept-BagIt-Version": ["1.0"]} | fields
    asked = load_profile(json.dumps(whole).encode(), "profile.json")
    with suppress(BagError, DescriptionError, UsageError):
        _assert_sound(asked, plan(asked, PACKAGE, Given(OWN, tuple(said)), kind))


def _assert_sound(asked: Profile, made: Plan) -> None:
    event("there is a plan")
    assert made.algorithms
    assert made.version in (asked.bagit_versions or ())
    assert not set(made.written) & set(made.kept)
    assert not any("/" in path for path in made.written)


def test_the_package_does_not_vouch_for_being_one_of_ours() -> None:
    files = tag_files(profile(), Given(OWN))
    assert files["bag-info.txt"] == (*OWN[:2], ("BagIt-Profile-Identifier", INFO["BagIt-Profile-Identifier"]))


def test_a_value_of_the_description_is_taken_only_if_there_is_one_and_it_is_allowed() -> None:
    asked = profile(Bag_Info={"Title": {"required": True}, "Publisher": {"values": ["Fenn"]}})
    known = {"title": ["A bell"], "publisher": ["Somebody"]}
    assert ("Title", "A bell") in tag_files(asked, Given(OWN, known=known))["bag-info.txt"]
    assert "Publisher" not in dict(tag_files(asked, Given(OWN, known=known))["bag-info.txt"])
    known = {"title": ["A bell", "Eine Glocke"], "publisher": ["Fenn"]}
    found = dict(tag_files(asked, Given(OWN, known=known))["bag-info.txt"])
    assert (found.get("Title"), found["Publisher"]) == (None, "Fenn")
    said = (("title", "Mine"),)
    assert dict(tag_files(asked, Given(OWN, said, known))["bag-info.txt"])["title"] == "Mine"


def test_a_percent_sign_keeps_a_bag_from_being_of_an_older_version() -> None:
    older = profile(Accept_BagIt_Version=["0.97"])
    with pytest.raises(BagError, match=r"accepts only 0\.97"):
        plan(older, PACKAGE, Given(OWN), "")
    plain = Original("1.0", ["data/a.txt"], 9, PACKAGE.tag_files, PACKAGE.algorithms, OWN)
    assert plan(older, plain, Given(OWN), "").version == "0.97"
