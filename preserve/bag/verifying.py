"""Is the bag valid (RFC 8493 §3)?  Reads every listed file once and compares every checksum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from preserve.bag import matching, rules
from preserve.bag.contents import Contents
from preserve.bag.manifests import Kind
from preserve.bag.matching import Match
from preserve.bag.source import BagSource, Measured
from preserve.errors import BagError
from preserve.model import Mismatch, PinnedDigest, Problem
from preserve.ports import Progress
from preserve.storage import digests
from preserve.storage.names import shown


def verify(
    source: BagSource,
    contents: Contents,
    payload: Sequence[Match],
    tags: Sequence[Match],
    judged: Mapping[str, Mapping[str, str]],
    progress: Progress | None,
    known: Mapping[str, Measured] | None = None,
) -> list[Problem]:
    """Every checksum that is not right.  *judged* holds the digests of the tag files that were read already.

    Where the payload was read too, *known* has the files that are not as their own line says; the others are right.
    """
    payload = [match for match in payload if match.manifest.kind.known]
    tags = [match for match in tags if match.manifest.kind.known]
    problems = []
    for path, found in sorted(judged.items()):
        problems += compare(path, found, tags)
    files = _listed(contents.payload, payload)
    if known is not None:
        by_line = {path for match in payload for path in match.manifest.entries}
        by_line.difference_update(*(match.aliases for match in payload))  # a line in another spelling was not compared
        for path in sorted(by_line & known.keys() & contents.payload.keys()):
            problems += _judged(known[path], payload)
        files = [path for path in files if path not in by_line]
    others = [path for path in _listed(contents.tags, tags) if path not in judged]
    found_wrong: list[tuple[str, list[Problem]]] = []
    for paths, algorithms in _rounds(files, _algorithms(payload), others, _algorithms(tags)):
        found_wrong.extend(
            (measured.path, wrong)
            for measured in _measure(source, paths, algorithms, contents, progress)
            if (wrong := _judged(measured, payload if measured.path in contents.payload else tags))
        )
    for _, wrong in sorted(found_wrong, key=itemgetter(0)):  # they were read side by side, in any order
        problems += wrong
    return problems


def _judged(measured: Measured, matches: Sequence[Match]) -> list[Problem]:
    if measured.failure:
        return [measured.failure]
    return compare(measured.path, {d.algorithm: d.value for d in measured.digests}, matches)


def compare(path: str, found: Mapping[str, str], matches: Sequence[Match]) -> list[Problem]:
    """One finding for each checksum that the manifests promise for *path* and that *found* does not keep."""
    problems = []
    for match in matches:
        kind = match.manifest.kind
        for expected in match.expected(path):
            actual = found.get(kind.algorithm, "")
            if actual != expected.hex():
                problems.append(mismatch(path, kind, expected.hex(), actual))
    return problems


def mismatch(path: str, kind: Kind, expected: str, actual: str) -> Problem:
    """The finding that the file *path* has the digest *actual*, and not the one that the manifest *kind* gives."""
    text = f"{shown(path)} has changed: {shown(kind.path)} says {expected}, found {actual or 'nothing'}."
    return rules.CHECKSUM_MISMATCH.at(path, text, Mismatch(kind.algorithm, expected, actual))


def pins(pinned: Sequence[PinnedDigest], contents: Contents, judged: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """Whether the manifests are still the ones that were sealed."""
    problems = []
    for pin in pinned:
        algorithm = digests.normalise(pin.algorithm)
        found = judged.get(pin.path, {}).get(algorithm)
        if pin.path not in contents.tags:
            text = f"{shown(pin.path)} was part of the sealed package and is gone."
        elif found is None:
            text = f"{shown(pin.path)} could not be compared with what was sealed."
            problems.append(rules.TAG_FILE_UNREADABLE.at(pin.path, text))
            continue
        elif found != pin.value.lower():
            text = f"{shown(pin.path)} is not the one that was sealed: expected {pin.value.lower()}, found {found}."
        else:
            continue
        difference = Mismatch(algorithm, pin.value.lower(), found or "")
        problems.append(rules.MANIFEST_TAMPERED.at(pin.path, text, difference))
    return problems


def _algorithms(matches: Sequence[Match]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.manifest.kind.algorithm for match in matches))


def _listed(present: Mapping[str, int], matches: Sequence[Match]) -> list[str]:
    unlisted = set(matching.unlisted(matches, present))
    return [path for path in present if path not in unlisted]


def _rounds(
    files: list[str], file_algorithms: tuple[str, ...], others: list[str], other_algorithms: tuple[str, ...]
) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """What to read with which algorithms: in one go where they are the same, because an archive is read in order."""
    if set(other_algorithms) <= set(file_algorithms):
        rounds = [(files + others, file_algorithms)]
    else:
        rounds = [(files, file_algorithms), (others, other_algorithms)]
    return ((paths, algorithms) for paths, algorithms in rounds if paths)


def _measure(
    source: BagSource,
    paths: list[str],
    algorithms: tuple[str, ...],
    contents: Contents,
    progress: Progress | None,
) -> Iterator[Measured]:
    """Each of the *paths* measured exactly once; what the source cannot give comes back as a failure."""
    waiting = set(paths)
    size = sum(contents.payload.get(path) or contents.tags.get(path, 0) for path in paths)
    if progress:
        progress.start(f"Checking {source.name}", len(paths), size)
    reason = "it was there at first and is gone now"
    try:
        for measured in source.measure(paths, algorithms):
            if measured.path in waiting:
                waiting.discard(measured.path)
                yield measured
            if progress:
                progress.advance(1, measured.size)
    except (OSError, BagError) as error:
        reason = str(error).rstrip(".")
    finally:
        if progress:
            progress.finish()
    for path in sorted(waiting):
        yield Measured(path, 0, failure=rules.UNREADABLE.at(path, f"{shown(path)} cannot be read: {reason}."))
