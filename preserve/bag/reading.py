"""Everything that a bag says about itself, read and parsed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from preserve.bag import bag_info, declaration, fetch_list, manifests
from preserve.bag.bag_info import BagInfo, Oxum
from preserve.bag.contents import Contents, TagFiles
from preserve.bag.declaration import Declaration
from preserve.bag.fetch_list import FetchList
from preserve.bag.inspection import Inspection
from preserve.bag.manifests import Kind, Manifest
from preserve.bag.source import BagSource
from preserve.model import PinnedDigest, Problem
from preserve.storage import digests


@dataclass(frozen=True, slots=True)
class Reading:
    """The parsed tag files of a bag, the digests of the very bytes that were parsed, and all findings of parsing."""

    declaration: Declaration
    kinds: tuple[Kind, ...]
    payload_manifests: tuple[Manifest, ...]
    tag_manifests: tuple[Manifest, ...]
    info: BagInfo
    fetch: FetchList | None
    problems: tuple[Problem, ...]
    digests: dict[str, dict[str, str]] = field(repr=False)
    others: Mapping[str, BagInfo] = field(default_factory=dict)
    """Further tag files of the form of bag-info.txt, by their paths."""


def tag_files(source: BagSource, contents: Contents, pinned: Sequence[PinnedDigest] = ()) -> TagFiles:
    """The tag files of *source*, to be digested by every algorithm that somebody will ask for."""
    wanted = [kind.algorithm for kind in contents.manifests if kind.is_tag]
    wanted += [digests.normalise(pin.algorithm) for pin in pinned]
    return TagFiles(source, contents, tuple(name for name in dict.fromkeys(wanted) if digests.is_known(name)))


def read(
    source: BagSource, contents: Contents, pinned: Sequence[PinnedDigest] = (), others: Sequence[str] = ()
) -> Reading:
    """Read and parse the tag files that RFC 8493 defines.  What cannot be read or parsed is a finding.

    *others* are further tag files to be read as bag-info.txt is, if they are there.
    """
    files = tag_files(source, contents, pinned)
    data = files.read(declaration.NAME)
    declared = Declaration() if data is None else declaration.parse(data)
    payload = _manifests(files, declared, tag=False)
    data = files.read(fetch_list.NAME)
    fetch = None if data is None else fetch_list.parse(data, modern=declared.modern, codec=declared.codec)
    if fetch is not None:
        fetch = fetch_list.as_listed(fetch, _listed(payload))
    found = read_tags(files, declared, info(files, declared), pinned)
    problems = list(found.problems) + list(fetch.problems if fetch else ())
    for manifest in payload:
        problems += manifest.problems
    further = {path: other for path in others if (other := _other(files, declared, path)) is not None}
    problems += [problem for each in further.values() for problem in each.problems]
    return replace(found, payload_manifests=payload, fetch=fetch, problems=tuple(problems), others=further)


def _other(files: TagFiles, declared: Declaration, path: str) -> BagInfo | None:
    data = files.read(path)
    if data is None:
        return None
    return bag_info.parse(data, path=path, modern=declared.modern, codec=declared.codec)


def read_tags(
    files: TagFiles,
    declared: Declaration,
    described: BagInfo,
    pinned: Sequence[PinnedDigest] = (),
    *,
    parsed: bool = True,
) -> Reading:
    """The same without the payload manifests and fetch.txt, and if they are known to be right, the tag manifests."""
    tags = _manifests(files, declared, tag=True) if parsed else ()
    for pin in pinned:
        if pin.path not in files.digests:
            files.read(pin.path)
    problems = [*files.problems, *declared.problems, *described.problems]
    for manifest in tags:
        problems += manifest.problems
    return Reading(declared, files.contents.manifests, (), tags, described, None, tuple(problems), files.digests)


def _manifests(files: TagFiles, declared: Declaration, *, tag: bool) -> tuple[Manifest, ...]:
    kinds = [kind for kind in files.contents.manifests if kind.is_tag is tag]
    return tuple(found for kind in kinds if (found := _manifest(files, kind, declared)))


def _manifest(files: TagFiles, kind: Kind, declared: Declaration) -> Manifest | None:
    data = files.read(kind.path)
    return None if data is None else manifests.parse(data, kind, modern=declared.modern, codec=declared.codec)


def info(files: TagFiles, declared: Declaration) -> BagInfo:
    """The metadata file.  Before 0.96 it has its old name; one of the newer name is then judged as well."""
    names = (bag_info.OLD_NAME, bag_info.NAME) if declared.old_info else (bag_info.NAME,)
    found = [
        bag_info.parse(data, path=name, modern=declared.modern, codec=declared.codec)
        for name in names
        if (data := files.read(name)) is not None
    ]
    if not found:
        return BagInfo()
    return replace(found[0], problems=tuple(problem for info in found for problem in info.problems))


def inspection(reading: Reading, contents: Contents, serialization: str, payload: Oxum) -> Inspection:
    """The same as plain values, for profiles; *payload* is how much of it is there."""
    return Inspection(
        version=reading.declaration.version,
        encoding=reading.declaration.encoding,
        info=reading.info.elements,
        others={path: found.elements for path, found in reading.others.items()},
        info_present=bool(
            contents.tags.keys() & {bag_info.NAME, *([bag_info.OLD_NAME] * reading.declaration.old_info)}
        ),
        payload_algorithms=_algorithms(reading.kinds, tag=False),
        tag_algorithms=_algorithms(reading.kinds, tag=True),
        tag_files=tuple(sorted(contents.tags)),
        payload_files=payload.files,
        payload_octets=payload.octets,
        payload_listed=_listed(reading.payload_manifests),
        fetch=tuple(entry.path for entry in reading.fetch.entries) if reading.fetch else (),
        has_fetch=fetch_list.NAME in contents.tags,
        serialization=serialization,
    )


def _listed(payload: tuple[Manifest, ...]) -> AbstractSet[str]:
    """Every listed path; where all manifests list the same, as always at 1.0, nothing is copied."""
    listed: AbstractSet[str] = payload[0].entries.keys() if payload else frozenset()
    for manifest in payload[1:]:
        if manifest.entries.keys() != listed:
            listed = listed | manifest.entries.keys()
    return listed


def _algorithms(kinds: tuple[Kind, ...], *, tag: bool) -> tuple[str, ...]:
    return tuple(sorted({kind.algorithm for kind in kinds if kind.is_tag is tag}))
