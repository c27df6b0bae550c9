"""``check``: everything that ingest would find, without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from preserve.config import Config
from preserve.errors import PreserveError
from preserve.model import Problem, StoredFile, Transfer
from preserve.ports import Progress
from preserve.storage import names
from preserve.storage.sources import read_once
from preserve.transfer.arrival import Arrival
from preserve.transfer.verify import algorithms_for, verify
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.describing import describe, supplied, untold
from preserve.workflows.ingesting.examine import examined, has_errors, read_companions
from preserve.workflows.ingesting.tables import Tables
from preserve.workflows.results import CheckResult

_NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Check:
    """One run of check.  *said* is what the person says of all transfers."""

    config: Config
    said: Said
    progress: Progress
    tables: Tables = field(default_factory=Tables)

    def run(self, arrivals: Iterable[Arrival]) -> Iterator[CheckResult]:
        """Look at each arrival in turn."""
        for arrival in arrivals:
            transfer = examined(arrival, self.progress)
            problems = (*transfer.problems, *self._beyond_the_survey(transfer))
            yield CheckResult(
                transfer.name,
                str(transfer.kind),
                len(transfer.files),
                transfer.bytes,
                not has_errors(problems),
                problems,
            )

    def _beyond_the_survey(self, transfer: Transfer) -> tuple[Problem, ...]:
        if not transfer.files:
            self.tables.unread()
            return ()
        unread: list[Problem] = []
        stored = tuple(self._read(transfer, unread))
        try:
            companions = read_companions(transfer)
        except PreserveError as error:
            return (*unread, Problem.of(error))
        told = supplied(transfer, companions, self.said, self.tables)
        _, wrong = describe(self.config, _NO_ID, transfer, stored, (), told.statements)
        doubtful = tuple(found for found in untold(wrong, told.problems) if found.code != "type-uncertain")
        compared = {file.original for file in stored}
        mismatches = (problem for problem in verify(transfer, stored) if problem.path in compared)
        return (*unread, *mismatches, *told.problems, *doubtful)

    def _read(self, transfer: Transfer, unread: list[Problem]) -> Iterator[StoredFile]:
        """Read the files that have a supplied checksum; those that cannot be read are told in *unread*."""
        wanted = algorithms_for(transfer)
        self.progress.start(f"Checking {names.shown(transfer.name)}", len(transfer.files), transfer.bytes)
        for file in transfer.files:
            algorithms = wanted.get(file.path, ())
            try:
                found = read_once(file, algorithms) if algorithms else ()
            except PreserveError as error:
                unread.append(Problem.of(error))
                continue
            self.progress.advance(1, file.size)
            yield StoredFile(names.payload_path(file.path), file.path, file.size, file.mtime_ns, found)
        self.progress.finish()
