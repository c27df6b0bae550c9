"""What is to be read in the time to come, in sums: by place, by interval, and by the day of the latest reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, ColumnClause, Connection, case, cast, func, literal_column, select, type_coerce

from preserve.catalog.due import Band, members_of, place_of
from preserve.catalog.tables import packages
from preserve.catalog.types import plain_text

_DATE: Final[tuple[ColumnClause[int], ColumnClause[int]]] = (literal_column("1"), literal_column("10"))
"""Of a time as it is stored, the first ten characters: 2026-11-22."""


class Planned(NamedTuple):
    """Copies in *location* that have one *interval* and were last found good on one *day*: its beginning, in UTC.

    *packages*, *files* and *bytes* of payload say how many, *largest* how many octets the largest has.  The *day* is
    None for those never read.  Those with damage that is not mended are *bad*, and have no day.
    """

    location: str
    interval: timedelta
    day: datetime | None
    bad: bool
    packages: int
    files: int
    bytes: int
    largest: int


def planned(connection: Connection, bands: Sequence[Band], locations: Sequence[str]) -> Iterator[Planned]:
    """All copies in the package store and in *locations*, in sums.  One pass over the table for each band."""
    sums = [cast(func.sum(column), BigInteger) for column in (packages.c.files, packages.c.bytes)]
    counted = (func.count(), *sums, func.max(packages.c.bytes))
    for place in map(place_of, ("", *locations)):
        is_bad = case((place.bad.is_not(None), literal_column("1")), else_=literal_column("0"))
        day = case((place.bad.is_(None), func.substr(type_coerce(place.ok, plain_text()), *_DATE)))
        for band, members in members_of(place, bands):
            asked = select(day, is_bad, *counted).select_from(place.table).where(members)
            for first, bad, *numbers in connection.execute(asked.group_by(day, is_bad)).all():
                yield Planned(place.name, band.interval, _day(first), bool(bad), *(int(number) for number in numbers))


def _day(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
