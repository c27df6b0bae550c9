"""A first look at a transfer, before anything is written: the survey, and the validity of a bag that arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from preserve.bag.validate import Options, validate
from preserve.errors import BagError, DescriptionError
from preserve.model import Companion, CompanionKind, Problem, Severity, Transfer, TransferKind
from preserve.ports import Progress
from preserve.storage import names, sources
from preserve.transfer.arrival import Arrival
from preserve.transfer.survey import survey

LARGEST_METADATA = 64 * 1024 * 1024
"""Octets of the largest description that is read."""


def examined(arrival: Arrival, progress: Progress) -> Transfer:
    """The surveyed transfer; if it is itself a bag, with everything that is wrong with that."""
    transfer = survey(arrival)
    if transfer.kind is not TransferKind.BAG or has_errors(transfer.problems):
        return transfer
    try:
        found = validate(transfer.root, options=Options(), progress=progress).problems
    except BagError as error:
        found = (Problem.of(error),)
    return replace(transfer, problems=(*transfer.problems, *found))


def is_read(companion: Companion) -> bool:
    """Whether *companion* describes something.  Lists of checksums were read by the survey; a bag's tags are kept."""
    return companion.kind in (CompanionKind.DUBLIN_CORE, CompanionKind.METADATA_CSV, CompanionKind.METADATA_TOML)


def read_companions(transfer: Transfer) -> list[tuple[Companion, bytes]]:
    """The descriptions that the producer sent.  ``TransferError`` or ``DescriptionError`` if one cannot be read."""
    return [(one, read_metadata(one.source, one.path)) for one in transfer.companions if is_read(one)]


def read_metadata(file: Path, path: str) -> bytes:
    """The bytes of a description, to be known as *path*.  ``DescriptionError`` if it is too large to be one."""
    with sources.opened(file, path) as fd, open(fd, "rb", closefd=False) as stream:
        data = stream.read(LARGEST_METADATA + 1)
    if len(data) > LARGEST_METADATA:
        raise DescriptionError(
            f"{names.shown(path)} is too large for a description: it has more than {LARGEST_METADATA:,} bytes.",
            hint="Correct it, or give it another name if it is no description.",
        )
    return data


def has_errors(problems: Sequence[Problem]) -> bool:
    """Whether one of them forbids packaging."""
    return any(problem.severity is Severity.ERROR for problem in problems)
