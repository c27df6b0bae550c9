"""Archives with a past: catalogue and histories as years of work leave them, without the documents."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from preserve.config import load
from preserve.history import file as history
from preserve.history.entry import NewEntry, sealing
from preserve.history.readings import copies_told, last_readings
from preserve.model import Agent, Copy, Event, Outcome, Package, PinnedDigest
from preserve.workflows.archive import Archive, opened
from preserve.workflows.recorded import as_read

DAY = timedelta(days=1)
SOFTWARE = Agent("preserve", "0.9")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A clock that stands."""

    time: datetime

    def now(self) -> datetime:
        return self.time


def on(day: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def good(day: str | datetime, location: str = "") -> Event:
    """A whole reading that found all well."""
    return Event("fix", _time(day), Outcome.SUCCESS, (SOFTWARE,), "Every byte was read.", location=location)


def bad(day: str | datetime, *paths: str, location: str = "", what: str = "1 file is altered") -> Event:
    """A whole reading that found damage."""
    return Event("fix", _time(day), Outcome.FAIL, (SOFTWARE,), "Read.", what, paths, location)


def mended(day: str | datetime, location: str = "", by: str = "1 file taken from the copy in tower") -> Event:
    """A repair, or a copy that was made."""
    return Event("rep", _time(day), Outcome.SUCCESS, (SOFTWARE,), by, location=location)


def removed(day: str | datetime, location: str) -> Event:
    """A copy that was taken away."""
    return Event("del", _time(day), Outcome.SUCCESS, (SOFTWARE,), "Removed.", location=location)


def _time(day: str | datetime) -> datetime:
    return on(day) if isinstance(day, str) else day


def package(name: str, sealed: str | datetime, *, size: int = 1000, title: str = "", group: str = "") -> Package:
    """A package that was sealed on a day; its id follows from its name."""
    return Package(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, repr(name))),
        name=name,
        transfer=name,
        title=title,
        title_stands_in=not title,
        sealed=_time(sealed),
        bag_version="1.0",
        files=2,
        bytes=size,
        pinned=(PinnedDigest("tagmanifest-sha256.txt", "sha256", "00" * 32),),
        group=group,
    )


def put(archive: Archive, new: Package, events: Sequence[Event] = ()) -> None:
    """Record *new* and what happened to it since it was sealed, in its history and in the catalogue.

    Its folder is empty.
    """
    archive.place_of(new.name).mkdir()
    first = NewEntry(Event("val", new.sealed, Outcome.SUCCESS, (SOFTWARE,), "Read back after sealing."))
    history.append(archive.history_of(new.name), new.id, [sealing(new, new.sealed, (SOFTWARE,)), first, *events])
    told = [first.event, *events]
    archive.catalog.add(as_read(new, told))
    archive.catalog.record_readings(new.id, *last_readings(told))
    archive.catalog.put_copies(
        Copy(new, where, story.made, *story.readings) for where, story in copies_told(told).items()
    )


@contextmanager
def standing(home: Path, now: str | datetime, settings: str = "") -> Iterator[Archive]:
    """The archive at *home* as it is *now*, with these *settings*."""
    if settings:
        (home / "preserve.toml").write_text(settings)
    with opened(load(home, environment={}), Fixed(_time(now))) as archive:
        yield archive
