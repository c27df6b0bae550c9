"""The door to judging: any bag, folder or serialized, ours or not."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from preserve.bag import judge, rules
from preserve.bag.bag_info import BagInfo
from preserve.bag.folders.source import FolderSource, open_folder
from preserve.bag.plain import judge as plain
from preserve.bag.profiles.identifiers import OWN_IDENTIFIER, PROFILE_IDENTIFIER
from preserve.bag.sittings.manner import AT_ONCE, Manner
from preserve.bag.source import BagSource
from preserve.bag.unseen import without_guesses
from preserve.errors import BagError, NotABag
from preserve.model import PinnedDigest, Problem, Severity, ValidationReport
from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.storage.names import shown

if TYPE_CHECKING:
    from preserve.bag.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class Options:
    """How to judge.

    *tolerant* takes what RFC 8493 leaves to the reader as warnings.  *completeness_only* reads no payload, so the
    answer is never "valid".  *pinned* and *expected_version* come from the catalogue.  *profile* is checked too.
    *own* says that it is a package of this archive.  Such packages, and all that name preserve's own profile, are
    checked against that as well, and are never forgiven what preserve would not have sealed.
    """

    tolerant: bool = False
    completeness_only: bool = False
    pinned: tuple[PinnedDigest, ...] = ()
    expected_version: str = ""
    profile: Profile | None = None
    own: bool = False


def validate(
    target: Path,
    *,
    options: Options = Options(),
    progress: Progress | None = None,
    crew: Crew | None = None,
    manner: Manner = AT_ONCE,
) -> ValidationReport:
    """The judgement on the bag at *target* (RFC 8493 §3).  Nothing is written, nothing outside *target* is read.

    A large bag is read by *crew*, or by one that is hired for it; where a pace is to be kept, by this process alone.
    An archive file is read in one go, whatever the *manner*.

    ``NotABag`` if there is nothing there to judge; ``BagError`` if it cannot be read at all; ``Unfinished`` if it was
    stopped, as the *manner* allows.  Whatever is wrong with the bag itself is in the report.
    """
    started = time.monotonic()
    try:
        with (
            _readers(crew, manner) as readers,
            closing(_open(target, readers, manner)) as opened,
        ):
            found = _judge(opened, options, progress)
    except OSError as error:
        raise BagError(
            f"{shown(str(target))} cannot be read: {os.strerror(error.errno or 0)}.",
            hint="Check the disk and the permissions, then validate again.",
        ) from error
    return _report(target, found, options, time.monotonic() - started)


@contextmanager
def _readers(crew: Crew | None, manner: Manner) -> Iterator[Crew]:
    """Who reads: nobody but this process where it must keep a pace."""
    with nullcontext(crew) if crew and not manner.pace else Crew(1 if manner.pace else None) as readers:
        readers.heartbeat = manner.ask if manner.stop else None
        try:
            yield readers
        finally:
            readers.heartbeat = None


def _open(target: Path, crew: Crew, manner: Manner) -> BagSource:
    if target.is_dir():
        return open_folder(target, crew, manner)
    if not target.is_file():
        missing = "is neither a folder nor a file" if os.path.lexists(target) else "does not exist"
        raise NotABag(f"{shown(str(target))} {missing}.", hint="Give the folder or the archive file of a bag.")
    from preserve.bag.serialized.opening import open_serialized  # noqa: PLC0415  archives are the rarer case

    return open_serialized(target, crew)


def _judge(source: BagSource, options: Options, progress: Progress | None) -> judge.Judgement:
    known = None
    if isinstance(source, FolderSource) and not options.completeness_only and not _asks_for_more(options.profile):
        outcome = plain.judge(
            source, pinned=options.pinned, expected_version=options.expected_version, progress=progress
        )
        if outcome.judgement is not None:
            return outcome.judgement
        known = outcome.known
    return judge.judge(
        source,
        pinned=options.pinned,
        expected_version=options.expected_version,
        completeness_only=options.completeness_only,
        progress=progress,
        known=known,
        others=tuple(options.profile.other_tags) if options.profile else (),
    )


def _asks_for_more(profile: Profile | None) -> bool:
    """Whether the names of all payload files, or further tag files, have to be held against *profile*."""
    if profile is None:
        return False
    return bool(profile.payload_required) or profile.payload_allowed is not None or bool(profile.other_tags)


def _report(target: Path, found: judge.Judgement, options: Options, seconds: float) -> ValidationReport:
    problems = rules.soften(found.problems) if options.tolerant else found.problems
    complete = rules.is_complete(problems)
    if _is_ours(found, options):
        problems = rules.as_sealed(without_guesses(problems))
    problems = without_guesses((*problems, *_profiles(found, options)))
    sound = not any(problem.severity is Severity.ERROR for problem in problems)
    read = found.inspection
    return ValidationReport(
        target=str(target),
        bag_version=read.version,
        complete=complete,
        valid=sound and complete and not options.completeness_only,
        problems=tuple(sorted(problems, key=lambda problem: problem.severity is Severity.WARNING)),
        files=read.payload_files,
        bytes=read.payload_octets,
        seconds=seconds,
        info=BagInfo(read.info).by_label(),
    )


def _is_ours(found: judge.Judgement, options: Options) -> bool:
    """Whether preserve sealed this bag, by the catalogue or by its own word."""
    claimed = {value for label, value in found.inspection.info if label.lower() == PROFILE_IDENTIFIER.lower()}
    return options.own or OWN_IDENTIFIER in claimed


def _profiles(found: judge.Judgement, options: Options) -> tuple[Problem, ...]:
    """What the profile that was asked for says, and for packages of ours what our own says."""
    if options.profile is None and not _is_ours(found, options):
        return ()
    from preserve.bag.profiles import profile  # noqa: PLC0415  most bags are checked against none

    chosen = [options.profile] if options.profile else []
    if _is_ours(found, options):
        chosen.append(profile.own_profile())
    return tuple(dict.fromkeys(problem for each in chosen for problem in profile.check(each, found.inspection)))
