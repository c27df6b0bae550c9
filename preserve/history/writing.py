"""Putting new lines at the end of open histories: all of them, or none where something fails."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from preserve.history.chain import History, extend
from preserve.history.entry import NOTE, NewEntry, entry_id
from preserve.model import Agent, Event, Outcome
from preserve.storage import durable

_TORN_SHOWN = 4096


@dataclass(frozen=True, slots=True)
class Writing:
    """What one open history, locked by us, is to gain: *data*, after which its head is *head*."""

    fd: int
    history: History
    data: bytes
    head: str

    @classmethod
    def of(cls, fd: int, history: History, package: str, news: Sequence[NewEntry]) -> Self:
        """What of *news* is not there yet; before it a note of repair, if a torn line is to be written over."""
        if history.torn:
            known = {entry.id for entry in history.entries}
            if any(entry_id(each, package) not in known for each in news):
                news = (_repair_note(history, news), *news)
        return cls(fd, history, *extend(history, package, news))

    def put(self) -> None:
        """Write the data after the whole lines, over what is torn."""
        if self.data:
            os.lseek(self.fd, self.history.whole, os.SEEK_SET)
            durable.write_all(self.fd, self.data)
            if len(self.history.torn) > len(self.data):
                os.ftruncate(self.fd, self.history.whole + len(self.data))

    def undo(self) -> None:
        """Leave only the lines that were whole before."""
        if self.data:
            os.ftruncate(self.fd, self.history.whole)


def write_together(writings: Sequence[Writing], folder: Path) -> None:
    """Write all of *writings*, whose files lie in *folder*, and make them durable; on any failure none is written.

    Entries that were there already are synced too: who wrote them may have died before that.
    """
    begun: list[Writing] = []
    try:
        for writing in writings:
            begun.append(writing)
            writing.put()
        durable.sync_files([writing.fd for writing in writings], folder)
    except BaseException:
        for writing in begun:
            with suppress(OSError):  # each is mended as far as the disk lets us; the first failure is the one to tell
                writing.undo()
        raise


def _repair_note(history: History, news: Sequence[NewEntry]) -> NewEntry:
    start = base64.b64encode(history.torn[:_TORN_SHOWN]).decode("ascii")
    what = "They are" if len(history.torn) <= _TORN_SHOWN else f"The first {_TORN_SHOWN:,} are"
    event = Event(
        type=NOTE,
        time=news[0].event.time,
        outcome=Outcome.WARNING,
        agents=(Agent("preserve"),),
        detail="Repair of this history after an interrupted write.",
        note=f"An entry that was never finished was removed: {len(history.torn):,} bytes. {what}, in base64: {start}",
    )
    return NewEntry(event)
