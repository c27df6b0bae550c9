"""Each demand that a BagIt Profile can make, judged on what was found in a bag.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from preserve.bag.inspection import Inspection
from preserve.bag.profiles import rules
from preserve.bag.profiles.identifiers import PROFILE_IDENTIFIER
from preserve.bag.profiles.model import Patterns, Profile, Tag
from preserve.model import Problem, Rule
from preserve.storage import digests
from preserve.storage.names import shown

_INFO = "bag-info.txt"
_ALWAYS_ALLOWED = frozenset(["bagit.txt", _INFO, "package-info.txt", "fetch.txt"])

_ALIKE = (
    ("application/tar", "application/x-tar", "application/x-gtar"),
    ("application/zip", "application/x-zip", "application/x-zip-compressed"),
    (
        "application/gzip",
        "application/x-gzip",
        "application/tar+gzip",
        "application/x-tar+gzip",
        "application/x-tgz",
        "application/x-gtar-compressed",
        "application/x-compressed-tar",
        "application/x-tar-gz",
    ),
    ("application/x-bzip2", "application/bzip2", "application/x-bzip", "application/tar+bzip2", "application/x-tbz"),
    (
        "application/x-xz",
        "application/xz",
        "application/tar+xz",
        "application/x-xz-compressed-tar",
        "application/x-txz",
    ),
)
"""Media types that mean the same kind of archive; profiles use all of them."""

_SAME_TYPE = {name: names[0] for names in _ALIKE for name in names}


def _values(elements: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of every label of bag-info.txt or its like; labels are case-insensitive (RFC 8493 §2.2.2).

    A value that its writer folded for its length is the same value on one line.
    """
    values: defaultdict[str, list[str]] = defaultdict(list)
    for label, value in elements:
        values[label.strip().lower()].append(" ".join(value.split("\n")).strip())
    return values


def check_identifier(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """The bag names the profile; it may name others beside it."""
    named = _values(inspection.info)[PROFILE_IDENTIFIER.lower()]
    if not profile.identifier or profile.identifier in named:
        return
    instead = f"it names {', '.join(map(shown, named))}" if named else "it names none"
    text = f"The bag does not name the profile {shown(profile.identifier)} as its {PROFILE_IDENTIFIER}; {instead}."
    yield rules.IDENTIFIER.at(_INFO, text)


def check_info(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """Every tag of bag-info.txt is there as the profile asks."""
    values = _values(inspection.info)
    for tag in profile.tags:
        yield from _check_tag(tag, values[tag.label.lower()], _INFO)


def check_others(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """Every tag of the further tag files is there as the profile asks."""
    for path, tags in profile.other_tags.items():
        values = _values(inspection.others.get(path, ()))
        for tag in tags:
            yield from _check_tag(tag, values[tag.label.lower()], path)


def _check_tag(tag: Tag, values: list[str], path: str) -> Iterator[Problem]:
    label, place = shown(tag.label), shown(path)
    if not values:
        if tag.required:
            yield rules.INFO_REQUIRED.at(path, f"{place} has no {label}, which the profile requires.")
        elif tag.recommended:
            yield rules.INFO_RECOMMENDED.at(path, f"{place} has no {label}, which the profile recommends.")
    elif tag.required and not any(values):
        yield rules.INFO_EMPTY.at(path, f"{place} leaves {label} empty, which the profile requires.")
    if len(values) > 1 and not tag.repeatable:
        yield rules.INFO_REPEATED.at(path, f"{place} has {label} {len(values)} times; the profile allows it once.")
    for value in dict.fromkeys(values):
        if tag.values and value not in tag.values:
            allowed = ", ".join(f"“{shown(each)}”" for each in tag.values)
            text = f"{place} says {label} is “{shown(value)}”; the profile allows only {allowed}."
            yield rules.INFO_VALUE.at(path, text)


def check_manifests(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """The manifests and tag manifests are of the algorithms that the profile asks for."""
    asked = (
        (
            "manifest",
            inspection.payload_algorithms,
            (profile.manifests_required, rules.MANIFEST_REQUIRED),
            (profile.manifests_allowed, rules.MANIFEST_ALLOWED),
        ),
        (
            "tagmanifest",
            inspection.tag_algorithms,
            (profile.tag_manifests_required, rules.TAG_MANIFEST_REQUIRED),
            (profile.tag_manifests_allowed, rules.TAG_MANIFEST_ALLOWED),
        ),
    )
    for kind, found, (required, missing), (allowed, excess) in asked:
        there = {digests.normalise(name) for name in found}
        for name in required:
            if digests.normalise(name) not in there:
                path = f"{kind}-{digests.normalise(name)}.txt"
                yield missing.at(path, f"The bag has no {path}, which the profile requires.")
        permitted = None if allowed is None else {digests.normalise(name) for name in allowed}
        for name in sorted(there):
            if permitted is not None and name not in permitted:
                path = f"{kind}-{name}.txt"
                yield excess.at(path, f"The bag has a {shown(path)}, which the profile does not allow.")


def check_tag_files(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """The tag files are those that the profile asks for.  Those of RFC 8493 itself have their own fields."""
    for path in profile.tag_files_required:
        if path not in inspection.tag_files:
            yield rules.TAG_FILE_REQUIRED.at(path, f"The bag has no {shown(path)}, which the profile requires.")
    others = (path for path in inspection.tag_files if not _is_defined(path))
    yield from _excess(others, profile.tag_files_allowed, rules.TAG_FILE_ALLOWED)


def _is_defined(path: str) -> bool:
    is_manifest = "/" not in path and path.startswith(("manifest-", "tagmanifest-")) and path.endswith(".txt")
    return path in _ALWAYS_ALLOWED or is_manifest


def check_payload(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """The payload is what the profile asks for.  A required path that ends in ``/`` is a folder with a file in it."""
    for path in profile.payload_required:
        folder = path.endswith("/") and any(listed.startswith(path) for listed in inspection.payload_listed)
        if path not in inspection.payload_listed and not folder:
            yield rules.PAYLOAD_REQUIRED.at(path, f"The bag has no {shown(path)}, which the profile requires.")
    yield from _excess(sorted(inspection.payload_listed), profile.payload_allowed, rules.PAYLOAD_ALLOWED)
    if profile.data_empty and (inspection.payload_files > 1 or inspection.payload_octets):
        found = f"{inspection.payload_files:,} files with {inspection.payload_octets:,} octets"
        text = f"The profile allows no payload but one empty file; the bag holds {found}."
        yield rules.DATA_EMPTY.at("data", text)


def _excess(paths: Iterable[str], allowed: tuple[str, ...] | None, rule: Rule) -> Iterator[Problem]:
    if allowed is None:
        return
    patterns = Patterns(allowed)
    for path in paths:
        if not patterns.cover(path):
            yield rule.at(path, f"The bag has {shown(path)}, which the profile does not allow.")


def check_fetch(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """fetch.txt is there, or is not, as the profile asks."""
    if inspection.has_fetch and not profile.fetch_allowed:
        yield rules.FETCH_FORBIDDEN.at("fetch.txt", "The bag has a fetch.txt, which the profile does not allow.")
    if profile.fetch_required and not inspection.has_fetch:
        yield rules.FETCH_REQUIRED.at("fetch.txt", "The bag has no fetch.txt, which the profile requires.")


def check_serialization(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """The bag is a folder or an archive as the profile asks."""
    kind = inspection.serialization.lower()
    if not kind:
        if profile.serialization == "required":
            yield rules.SERIALIZATION_REQUIRED.at("", "The bag is a folder; the profile requires an archive file.")
        return
    if profile.serialization == "forbidden":
        text = f"The bag is an archive file ({shown(kind)}); the profile requires a folder."
        yield rules.SERIALIZATION_FORBIDDEN.at("", text)
    elif profile.serializations:
        accepted = {_SAME_TYPE.get(name.strip().lower(), name.strip().lower()) for name in profile.serializations}
        if _SAME_TYPE.get(kind, kind) not in accepted:
            names = ", ".join(map(shown, profile.serializations))
            yield rules.SERIALIZATION_KIND.at("", f"The bag is {shown(kind)}; the profile accepts only {names}.")


def check_bagit_version(profile: Profile, inspection: Inspection) -> Iterator[Problem]:
    """The bag is of a version that the profile accepts."""
    accepted = profile.bagit_versions
    if accepted is not None and inspection.version not in accepted:
        found = shown(inspection.version[:80]) or "not told"
        text = f"The bag's version of BagIt is {found}; the profile accepts only {', '.join(map(shown, accepted))}."
        yield rules.BAGIT_VERSION.at("bagit.txt", text)


CHECKS: tuple[Callable[[Profile, Inspection], Iterator[Problem]], ...] = (
    check_serialization,
    check_bagit_version,
    check_identifier,
    check_info,
    check_others,
    check_manifests,
    check_tag_files,
    check_payload,
    check_fetch,
)
"""All checks; first the two that the specification wants as early as possible."""
