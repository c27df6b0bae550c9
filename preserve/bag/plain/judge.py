"""The judgement on a plain bag: what ``preserve.bag.judge`` would say, found by a shorter way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preserve.bag import completeness, contents, matching, naming, reading, verifying
from preserve.bag.folders.reader import Read
from preserve.bag.folders.source import FolderSource, measured
from preserve.bag.judge import Judgement, version_problems
from preserve.bag.manifests import Kind
from preserve.bag.plain.chunks import NotPlain
from preserve.bag.plain.outside import Outside, look, tags_are_right
from preserve.bag.plain.payload import Payload
from preserve.bag.reading import Reading
from preserve.bag.source import Measured
from preserve.errors import BagError
from preserve.model import PinnedDigest, Problem
from preserve.ports import Progress


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judgement; or, for a bag that is not plain after all, what was read of it."""

    judgement: Judgement | None = None
    known: dict[str, Measured] | None = None
    """The files that are not as their manifests say.  All other listed files are right.  None: nothing was read."""


def judge(
    source: FolderSource, *, pinned: Sequence[PinnedDigest], expected_version: str, progress: Progress | None
) -> Outcome:
    """Judge the bag in *source* if it is a plain one."""
    try:
        bag = look(source, pinned)
        payload = Payload(source, bag)
        if progress:
            progress.start(f"Checking {source.name}", bag.promised.files, bag.promised.octets)
        if not payload.read(progress):
            return Outcome(known={odd.read.path: measured(odd.read, bag.layout.algorithms) for odd in payload.odd})
        return Outcome(_judgement(source, bag, payload, pinned, expected_version))
    except (NotPlain, OSError, BagError):  # what cannot be read is told by the other judge
        return Outcome()
    finally:
        if progress:
            progress.finish()


def _judgement(
    source: FolderSource, bag: Outside, payload: Payload, pinned: Sequence[PinnedDigest], expected_version: str
) -> Judgement:
    right = tags_are_right(source, bag)
    read = reading.read_tags(bag.files, bag.declared, bag.info, pinned, parsed=not right)
    problems = [
        *read.problems,
        *(contents.judge(bag.there, ()) if right else _about_tags(source, bag, read)),
        *completeness.oxum(read, payload.oxum, completeness.SOMETHING_GREW),
        *bag.layout.names,
        *payload.names,
        *_about_payload(payload, bag.layout.payload),
        *verifying.pins(pinned, bag.there, read.digests),
        *version_problems(bag.declared.version, expected_version),
    ]
    found = reading.inspection(read, bag.there, source.serialization, payload.oxum)
    return Judgement(found, tuple(dict.fromkeys(problems)))


def _about_tags(source: FolderSource, bag: Outside, read: Reading) -> Iterator[Problem]:
    """What is wrong with the tag files, in all the cases that there are."""
    normalised = matching.index(bag.there.tags)
    tags = [matching.match(manifest, bag.there.tags, normalised) for manifest in read.tag_manifests]
    missing = {path for match in tags for path in match.missing}
    yield from contents.judge(bag.there, missing)
    for match in tags:
        yield from match.problems
    yield from completeness.of_tags(read, bag.there, tags)
    yield from naming.judge([*bag.there.tags, *missing])
    yield from verifying.verify(source, bag.there, (), tags, read.digests, None)


def _about_payload(payload: Payload, kinds: Sequence[Kind]) -> Iterator[Problem]:
    for odd in sorted(payload.odd, key=lambda odd: odd.read.path):
        yield from _difference(odd.read, odd.expected, kinds)


def _difference(read: Read, expected: Sequence[str], kinds: Sequence[Kind]) -> Iterator[Problem]:
    if failure := measured(read, ()).failure:
        yield failure
        return
    for kind, wanted, found in zip(kinds, expected, read.values, strict=True):
        if wanted != found:
            yield verifying.mismatch(read.path, kind, wanted, found)
