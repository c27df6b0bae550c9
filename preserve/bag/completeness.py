"""Is the bag complete (RFC 8493 §3)?  Pure: what was read and what is there in, findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from preserve.bag import bag_info, listed_paths, matching, rules
from preserve.bag.bag_info import Oxum
from preserve.bag.contents import Contents
from preserve.bag.manifests import Kind
from preserve.bag.matching import Match
from preserve.bag.reading import Reading
from preserve.model import Problem
from preserve.storage.names import shown

SOMETHING_GREW = "Every listed file is there: one of them has another size now, or the sum is wrong."
"""Why a Payload-Oxum may not be right although nothing is missing."""

_NAMED = 10
"""How many files a message names before it goes on with a number."""


def judge(reading: Reading, contents: Contents, payload: Sequence[Match], tags: Sequence[Match]) -> list[Problem]:
    """Every finding about what is there and what is listed."""
    return [
        *of_tags(reading, contents, tags),
        *_payload(reading, contents, payload),
        *_fetch(reading, contents, payload),
        *oxum(reading, contents.oxum, _why(contents, payload)),
    ]


def of_tags(reading: Reading, contents: Contents, tags: Sequence[Match]) -> list[Problem]:
    """The findings about which manifests there are, and about the tag files."""
    return [
        *_manifest_kinds(reading.kinds, modern=reading.declaration.modern),
        *_tag_manifests(reading, contents, tags),
    ]


def _manifest_kinds(kinds: Sequence[Kind], *, modern: bool) -> list[Problem]:
    problems = []
    if all(kind.is_tag for kind in kinds):
        problems.append(rules.NO_MANIFEST.at("", "The bag has no payload manifest (manifest-….txt)."))
    for kind in kinds:
        if not kind.known:
            text = f"{shown(kind.path)} is of an algorithm that is not known here."
            problems.append(rules.ALGORITHM_UNKNOWN.at(kind.path, text))
        elif kind.path != kind.normal_path:
            text = f"{shown(kind.path)} should be called {kind.normal_path}."
            rule = rules.ALGORITHM_SPELLING if modern else rules.ALGORITHM_SPELLING_OLD
            problems.append(rule.at(kind.path, text))
    for (tag, name), times in Counter((kind.is_tag, kind.algorithm) for kind in kinds).items():
        if times > 1:
            what = "tag manifests" if tag else "payload manifests"
            problems.append(rules.ALGORITHM_TWICE.at("", f"The bag has {times} {what} for {shown(name)}."))
    return problems


def _payload(reading: Reading, contents: Contents, matches: Sequence[Match]) -> list[Problem]:
    problems = _missing(reading, contents, matches)
    if not matches:
        return problems
    unlisted = matching.unlisted(matches, contents.payload)
    problems += [rules.UNLISTED.at(path, f"{shown(path)} is in no payload manifest.") for path in unlisted]
    if reading.declaration.modern:
        for path, without in sorted(matching.partly_listed(matches, contents.payload).items()):
            text = f"{shown(path)} is not listed in {_names(without)}; at version 1.0 every manifest lists every file."
            problems.append(rules.NOT_IN_EVERY_MANIFEST.at(path, text))
    return problems + _not_checkable(contents.payload, matches)


def _not_checkable(present: Mapping[str, int], matches: Sequence[Match]) -> list[Problem]:
    known = [match for match in matches if match.manifest.kind.known]
    if len(known) == len(matches):
        return []
    listed = set(present).difference(matching.unlisted(matches, present))
    return [
        rules.NOT_CHECKABLE.at(path, f"{shown(path)} is listed only by algorithms that are not known here.")
        for path in matching.unlisted(known, listed)
    ]


def _missing(reading: Reading, contents: Contents, matches: Sequence[Match]) -> list[Problem]:
    fetchable = {entry.path for entry in reading.fetch.entries} if reading.fetch else set()
    problems = []
    for path, listing in sorted(matching.missing(matches).items()):
        if path in contents.links or path in contents.others:
            continue  # contents.judge has said what stands there
        if path in contents.folders:
            problems.append(rules.PATH_IS_FOLDER.at(path, f"{shown(path)} is a folder, but {_listed_in(listing)} it."))
        elif path in fetchable:
            text = f"{shown(path)} is not there yet; fetch.txt lists it as still to be fetched."
            problems.append(rules.MISSING_TO_FETCH.at(path, text))
        elif reason := listed_paths.danger_on_windows(path):
            problems.append(rules.PATH_UNSAFE.at(path, f"{_listed_in(listing)} {shown(path)}; {reason}."))
        else:
            problems.append(rules.MISSING.at(path, f"{shown(path)} is missing; {_listed_in(listing)} it."))
    return problems


def _tag_manifests(reading: Reading, contents: Contents, matches: Sequence[Match]) -> list[Problem]:
    problems = _missing(reading, contents, matches) + _not_checkable(contents.tags, matches)
    names = {kind.path for kind in reading.kinds if kind.is_tag}
    for match in matches:
        where = match.manifest.kind.path
        for kind in reading.kinds:
            if kind.is_tag and match.lists(kind.path):
                text = f"{shown(where)} lists the tag manifest {shown(kind.path)}."
                problems.append(rules.TAG_LISTS_TAG_MANIFEST.at(where, text))
            elif not kind.is_tag and not match.lists(kind.path):
                text = f"{shown(where)} does not list {shown(kind.path)}, as it must."
                problems.append(rules.TAG_OMITS_MANIFEST.at(where, text))
    if not names:
        problems.append(rules.NO_TAG_MANIFEST.at("", "The bag has no tag manifest."))
        return problems
    algorithms = {kind.algorithm for kind in reading.kinds if kind.is_tag}
    gaps = sorted({kind.algorithm for kind in reading.kinds if not kind.is_tag} - algorithms)
    for name in gaps:
        text = f"There is a payload manifest for {shown(name)}, but no tag manifest."
        problems.append(rules.TAG_MANIFEST_GAP.at("", text))
    return problems + _unlisted_tags(reading, contents, matches, names)


def _unlisted_tags(
    reading: Reading, contents: Contents, matches: Sequence[Match], tag_manifests: set[str]
) -> list[Problem]:
    manifest_names = {kind.path for kind in reading.kinds}
    problems = []
    for path in sorted(contents.tags.keys() - manifest_names):
        without = [match.manifest.kind.path for match in matches if not match.lists(path)]
        if without or not matches:
            where = _names(without or sorted(tag_manifests))
            problems.append(rules.TAG_FILE_UNLISTED.at(path, f"{shown(path)} is not listed in {where}."))
    return problems


def _fetch(reading: Reading, contents: Contents, matches: Sequence[Match]) -> list[Problem]:
    problems = []
    needed = all if reading.declaration.modern else any
    for entry in reading.fetch.entries if reading.fetch else ():
        if not needed(match.lists(entry.path) or entry.path in match.manifest.entries for match in matches):
            text = f"fetch.txt lists {shown(entry.path)}, which is not in every payload manifest."
            problems.append(rules.FETCH_UNLISTED.at(entry.path, text))
        size = contents.payload.get(entry.path)
        if size is not None and entry.length is not None and size != entry.length:
            text = f"{shown(entry.path)} has {size:,} octets; fetch.txt announces {entry.length:,}."
            problems.append(rules.FETCH_LENGTH.at(entry.path, text))
    return problems


def oxum(reading: Reading, found: Oxum, why: str) -> list[Problem]:
    """What is wrong with the Payload-Oxum (§2.2.2), where *found* is there; *why* is a guess at the reason."""
    problems = []
    for value in reading.info.values(bag_info.OXUM):
        promised = bag_info.oxum(value)
        if promised is None or promised == found:
            continue
        text = (
            f"Payload-Oxum promises {_count(promised.octets, 'octet')} in {_count(promised.files, 'file')}, "
            f"but there are {_count(found.octets, 'octet')} in {_count(found.files, 'file')}. {why}"
        )
        problems.append(rules.OXUM_MISMATCH.at(_info_name(reading), text))
    return problems


def _why(contents: Contents, matches: Sequence[Match]) -> str:
    parts = []
    if absent := sorted(matching.missing(matches)):
        parts.append(f"Missing: {_names(absent)}.")
    if matches and (extra := matching.unlisted(matches, contents.payload)):
        parts.append(f"In no manifest: {_names(extra)}.")
    return " ".join(parts) or SOMETHING_GREW


def _listed_in(manifests: Sequence[str]) -> str:
    return f"{_names(manifests)} {'lists' if len(manifests) == 1 else 'list'}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _info_name(reading: Reading) -> str:
    return bag_info.OLD_NAME if reading.declaration.old_info else bag_info.NAME


def _names(paths: Sequence[str]) -> str:
    some = ", ".join(shown(path) for path in paths[:_NAMED])
    return some if len(paths) <= _NAMED else f"{some} and {len(paths) - _NAMED:,} more"
