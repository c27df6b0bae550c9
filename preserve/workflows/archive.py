"""An archive, opened: its configuration, its store, its catalogue and the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from preserve import __version__
from preserve.bag.sealing.staging import Workroom
from preserve.catalog.store import Catalog
from preserve.config import Config
from preserve.errors import StoreUnwritable
from preserve.history.file import path_of
from preserve.model import Agent
from preserve.ports import Clock
from preserve.workflows.identity import holds_packages, known_packages


class SystemClock:
    """The machine's clock, in whole seconds: no record of ours needs more."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive home, ready for work."""

    config: Config
    catalog: Catalog
    workroom: Workroom
    clock: Clock = field(default_factory=SystemClock)

    @property
    def store(self) -> Path:
        """The folder of sealed packages."""
        return self.config.packages

    def place_of(self, name: str) -> Path:
        """Where the package called *name* lies."""
        return self.store / name

    def history_of(self, name: str) -> Path:
        """Where the history of the package called *name* lies."""
        return path_of(self.store, name)

    def agents(self) -> tuple[Agent, ...]:
        """Who answers for what this installation does."""
        return agents_of(self.config)


def agents_of(config: Config) -> tuple[Agent, ...]:
    """Who answers for what is done under *config*: the software, and the person or organisation if known."""
    people = [
        Agent(config.text(key), kind=kind)
        for key, kind in (("archive.agent", "person"), ("archive.organization", "organization"))
        if config.text(key)
    ]
    return (software(), *people)


def software() -> Agent:
    """Preserve itself, as an agent."""
    return Agent("preserve", __version__)


@contextmanager
def opened(
    config: Config, clock: Clock | None = None, *, writing: bool = False, anew: bool = False
) -> Iterator[Archive]:
    """The archive of *config*.  ``CatalogError`` if its catalogue cannot be opened.

    A catalogue that lies elsewhere, and of which packages tell that there must be one, is never made anew here: its
    disk may not be mounted.

    ``StoreUnreachable`` if its store is not the one that is known: nothing is made in its place.  For *writing*,
    ``StoreUnwritable`` if the store cannot be written; without it a read-only store will do.  *anew* as in
    ``known_packages``.
    """
    known_packages(config, anew=anew)
    workroom = Workroom(config.workroom)
    with suppress(*(() if writing else (StoreUnwritable,))):
        workroom.prepare()
    known_elsewhere = bool(config.text("catalog.url")) and holds_packages(config.packages)
    with Catalog.open(config.catalog_url, create=not known_elsewhere) as catalog:
        yield Archive(config, catalog, workroom, clock or SystemClock())
