"""Packages laid out in a new folder as another system takes them in, each in a folder of its own.

What is written is read back from the disk, and there whole or not at all.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.bag.sealing.staging import remove_tree
from preserve.deposit.disk.copying import ALGORITHM, bring, read_back
from preserve.deposit.disk.held import Held
from preserve.describe.crosswalks import rules
from preserve.describe.crosswalks.dspace import dspace_item
from preserve.describe.crosswalks.subject import Notes
from preserve.errors import BagError, CatalogError, DescriptionError, SealRefused, StoreUnreachable, UsageError
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Piece
from preserve.storage import durable
from preserve.storage.handover import refuse_existing
from preserve.storage.names import shown
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.consignments import consign, label_of
from preserve.workflows.depositing.consignments.wrapping import Below
from preserve.workflows.depositing.embargo import held_back
from preserve.workflows.export import subject_of

BESIDE_OTHERS = frozenset(["saf"])
"""The forms in which a package lies in a folder of its own already."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What lies at *place* now: so many *packages*, *files* and *octets*; *last* is one of the packages."""

    place: Path
    last: Package
    packages: int
    files: int
    octets: int
    problems: tuple[Problem, ...]


def lay_out(
    archive: Archive,
    packages: Iterable[Package],
    form: str,
    place: Path,
    tags: tuple[tuple[str, str], ...],
    progress: Progress,
) -> LaidOut:
    """Write *packages* into the new folder *place* as ``saf`` or ``eark``: for each a folder called by its label.

    A package that cannot be written so is left out, with an error among the problems; if all are, the first error is
    raised.  ``UsageError`` if *place* cannot be written, or nothing is to be; ``SealRefused`` if the disk does not give
    back what was written.  Nothing is left at *place* then.
    """
    made: list[tuple[Package, int, int]] = []
    problems: list[Problem] = []
    refused: BagError | DescriptionError | CatalogError | None = None
    notes = Notes("DSpace")
    with _new_folder(place) as draft:
        for package in packages:
            label = ""
            try:
                label, state, key = label_of(archive, package)
                sent = consign(archive, package, form, label=label, state=state, key=key, tags=tags)
                problems += remarks(archive, package, form, notes)
                _write(sent, draft, progress)
            except (SealRefused, StoreUnreachable):
                raise
            except (BagError, DescriptionError, CatalogError) as error:
                if label:
                    remove_tree(draft / label)
                refused = refused or error
                problems.append(replace(rules.UNREADABLE.at(package.name, error.message), hint=error.hint))
                continue
            made.append((package, sent.files, sent.octets))
        if not made:
            raise refused or UsageError("There is no package to export.")
    files, octets = sum(count for _, count, _ in made), sum(size for _, _, size in made)
    return LaidOut(place, made[-1][0], len(made), files, octets, (*problems, *notes.problems()))


def remarks(archive: Archive, package: Package, form: str, notes: Notes) -> tuple[Problem, ...]:
    """What a person should know of *package* that is handed on in *form*; *notes* take what DSpace has no place for."""
    if form.startswith("saf"):
        dspace_item(subject_of(archive, package), notes)
    reason = held_back(archive, package, archive.clock.now())
    return (rules.UNDER_EMBARGO.at(package.name, reason),) if reason else ()


def _write(sent: Consignment, draft: Path, progress: Progress) -> None:
    """Put the pieces of *sent* below *draft* and read them back."""
    folder = "" if sent.form in BESIDE_OTHERS else f"{sent.label}/"

    def pieces() -> Iterator[Piece]:
        return (Below(piece, folder) for piece in sent.pieces())

    progress.start(f"Writing {shown(sent.label)}", sent.files, sent.octets)
    try:
        with closing(Held.at(draft)) as there:
            for piece in pieces():
                bring(piece, there)
                progress.advance(1, piece.size)
            there.sync_below()
            for piece, found in read_back(pieces(), there):
                if found.error is not None:
                    raise found.error
                if (found.octets, *found.digests) != (piece.size, piece.digest(ALGORITHM)):
                    raise SealRefused(
                        f"The disk does not give back what was written: {shown(piece.path)}.",
                        hint="Nothing was left of it. The disk, its cable or the memory may be failing.",
                    )
    finally:
        progress.finish()


@contextmanager
def _new_folder(place: Path) -> Iterator[Path]:
    """A folder that stands at *place* when the block is left, and only if it is left without an error."""
    refuse_existing(place)
    draft = place.with_name(f".{secrets.token_hex(8)}.preserve-export")
    try:
        os.mkdir(draft)
        try:
            yield draft
            durable.rename_new(draft, place)
            durable.sync_folder(place.parent)
        except BaseException:
            remove_tree(draft)
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{shown(str(place))} cannot be written: {reason}.", hint="Check the folder, its permissions, the disk."
        ) from error
