"""The locations of an archive, by their names in ``[locations]``."""

from __future__ import annotations

from pathlib import Path

from preserve.config import Config
from preserve.errors import ConfigError, UsageError
from preserve.ports import Location
from preserve.workflows.copying.folders import Folder


def store_of(config: Config) -> Folder:
    """The package store, as a location without a name."""
    return Folder.of(config, "", config.packages)


def location_named(config: Config, name: str) -> Location:
    """The location *name*.  ``UsageError`` if there is none, ``ConfigError`` if it cannot be one."""
    tables = config.named("locations")
    if name not in tables:
        known = f"There are: {', '.join(sorted(tables))}." if tables else "There is none yet."
        raise UsageError(
            f"There is no location {name!r}. {known}",
            hint=f'Add it to preserve.toml:  [locations.{name or "nas"}]  path = "/mnt/{name or "nas"}"',
        )
    folder = config.folder_of(name).resolve()
    keep_apart(config, f"The location {name}", folder, but=name)
    return Folder.of(config, name, folder)


def locations_of(config: Config) -> tuple[Location, ...]:
    """All of them, in the order of the configuration."""
    return tuple(location_named(config, name) for name in config.named("locations"))


def keep_apart(config: Config, what: str, folder: Path, *, but: str = "") -> None:
    """*what* keeps copies in *folder*: ``ConfigError`` if it lies in, or around, one of the archive's own folders.

    A copy beside its original would go down with it, and copies among packages would be taken for packages.  The
    location called *but* is *what* itself.
    """
    others = {
        "paths.packages": config.packages,
        "paths.incoming": config.incoming,
        "the home": config.home / ".preserve",
    }
    others |= {f"locations.{other}": config.folder_of(other) for other in config.named("locations") if other != but}
    here = folder.resolve()
    for key, other_folder in others.items():
        there = other_folder.resolve()
        if here == there or here in there.parents or there in here.parents:
            raise ConfigError(
                f"{what} ({here}) and {key} ({there}) must not lie one in the other.",
                hint="Give each a folder of its own, best on another disk.",
            )
