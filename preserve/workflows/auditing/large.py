"""Packages too large to be read in one go, whatever happens: where they were left is noted in the store's workroom."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar

from preserve.bag.sittings.manner import Unfinished
from preserve.bag.sittings.sitting import Sitting, is_worthwhile
from preserve.config import Config
from preserve.ports import Clock
from preserve.storage import durable
from preserve.workflows.auditing.subject import Subject

_FOLDER = "auditing"
_KEY = "sittings.key"


def is_large(subject: Subject) -> bool:
    """Whether it should not have to be read in one sitting."""
    return is_worthwhile(subject.copy.package.files, subject.copy.package.bytes)


@dataclass(frozen=True, slots=True)
class Large:
    """The sittings of one archive."""

    config: Config
    clock: Clock
    unfinished: ClassVar[type[Unfinished]] = Unfinished

    @contextmanager
    def sitting(self, subject: Subject) -> Iterator[Sitting | None]:
        """Where the reading of *subject* was left, to be gone on with; None for what is read in one go."""
        if not is_large(subject):
            yield None
            return
        folder = self.config.workroom / _FOLDER
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
        name = ".".join(part for part in (subject.copy.package.id, subject.copy.location) if part)
        sitting = Sitting(folder / f"{name}.jsonl", pinned=subject.options.pinned, clock=self.clock, key=self._key())
        try:
            yield sitting
        finally:
            sitting.close()

    def _key(self) -> bytes:
        """What only this machine knows, so that nobody who can write to the store alone can make up a reading."""
        place = self.config.home / ".preserve" / _KEY
        with suppress(OSError):
            place.parent.mkdir(exist_ok=True)
            with suppress(FileExistsError):
                durable.write_new(place, secrets.token_bytes(32), sync=True, mode=0o600)
            return place.read_bytes()
        return b""
