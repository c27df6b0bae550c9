"""The survey: an arrival is looked into, nothing of it is read but what the producer wrote about it.

``changes.changed_since`` looks again after the Transfer was copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from preserve.model import (
    Companion,
    CompanionKind,
    Problem,
    SourceFile,
    SourceFiles,
    SuppliedDigest,
    Transfer,
    TransferKind,
)
from preserve.storage import digests
from preserve.storage.durable import READ_FILE, opened
from preserve.transfer import hazards, rules
from preserve.transfer.arrival import Arrival, Beside, Expected
from preserve.transfer.bags import DATA, is_bag, split
from preserve.transfer.beside import is_for_folder
from preserve.transfer.hazards import said
from preserve.transfer.inside import Found, Gaps, Inside, errors, of_manifests
from preserve.transfer.spelling import Names
from preserve.transfer.verify import mismatch
from preserve.transfer.walk import Walked, contents, look, unreadable


def survey(arrival: Arrival) -> Transfer:
    """What *arrival* holds: files, links, folders, companions, checksums, and everything that is wrong with it.

    It never raises for what is there; a transfer with an error among its problems is refused and has no files.
    """
    if errors(arrival.problems):
        return Transfer(
            arrival.name, arrival.root, arrival.kind, SourceFiles(), problems=arrival.problems, parts=_parts(arrival)
        )
    kind, walked, tags, found = _contents(arrival)
    problems = [*arrival.problems, *walked.problems]
    if not walked.files and not errors(problems):
        problems.append(rules.NO_FILES.at("", f"There is no file in {said(arrival.name)}."))
    problems += hazards.of_names(walked.paths)
    problems += hazards.of_links(walked.links, frozenset(walked.paths() if walked.links else ()))
    return Transfer(
        arrival.name,
        arrival.root,
        kind,
        walked.files,
        tuple(walked.links),
        tuple(walked.folders),
        (*_tags(tags), *_unique(found.companions, tags)),
        tuple(found.supplied),
        (*problems, *found.problems),
        _parts(arrival),
    )


def _parts(arrival: Arrival) -> tuple[Path, ...]:
    return tuple(part.root for part in arrival.parts)


def _contents(arrival: Arrival) -> tuple[TransferKind, Walked, list[SourceFile], Found]:
    if arrival.kind is TransferKind.BUNDLE:
        return (arrival.kind, *_bundled(arrival.parts))
    is_folder = arrival.kind is not TransferKind.FILE
    walked = contents(arrival.root, folder=is_folder)
    if is_folder and is_bag(walked):
        payload, tags = split(walked)
        return TransferKind.BAG, payload, tags, _said_about_bag(arrival, payload, tags)
    return arrival.kind, walked, [], _said(arrival, walked, "")


def _bundled(parts: Sequence[Arrival]) -> tuple[Walked, list[SourceFile], Found]:
    whole, found = Walked(), Found()
    for part in parts:
        is_folder = part.kind is not TransferKind.FILE
        walked = contents(part.root, folder=is_folder, name=part.name)
        said_here = _said(part, walked, f"{part.name}/" if is_folder else "")
        found.companions += [_in_bundle(companion, part) for companion in said_here.companions]
        found.supplied += said_here.supplied
        found.problems += said_here.problems
        whole.files.extend(walked.files)
        whole.links += walked.links
        whole.folders += walked.folders
        whole.problems += [*part.problems, *walked.problems]
    whole.sort()
    found.companions = list(_about_all(found.companions, parts))
    found.problems = list(dict.fromkeys(found.problems))  # two parts may have the same list beside them
    return whole, [], found


def _in_bundle(companion: Companion, part: Arrival) -> Companion:
    """In a bundle, the names of a table that lay beside it are those of the payload."""
    is_about_one = companion.kind in (CompanionKind.DUBLIN_CORE, CompanionKind.METADATA_TOML)
    describes_file = is_about_one and part.kind is TransferKind.FILE
    about = (part.name,) if describes_file else companion.about
    if is_for_folder(companion.source.name) and companion.source.parent in part.root.parents:
        about = (part.name if part.kind is TransferKind.FILE else f"{part.name}/",)
    return replace(companion, base="", about=about)


def _about_all(companions: Iterable[Companion], parts: Sequence[Arrival]) -> Iterator[Companion]:
    """What lies beside several parts once, and about the whole if it lies beside all of them."""
    together: dict[Path, list[Companion]] = {}
    for companion in companions:
        together.setdefault(companion.source, []).append(companion)
    for source, same in together.items():
        about = dict.fromkeys(path for one in same for path in one.about)
        is_of_all = is_for_folder(source.name) and len(same) == len(parts)
        yield replace(same[0], about=() if is_of_all else tuple(about))


# --- what the companions say --------------------------------------------------------------------------------


def _said(arrival: Arrival, walked: Walked, prefix: str) -> Found:
    if arrival.kind is TransferKind.FILE:
        found = Found()
        known = Names([arrival.root.name])
    else:
        found = Inside(walked, prefix, arrival.name).companions()
        known = Names(walked.files.paths() if any(beside.listed for beside in arrival.beside) else ())
    gaps = Gaps(walked)
    for beside in arrival.beside:
        _add_beside(found, beside)
        for line in beside.listed:
            path = known.find(line.path, below=(prefix,)) if line.path else arrival.root.name
            if path is None:
                found.problems += gaps.missing(beside.source.name, line, prefix + line.path)
            else:
                found.supplied.append(SuppliedDigest(path, line.digest, beside.source.name))
    return found


def _said_about_bag(arrival: Arrival, payload: Walked, tags: list[SourceFile]) -> Found:
    """As for a folder, but lists count from beside the bag only: inside, its manifests are the lists."""
    found = Inside(payload, "", arrival.name).companions(checksums=False, below=DATA)
    found.supplied += of_manifests(tags, payload.files.paths)
    by_path = {tag.path: tag for tag in tags}
    gaps = Gaps(payload)
    known = Names([*(DATA + path for path in payload.files.paths()), *by_path])
    for beside in arrival.beside:
        _add_beside(found, beside)
        for line in beside.listed:
            path = known.find(line.path)
            if path is None:
                found.problems += gaps.missing(beside.source.name, line, line.path.removeprefix(DATA))
            elif path in by_path:
                found.problems += _compared(
                    Path(by_path[path].source), path, (Expected(line.digest, beside.source.name),)
                )
            else:
                found.supplied.append(SuppliedDigest(path.removeprefix(DATA), line.digest, beside.source.name))
    return found


def _add_beside(found: Found, beside: Beside) -> None:
    seen = look(beside.source, beside.source.name)
    found.companions.append(
        Companion(
            beside.kind,
            beside.path or beside.source.name,
            beside.source,
            beside.base,
            seen=seen if isinstance(seen, SourceFile) else None,
        )
    )
    found.problems += _compared(beside.source, beside.source.name, beside.expected)


def _compared(file: Path, path: str, expected: Iterable[Expected]) -> Iterator[Problem]:
    """Compares small files that are no payload at once, for nobody reads them later."""
    for one in expected:
        try:
            with opened(file, READ_FILE) as fd:
                _, (computed,) = digests.of_descriptor(fd, [one.digest.algorithm])
        except OSError as error:
            yield unreadable(path, error)
            return
        if computed != one.digest:
            yield mismatch(path, one.digest, computed.value, one.listed_in)


def _tags(tags: Iterable[SourceFile]) -> Iterator[Companion]:
    return (Companion(CompanionKind.BAG_TAG, tag.path, Path(tag.source), seen=tag) for tag in tags)


def _unique(companions: Iterable[Companion], tags: Iterable[SourceFile]) -> Iterator[Companion]:
    """Each companion once and with a place of its own; what lay beside gives way to what lay inside."""
    taken = {tag.path: Path(tag.source) for tag in tags}
    for companion in companions:
        path, count = companion.path, 1
        while taken.get(path, companion.source) != companion.source:
            path = f"beside{'' if count == 1 else f'-{count}'}/{companion.path}"
            count += 1
        if path not in taken:
            taken[path] = companion.source
            yield replace(companion, path=path)
