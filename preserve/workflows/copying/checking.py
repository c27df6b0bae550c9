"""Reading one copy of a package whole, wherever it is, and what the history will say of that."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.errors import BagError, StoreUnreachable
from preserve.model import Event, Outcome, Package, ValidationReport
from preserve.ports import Location, Progress
from preserve.workflows.archive import Archive, software

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and the fixity check to record.  *report* is None where there was nothing to judge."""

    event: Event
    why: str
    report: ValidationReport | None

    @property
    def good(self) -> bool:
        """Whether every byte is there and as it was sealed."""
        return self.event.outcome is Outcome.SUCCESS


def check(archive: Archive, package: Package, location: Location, progress: Progress) -> Checked:
    """Read every byte of the copy in *location*.  ``StoreUnreachable`` if it cannot be asked."""
    try:
        report = location.judge(package, progress)
    except StoreUnreachable:
        raise
    except BagError as error:
        location.reach()  # what cannot be reached is not missing
        return Checked(
            _event(archive, location, Outcome.FAIL, "nothing could be read", error.message), error.message, None
        )
    errors = report.errors
    outcome = Outcome.SUCCESS if report.valid else Outcome.FAIL
    detail = f"{report.files} files, {report.bytes} bytes read (RFC 8493 §3)"
    note = " ".join(problem.message for problem in errors[:_MOST_TOLD])
    paths = tuple(dict.fromkeys(problem.path for problem in errors if problem.path))
    why = errors[0].message if errors else ""
    return Checked(_event(archive, location, outcome, detail, note, paths), why, report)


def _event(
    archive: Archive, location: Location, outcome: Outcome, detail: str, note: str, paths: tuple[str, ...] = ()
) -> Event:
    return Event("fix", archive.clock.now(), outcome, (software(),), detail, note, paths, location=location.name)
