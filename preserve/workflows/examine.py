"""A first look at a transfer, before anything is written: the survey, and the validity of a bag that arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from preserve.bag.validate import Options, validate
from preserve.model import Companion, Problem, Severity, Transfer, TransferKind
from preserve.ports import Progress
from preserve.storage import sources
from preserve.transfer.arrival import Arrival
from preserve.transfer.survey import survey


def examined(arrival: Arrival, progress: Progress) -> Transfer:
    """The surveyed transfer; if it is itself a bag, with everything that is wrong with that."""
    transfer = survey(arrival)
    if transfer.kind is not TransferKind.BAG or has_errors(transfer.problems):
        return transfer
    report = validate(transfer.root, options=Options(), progress=progress)
    return replace(transfer, problems=(*transfer.problems, *report.problems))


def read_companions(transfer: Transfer) -> list[tuple[Companion, bytes]]:
    """The metadata and checksum files of the producer.  ``TransferError`` if one cannot be read."""
    found = []
    for companion in transfer.companions:
        with sources.opened(companion.source, companion.path) as fd, open(fd, "rb", closefd=False) as stream:
            found.append((companion, stream.read()))
    return found


def has_errors(problems: Sequence[Problem]) -> bool:
    """Whether one of them forbids packaging."""
    return any(problem.severity is Severity.ERROR for problem in problems)
