"""BagIt Profiles 1.4, and 1.0 to 1.3: whether a bag keeps what its makers and takers agreed on.

All findings in one run.  The specification calls two fields fatal (Accept-Serialization and Accept-BagIt-Version);
they are errors here, and the rest is checked all the same, so that the report is complete.  ``recommended`` is not in
the specification but in profiles of the field; a tag that is missing then is a warning.

``Other-Info`` is not in the specification either: profiles of the field name in it the tags of further tag files.

Patterns are those of ``fnmatch``: ``*`` passes ``/`` too, because the specification's own default, ``["*"]``, means
all files.  A profile is never fetched: whoever asks for a check hands it over.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from preserve.bag.inspection import Inspection
from preserve.bag.manifests import kind_of
from preserve.bag.profiles import rules
from preserve.bag.profiles.checks import CHECKS
from preserve.bag.profiles.identifiers import OWN_IDENTIFIER, PROFILE_IDENTIFIER
from preserve.bag.profiles.model import Patterns, Profile, Tag
from preserve.bag.profiles.parsing import Fields, read_json
from preserve.model import Problem
from preserve.storage import digests
from preserve.storage.names import shown
from preserve.storage.resources import schema

__all__ = ["OWN", "OWN_IDENTIFIER", "Profile", "Tag", "check", "load_profile", "own_profile"]

OWN = "bagit-profile.json"
"""The shipped profile that every package of ours obeys."""

_INFO = "BagIt-Profile-Info"
_OTHER = "Other-Info"
_FILE_OF_TAGS = re.compile(r"[a-z0-9_-][a-z0-9._-]*")
_DEFINED = frozenset(["bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt"])
_KNOWN_VERSION = re.compile(r"v?1\.[0-4](\.[0-9]+)?")
_REQUIRED_INFO = ("Source-Organization", "External-Description", "Version", PROFILE_IDENTIFIER)
_SERIALIZATIONS = ("forbidden", "required", "optional")
_KEYS = frozenset(
    [
        _INFO,
        "Bag-Info",
        _OTHER,
        "Manifests-Required",
        "Manifests-Allowed",
        "Allow-Fetch.txt",
        "Fetch.txt-Required",
        "Data-Empty",
        "Serialization",
        "Accept-Serialization",
        "Accept-BagIt-Version",
        "Tag-Manifests-Required",
        "Tag-Manifests-Allowed",
        "Tag-Files-Required",
        "Tag-Files-Allowed",
        "Payload-Files-Required",
        "Payload-Files-Allowed",
    ]
)
_TAG_KEYS = frozenset(["required", "recommended", "repeatable", "values", "description"])


def load_profile(data: bytes, source: str) -> Profile:
    """The profile in *data*; *source* is its file name or URL, for messages.

    ``BagError`` if it is not one JSON object.  Everything else that is wrong with it is in ``problems``, and will be
    in the answer of every ``check``.
    """
    fields = Fields(read_json(data, source), source)
    info = fields.section(_INFO)
    version = _judge_info(info)
    tags, tag_problems = _tags(fields.section("Bag-Info"))
    other_tags = _other_tags(fields, source)
    profile = Profile(
        source=source,
        identifier=info.text(PROFILE_IDENTIFIER).strip(),
        version=version,
        tags=tags,
        manifests_required=fields.texts("Manifests-Required") or (),
        manifests_allowed=fields.texts("Manifests-Allowed"),
        tag_manifests_required=fields.texts("Tag-Manifests-Required") or (),
        tag_manifests_allowed=fields.texts("Tag-Manifests-Allowed"),
        tag_files_required=fields.texts("Tag-Files-Required") or (),
        tag_files_allowed=fields.texts("Tag-Files-Allowed"),
        payload_required=fields.texts("Payload-Files-Required") or (),
        payload_allowed=fields.texts("Payload-Files-Allowed"),
        fetch_allowed=fields.flag("Allow-Fetch.txt", True),
        fetch_required=fields.flag("Fetch.txt-Required", False),
        data_empty=fields.flag("Data-Empty", False),
        serialization=fields.one_of("Serialization", _SERIALIZATIONS, "optional"),
        serializations=fields.texts("Accept-Serialization"),
        bagit_versions=fields.texts("Accept-BagIt-Version") or None,
        other_tags=other_tags,
    )
    fields.only(_KEYS)
    _judge_consistency(profile, fields)
    return replace(profile, problems=tuple(dict.fromkeys((*fields.problems, *info.problems, *tag_problems))))


@cache
def own_profile() -> Profile:
    """The profile that preserve's own packages obey."""
    return load_profile(schema(OWN), OWN)


def check(profile: Profile, inspection: Inspection) -> tuple[Problem, ...]:
    """Everything in which the bag does not follow the profile, and everything that is wrong with the profile."""
    found = [problem for judge in CHECKS for problem in judge(profile, inspection)]
    return tuple(dict.fromkeys((*profile.problems, *found)))


def _judge_info(info: Fields) -> str:
    """The version of the specification; a profile that does not tell is of 1.1 (BagIt-Profile-Version)."""
    missing = [key for key in _REQUIRED_INFO if not info.text(key).strip()]
    if missing:
        info.blame(rules.INCOMPLETE, f"lacks {', '.join(missing)} in {_INFO}")
    version = info.text("BagIt-Profile-Version", "1.1.0").strip()
    if not _KNOWN_VERSION.fullmatch(version):
        info.blame(rules.VERSION, f"is written for version {shown(version[:40]) or '(none)'} of the specification")
    return version


def _other_tags(fields: Fields, source: str) -> dict[str, tuple[Tag, ...]]:
    """The tags of further tag files: ``"Other-Info": [{"APTrust-Info": {"Title": …}}]`` is aptrust-info.txt."""
    found: dict[str, tuple[Tag, ...]] = {}
    listed = fields.values.get(_OTHER, [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        fields.blame(rules.MALFORMED, f"gives {_OTHER} a value that is not a list of objects")
        return found
    for each in listed:
        group = Fields(each, source, _OTHER)
        for name in each:
            path = f"{name.lower()}.txt"
            if not _FILE_OF_TAGS.fullmatch(path) or path in _DEFINED or kind_of(path):
                group.blame(rules.MALFORMED, f"has a file of tags in {_OTHER} that cannot be one: {shown(path)}")
                continue
            found[path], problems = _tags(group.section(name))
            fields.problems += problems
        fields.problems += group.problems
    return found


def _tags(section: Fields) -> tuple[tuple[Tag, ...], list[Problem]]:
    problems = section.problems
    tags: dict[str, Tag] = {}
    for label in section.values:
        asked = section.section(label)
        values = tuple(value.strip() for value in asked.texts("values") or ())
        tag = Tag(
            label.strip(),
            required=asked.flag("required", False),
            recommended=asked.flag("recommended", False),
            repeatable=asked.flag("repeatable", True),
            values=values,
        )
        asked.text("description")
        asked.only(_TAG_KEYS)
        if tags.setdefault(tag.label.lower(), tag) is not tag:
            asked.blame(rules.CONTRADICTION, f"has {shown(label)} twice; labels differ in case only")
        if tag.label.lower() == PROFILE_IDENTIFIER.lower():
            asked.blame(rules.ADVICE, f"should not list {PROFILE_IDENTIFIER} in Bag-Info, where it is always required")
        problems += asked.problems
    return tuple(tags.values()), problems


def _judge_consistency(profile: Profile, fields: Fields) -> None:
    """What one field of the profile demands and another one forbids."""
    if profile.bagit_versions is None:
        fields.blame(rules.INCOMPLETE, "names no version in Accept-BagIt-Version; at least one is required")
    if not profile.serializations and profile.serialization != "forbidden" and "Serialization" in fields.values:
        rule = rules.INCOMPLETE if profile.serialization == "required" else rules.ADVICE
        fields.blame(rule, "names no media type in Accept-Serialization")
    if profile.fetch_required and not profile.fetch_allowed:
        fields.blame(rules.CONTRADICTION, "requires a fetch.txt and does not allow one")
    for name, required, allowed in (
        ("Manifests", profile.manifests_required, profile.manifests_allowed),
        ("Tag-Manifests", profile.tag_manifests_required, profile.tag_manifests_allowed),
    ):
        permitted = {digests.normalise(algorithm) for algorithm in allowed or ()}
        beyond = [algorithm for algorithm in required if digests.normalise(algorithm) not in permitted]
        _blame_beyond(fields, name, beyond if allowed is not None else [])
    for name, required, allowed in (
        ("Tag-Files", profile.tag_files_required, profile.tag_files_allowed),
        ("Payload-Files", profile.payload_required, profile.payload_allowed),
    ):
        patterns = Patterns(allowed or ())
        beyond = [path for path in required if not patterns.cover(path)]
        _blame_beyond(fields, name, beyond if allowed is not None else [])


def _blame_beyond(fields: Fields, name: str, beyond: list[str]) -> None:
    for each in beyond:
        fields.blame(rules.CONTRADICTION, f"requires {shown(each)} in {name}-Required and not in {name}-Allowed")
