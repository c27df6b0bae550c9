"""The judgement on a bag: complete and valid as RFC 8493 §3 says, every finding in one run.

Version-aware: before 1.0 a payload file that one manifest lists suffices, labels may have blanks around their colon,
a line may be repeated.  Manifests and tag manifests are verified whatever version is declared, so that a changed
version switches nothing off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from preserve.bag import completeness, contents, declaration, matching, naming, reading, rules, verifying
from preserve.bag.contents import Contents
from preserve.bag.inspection import Inspection
from preserve.bag.matching import Match
from preserve.bag.reading import Reading
from preserve.bag.source import BagSource, Measured
from preserve.model import PinnedDigest, Problem
from preserve.ports import Progress
from preserve.storage.names import shown


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was read, and what was found."""

    inspection: Inspection
    problems: tuple[Problem, ...]


def judge(
    source: BagSource,
    *,
    pinned: Sequence[PinnedDigest] = (),
    expected_version: str = "",
    completeness_only: bool = False,
    progress: Progress | None = None,
    known: Mapping[str, Measured] | None = None,
    others: Sequence[str] = (),
) -> Judgement:
    """Judge the bag in *source*, strictly.

    *pinned* and *expected_version* are what was noted at sealing; a bag that differs from them is not valid.  With
    *completeness_only* no payload is read, and the findings say so.  ``OSError`` and ``BagError`` only if the
    container as a whole could not be looked at.  *known* is what was read of the payload already (see ``verifying``),
    *others* are further tag files to be parsed (see ``reading``).
    """
    there = contents.of(source)
    read = reading.read(source, there, pinned, others)
    payload = _matches(read, there)
    tags = _tag_matches(read, there)
    problems = [*source.problems, *read.problems]
    wanted = _wanted(payload, tags)
    problems += contents.judge(there, wanted)
    problems += [problem for match in (*payload, *tags) for problem in match.problems]
    problems += completeness.judge(read, there, payload, tags)
    problems += naming.judge({**there.payload, **there.tags, **dict.fromkeys(wanted, 0)})
    if not completeness_only:
        problems += verifying.verify(source, there, payload, tags, read.digests, progress, known)
    else:
        problems.append(rules.NOT_VERIFIED.at("", "Only the lists were compared; no checksum was verified."))
    problems += verifying.pins(pinned, there, read.digests)
    problems += version_problems(read.declaration.version, expected_version)
    problems += source.problems  # an archive may have turned out worse while it was read
    found = reading.inspection(read, there, getattr(source, "serialization", ""), there.oxum)
    return Judgement(found, tuple(dict.fromkeys(problems)))


def _matches(read: Reading, there: Contents) -> list[Match]:
    normalised = matching.index(there.payload)
    return [matching.match(manifest, there.payload, normalised) for manifest in read.payload_manifests]


def _tag_matches(read: Reading, there: Contents) -> list[Match]:
    normalised = matching.index(there.tags)
    return [matching.match(manifest, there.tags, normalised) for manifest in read.tag_manifests]


def _wanted(payload: Sequence[Match], tags: Sequence[Match]) -> set[str]:
    return {path for match in (*payload, *tags) for path in match.missing}


def version_problems(version: str, expected: str) -> list[Problem]:
    """The finding that a package was sealed as another version of BagIt than it declares."""
    if not expected or version == expected:
        return []
    text = f"bagit.txt declares version {shown(version[:80]) or '(none)'}; the package was sealed as {expected}."
    return [rules.VERSION_DOWNGRADED.at(declaration.NAME, text)]
