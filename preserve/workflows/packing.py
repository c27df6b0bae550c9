"""A package in one archive file that somebody asked for: written once, read back, and there whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from preserve.bag.profiles.named import find_profile
from preserve.bag.serialized.rules import NAME_DIFFERS, SUFFIX
from preserve.bag.validate import Options, validate
from preserve.describe.crosswalks.subject import Notes
from preserve.errors import SealRefused, UsageError
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.ports.depositing import Piece
from preserve.storage import digests, durable
from preserve.storage.handover import new_file, refuse_existing
from preserve.storage.names import shown
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.consignments import consign, label_of
from preserve.workflows.depositing.consignments.forms import FORMS
from preserve.workflows.depositing.consignments.labels import LONGEST, safe
from preserve.workflows.laying_out import remarks
from preserve.workflows.looking import find

_OF_A_DRAFT = frozenset([SUFFIX.code, NAME_DIFFERS.code])
"""What is only so until it has its name."""

_MEDIA_TYPES = {"tar": "application/x-tar", "zip": "application/zip"}


@dataclass(frozen=True, slots=True)
class Packed:
    """The archive file of *package* at *place*, and what a person should know of it."""

    package: Package
    place: Path
    octets: int
    sha256: str
    media_type: str
    problems: tuple[Problem, ...] = ()


def pack(
    archive: Archive,
    text: str,
    form: str,
    place: Path,
    profile: str,
    tags: tuple[tuple[str, str], ...],
    progress: Progress,
) -> Packed:
    """Write the package that *text* names to the new file *place*, in a *form* that is one tar or zip.

    The folder in it is called as the file is (RFC 8493 §4).  With *profile* it is a bag that keeps this, and says
    *tags*.  What was written is read back from the disk, and judged, before it has its name.

    ``UsageError`` if there is something at *place*, or its name does not end as that of such a file;
    ``UnknownPackage``; ``DescriptionError`` for what the profile demands and nobody has said; ``BagError`` if the
    package is not what was sealed; ``SealRefused`` if what was written cannot be read back.
    """
    refuse_existing(place)
    wrap = FORMS[form].wrap
    label = place.name.removesuffix(f".{wrap}")
    if not label or label == place.name or safe(label) != label or len(label.encode()) > LONGEST:
        raise UsageError(
            f"{shown(place.name)} is no name for this file: the folder in it is called the same.",
            hint=f"Use letters, digits, “.”, “_” and “-”, and .{wrap} at the end.",
        )
    package = find(archive, text)
    _, state, key = label_of(archive, package)
    sent = consign(
        archive, package, form, label=label, state=state, key=key, progress=progress, profile=profile, tags=tags
    )
    (piece,) = sent.pieces()
    found: list[Problem] = []

    def read_back(draft: Path) -> None:
        if form == wrap:
            found.extend(_judged(draft, piece, profile, progress))
        else:
            _same_again(draft, piece, progress)
        notes = Notes("DSpace")
        found.extend((*remarks(archive, package, form, notes), *notes.problems()))

    progress.start(f"Writing {shown(place.name)}", sent.files, sent.octets)
    try:
        with new_file(place, read_back) as stream:
            stream.writelines(piece.blocks())
    finally:
        progress.finish()
    return Packed(package, place, sent.octets, piece.digest("sha256"), _MEDIA_TYPES[wrap], tuple(found))


def _judged(draft: Path, piece: Piece, profile: str, progress: Progress) -> list[Problem]:
    """What a person should know of the bag in the file *draft*: ``SealRefused`` unless it is *piece*, and valid."""
    with durable.opened(draft, durable.READ_FILE) as fd:
        durable.forget_cached(fd)
        if os.fstat(fd).st_size != piece.size:
            raise _differs(draft)
    options = Options(profile=find_profile(profile) if profile else None)
    report = validate(draft, options=options, progress=progress)
    if not report.valid:
        raise _differs(draft, report.errors[0].message)
    return [problem for problem in report.problems if problem.code not in _OF_A_DRAFT]


def _same_again(draft: Path, piece: Piece, progress: Progress) -> None:
    """``SealRefused`` unless the file *draft*, which is no bag, holds *piece*."""
    state = digests.new("sha256")
    with durable.opened(draft, durable.READ_FILE) as fd:
        durable.forget_cached(fd)
        while block := os.read(fd, digests.BLOCK):
            state.update(block)
            progress.advance(0, len(block))
    if state.hexdigest() != piece.digest("sha256"):
        raise _differs(draft, "It has other octets.")


def _differs(draft: Path, why: str = "It has another size.") -> SealRefused:
    return SealRefused(
        f"What was written cannot be read back as it was: {why}",
        hint=f"Nothing was left of it. The disk of {shown(str(draft.parent))} or the memory may be failing.",
    )
