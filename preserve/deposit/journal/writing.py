"""The journal of one deposit: each step is on disk before the step after it begins.

A deposit has a folder of its own beside its package, ``<name>.deposits/<id>/``, with ``journal.jsonl`` and the answers
of the far end, verbatim, in ``receipts/``.  Lines are only added.  Each carries the hash of the line before it, and of
each receipt its digest, so the hash of the last line, which goes into the package's history, stands for all of it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from preserve.deposit.journal.lines import Line, Opening, Receipt, Story, encode, told
from preserve.deposit.journal.reading import JOURNAL, RECEIPTS, Entry
from preserve.errors import CatalogError, StoreUnwritable
from preserve.model.deposits import Stage
from preserve.ports import Clock
from preserve.storage import durable
from preserve.storage.names import shown

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_OF_A_RECEIPT = 64 * 1024 * 1024


class Journal:
    """An open journal, to be written by one process.  It is the ``Log`` of the target.

    *scrub* takes credentials out of whatever is written.  Every call returns when what it wrote is on disk;
    ``StoreUnwritable`` if it cannot be, and then the step that it was to tell of must not be made.
    """

    def __init__(self, folder: Path, story: Story, clock: Clock, scrub: Callable[[bytes], bytes], end: int) -> None:
        self.folder = folder
        self._story = story
        self._clock = clock
        self._scrub = scrub
        self._end = end
        with _written(folder):
            self._fd = os.open(folder / JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)

    @classmethod
    def begin(cls, folder: Path, opening: Opening, clock: Clock, scrub: Callable[[bytes], bytes] = bytes) -> Self:
        """A new journal in *folder*, which is made; it begins as ``planned``."""
        with _written(folder):
            (folder / RECEIPTS).mkdir(parents=True)
        journal = cls(folder, Story(opening), clock, scrub, 0)
        journal._add(Line(clock.now(), Stage.PLANNED, opening=opening))
        with _written(folder):
            for place in (folder, folder.parent, folder.parent.parent):
                durable.sync_folder(place)
        return journal

    @classmethod
    def resume(cls, entry: Entry, clock: Clock, scrub: Callable[[bytes], bytes] = bytes) -> Self:
        """Go on with what was begun; a last line that a crash cut off is written over.

        ``CatalogError`` if the journal is not what was written: what it says must not be acted on.
        """
        if entry.problems:
            raise CatalogError(entry.problems[0].message, hint=entry.problems[0].hint)
        return cls(entry.folder, entry.story, clock, scrub, entry.story.whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._fd)

    @property
    def story(self) -> Story:
        """What the journal tells by now."""
        return self._story

    @property
    def stage(self) -> Stage:
        """How far the deposit has come."""
        return self._story.stage

    @property
    def handle(self) -> Mapping[str, str]:
        """What the target noted."""
        return MappingProxyType(self._story.handle)

    def step(self, stage: Stage, *, where: str = "", note: str = "") -> None:
        """Write down that the deposit has come to *stage*."""
        self._add(Line(self._clock.now(), stage, where=self._clean(where), note=self._clean(note)))

    def note(self, **facts: str) -> None:
        """Add *facts* to the handle."""
        news = {key: value for key, value in facts.items() if self._story.handle.get(key) != value}
        if news:
            self._add(Line(self._clock.now(), self.stage, facts={key: self._clean(text) for key, text in news.items()}))

    def keep(self, name: str, content: bytes) -> None:
        """Keep *content* as the next receipt, called *name*, before the journal tells of it."""
        content = self._scrub(content)[:_MOST_OF_A_RECEIPT]
        number = len(self._story.receipts) + 1
        full = f"{number:04d}-{_UNSAFE.sub('_', self._clean(name))[:80] or 'answer'}"
        with _written(self.folder):
            folder = self.folder / RECEIPTS
            _replace(folder / full, content)
            durable.sync_folder(folder)
        digest = hashlib.sha256(content).hexdigest()
        self._add(Line(self._clock.now(), self.stage, receipt=Receipt(full, digest, len(content))))

    def _clean(self, text: str) -> str:
        return self._scrub(text.encode("utf-8", "surrogateescape")).decode("utf-8", "backslashreplace")

    def _add(self, line: Line) -> None:
        data = encode(line, self._story.lines + 1, self._story.head)
        with _written(self.folder):
            os.lseek(self._fd, self._end, os.SEEK_SET)
            durable.write_all(self._fd, data + b"\n")
            os.ftruncate(self._fd, self._end + len(data) + 1)
            os.fsync(self._fd)
        self._end += len(data) + 1
        self._story = told(self._story, line, data)


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(
            f"The journal of the deposit {shown(folder.name)} cannot be written: {error.strerror or error}.",
            hint="Make room or repair the disk, then go on with: preserve deposit --resume",
        ) from error


def _replace(place: Path, content: bytes) -> None:
    """Write the file *place*; one of which no journal tells, because its writer died, gives way."""
    place.unlink(missing_ok=True)
    durable.write_new(place, content, sync=True)
