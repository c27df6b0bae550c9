"""The histories beside the copies of packages are brought up to date, so that one that is lost can be brought back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from preserve.errors import ConfigError, PreserveError
from preserve.model import Copy, Problem
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.copying.locations import location_named
from preserve.workflows.copying.witness import keep_witness


@dataclass(slots=True)
class Witnesses:
    """What lies beside copies in the locations that are *reached*."""

    archive: Archive
    reached: frozenset[str]
    _known: dict[str, Location | None] = field(default_factory=dict)

    def keep(self, copies: Iterable[Copy]) -> tuple[Problem, ...]:
        """Let each of *copies* have the history of its package as it is now; what could not be done, and why."""
        told: list[Problem] = []
        for copy in copies:
            location = self._location(copy.location) if copy.location in self.reached else None
            if location is None:
                continue
            try:
                told += keep_witness(self.archive, copy.package, location)
            except PreserveError as error:
                name = copy.package.name
                text = f"The history beside the copy of {names.shown(name)} in {copy.location} is not up to date: "
                told.append(rules.WITNESS_BEHIND.at(name, text + error.message))
        return tuple(told)

    def _location(self, name: str) -> Location | None:
        if name not in self._known:
            try:
                self._known[name] = location_named(self.archive.config, name)
            except ConfigError:  # told where it is asked for by name
                self._known[name] = None
        return self._known[name]
