"""How soon each copy of a package is to be read again.  Pure.

``[fixity.rules.NAME]`` in preserve.toml, in the file's order: the first rule that fits a copy tells its interval; where
none fits, its location does (``[locations.NAME] interval``); where that is silent, ``fixity.interval``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from preserve.errors import ConfigError
from preserve.storage import sizes, times

if TYPE_CHECKING:
    from preserve.config import Config, Value

STORE: Final = "packages"
"""What a rule calls the package store, whose name is "" everywhere else."""


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """One ``[fixity.rules.NAME]``.  What is None does not matter; sizes are octets of payload, and exclusive.

    *location* is the name of a location, "" the package store.
    """

    name: str
    interval: timedelta
    collection: str | None = None
    larger_than: int | None = None
    smaller_than: int | None = None
    location: str | None = None

    def fits(self, collection: str, size: int, location: str) -> bool:
        """Whether all of its conditions hold for such a copy."""
        return (
            self.collection in (None, collection)
            and self.location in (None, location)
            and (self.larger_than is None or size > self.larger_than)
            and (self.smaller_than is None or size < self.smaller_than)
        )


@dataclass(frozen=True, slots=True)
class Intervals:
    """All intervals of an archive: *rules* in the order in which they count, then *locations*, then *default*."""

    default: timedelta
    rules: tuple[IntervalRule, ...] = ()
    locations: Mapping[str, timedelta] = field(default_factory=dict)

    def of(self, collection: str, size: int, location: str) -> timedelta:
        """How soon a copy of a package of *collection* with *size* octets is read again, where it lies in *location*.

        A package that belongs to no collection has "", and the package store is the location "".
        """
        for rule in self.rules:
            if rule.fits(collection, size, location):
                return rule.interval
        return self.locations.get(location, self.default)

    @property
    def longest(self) -> timedelta:
        """The longest of them: no reading that is known today lies further ahead."""
        return max((self.default, *(rule.interval for rule in self.rules), *self.locations.values()))


def from_config(config: Config) -> Intervals:
    """The intervals that *config* states.  ``ConfigError`` where a rule can fit no copy at all."""
    places = config.named("locations")
    return Intervals(
        default=times.interval(config.text("fixity.interval")),
        rules=tuple(_rule(name, table, places) for name, table in config.named("fixity.rules").items()),
        locations={name: times.interval(str(table["interval"])) for name, table in places.items() if table["interval"]},
    )


def _rule(name: str, table: Mapping[str, Value], places: Mapping[str, object]) -> IntervalRule:
    said = {key: str(value) for key, value in table.items() if value != ""}
    larger, smaller = (sizes.read_size(said[key]) if key in said else None for key in ("larger_than", "smaller_than"))
    if larger is not None and smaller is not None and smaller - larger < 2:
        raise ConfigError(
            f"preserve.toml: [fixity.rules.{name}] fits no package: none is both larger than {said['larger_than']} "
            f"and smaller than {said['smaller_than']}.",
            hint="Correct the sizes, or take the rule away.",
        )
    location = said.get("location")
    if location not in (None, STORE, *places):
        raise ConfigError(
            f"preserve.toml: [fixity.rules.{name}] names the location {location!r}, which there is not.",
            hint=f"There are: {', '.join((STORE, *places))}.",
        )
    return IntervalRule(
        name,
        times.interval(said["interval"]),
        said.get("collection"),
        larger,
        smaller,
        "" if location == STORE else location,
    )
