"""Whether an embargo holds a package back: what ``dcterms:available`` in its description says."""

from __future__ import annotations

from datetime import datetime

from preserve.describe.record.embargo import AVAILABLE, NEVER, embargo
from preserve.describe.record.read_xml import read_record
from preserve.model import Package, Record
from preserve.workflows.archive import Archive
from preserve.workflows.looking import read_part
from preserve.workflows.packages import DC


def held_back(archive: Archive, package: Package, now: datetime) -> str:
    """Why *package* must not be handed over at the moment *now*, as one sentence; "" if nothing holds it back.

    An embargo whose end nobody understands holds until a person writes a date.  The day begins where it begins last: by
    UTC or on this machine.  ``BagError`` or ``DescriptionError`` if the description cannot be read; then nobody knows,
    and it must not go either.
    """
    record = read_record(read_part(archive.place_of(package.name), DC))
    until = embargo(record)
    if until is None or not still_held(record, now):
        return ""
    if until == NEVER:
        said = ", ".join(repr(value) for value in record.values(AVAILABLE))
        return f"An embargo holds it back whose end is not known: {AVAILABLE} is {said}."
    return f"An embargo holds it back until {until.isoformat()} ({AVAILABLE})."


def still_held(record: Record, now: datetime) -> bool:
    """Whether the embargo of *record*, if it has one, still holds at the moment *now*."""
    until = embargo(record)
    return until is not None and until > min(now.date(), now.astimezone().date())
