"""preserve.toml → a frozen Config that knows where each value came from.

Precedence: flag > ``PRESERVE_*`` > preserve.toml > default.  An unknown key is an error.  This module never reads
the environment by itself: the command line hands it over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from preserve.config.checking import checked
from preserve.config.settings import BY_KEY, NAMED, SETTINGS, Value
from preserve.config.tables import keys_of, named_tables
from preserve.errors import ConfigError, NoArchiveHome
from preserve.storage import digests, durable

FILE_NAME = "preserve.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration in force.  *origins* tells for each key: ``default``, the file, the variable or the flag.

    *tables* holds what has a name of its own, such as ``[locations.NAME]``: by kind of table, then by name.  The
    origin of a value there stands under ``locations.NAME.path``, unless it is the default.
    """

    home: Path
    values: Mapping[str, Value]
    origins: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Mapping[str, Value]]] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A value that is text."""
        return str(self.values[key])

    def texts(self, key: str) -> tuple[str, ...]:
        """A value that is text or several texts, without the blank ones; none for a term that nobody gave."""
        value = self.values.get(key, "")
        return tuple(text for text in (value if isinstance(value, tuple) else (str(value),)) if text.strip())

    def number(self, key: str) -> int:
        """A value that is a whole number."""
        return cast("int", self.values[key])

    def named(self, kind: str) -> Mapping[str, Mapping[str, Value]]:
        """The tables of this *kind* (see ``settings.NAMED``), by their names in the order of the file."""
        return self.tables.get(kind, {})

    @property
    def incoming(self) -> Path:
        """Where transfers arrive."""
        return self.home / self.text("paths.incoming")

    @property
    def packages(self) -> Path:
        """Where sealed packages live."""
        return self.home / self.text("paths.packages")

    def folder_of(self, location: str) -> Path:
        """The folder of a configured location; of "" the package store.  ``KeyError`` if there is no such location."""
        return self.home / str(self.named("locations")[location]["path"]) if location else self.packages

    @property
    def workroom(self) -> Path:
        """Our hidden folder inside the package store: staging, lock, catalogue."""
        return self.packages / ".preserve"

    @property
    def catalog_url(self) -> str:
        """The catalogue's URL; a file in it counts from the archive's home."""
        url = self.text("catalog.url")
        if not url:
            return f"sqlite:///{self.workroom / 'catalog.sqlite'}"
        dialect, separator, file = url.partition(":///")
        if dialect.partition("+")[0] == "sqlite" and file and file != ":memory:":
            return f"{dialect}{separator}{self.home / file}"
        return url

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The bag names of the checksum algorithms of new packages."""
        names = cast("tuple[str, ...]", self.values["bag.algorithms"])
        return tuple(digests.normalise(name) for name in names)


def find_home(start: Path) -> Path:
    """The nearest folder from *start* upwards that holds a preserve.toml; else *start* if it looks like a home.

    ``NoArchiveHome`` if there is neither a file nor an ``incoming/`` or ``packages/`` folder.
    """
    for folder in (start, *start.parents):
        if os.path.isfile(folder / FILE_NAME):
            return folder
    if os.path.isdir(start / "incoming") or os.path.isdir(start / "packages"):
        return start
    raise NoArchiveHome(
        f"There is no archive in {start}: no {FILE_NAME}, no incoming/ and no packages/ folder.",
        hint="Go to the archive's folder, or make one here with: preserve init",
    )


def load(home: Path, *, environment: Mapping[str, str], flags: Mapping[str, str] | None = None) -> Config:
    """The configuration of the archive at *home*; *flags* are ``key → text`` as typed by a person.

    ``ConfigError`` names the key and where it stands.
    """
    values: dict[str, Value] = {setting.key: setting.default for setting in SETTINGS}
    origins = dict.fromkeys(values, "default")
    file = home / FILE_NAME
    tables: dict[str, dict[str, dict[str, Value]]] = {}
    if os.path.lexists(file):  # what cannot be read must not be passed over
        said = _read_file(file)
        given = [key for kind in NAMED for key in keys_of(kind, said.get(kind))]
        tables = {kind: named_tables(kind, said.pop(kind, {}), str(file)) for kind in NAMED}
        _overlay(values, origins, said, str(file))
        origins |= dict.fromkeys(given, str(file))
    for setting in BY_KEY.values():
        if setting.variable in environment:
            typed = {setting.key: _from_text(setting.key, environment[setting.variable])}
            _overlay(values, origins, typed, setting.variable)
    _overlay(values, origins, {key: _from_text(key, text) for key, text in (flags or {}).items()}, "command line")
    config = Config(home, values, origins, tables)
    _keep_apart(config)
    return config


def _keep_apart(config: Config) -> None:
    """Packages among the arriving documents would be packaged again, and removed by ``--move``."""
    incoming, packages = (Path(os.path.realpath(path)) for path in (config.incoming, config.packages))
    if incoming == packages or incoming in packages.parents or packages in incoming.parents:
        raise ConfigError(
            f"paths.incoming ({incoming}) and paths.packages ({packages}) must not lie one in the other.",
            hint="Give each a folder of its own.",
        )


def _read_file(file: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  where there is no file, nobody waits for it

    try:
        with durable.opened(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC) as fd:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise ConfigError(f"{file} is not a file.", hint="It must be a text file in TOML; or take it away.")
            with open(fd, "rb", closefd=False) as stream:
                tables = tomllib.loads(stream.read().decode("utf-8-sig"))  # editors on Windows write the mark
    except (ValueError, RecursionError, OSError) as error:
        plain = isinstance(error, (tomllib.TOMLDecodeError, UnicodeDecodeError))
        endless = "it is nested too deeply, or holds a number of thousands of digits"
        reason = error.strerror if isinstance(error, OSError) else error if plain else endless
        raise ConfigError(f"{file} cannot be read: {reason}.", hint="Correct the file; it is TOML in UTF-8.") from error
    flat: dict[str, Any] = {}
    for table, content in tables.items():
        in_table = isinstance(content, dict) and table not in NAMED
        flat |= {f"{table}.{key}": value for key, value in content.items()} if in_table else {table: content}
    return flat


def _from_text(key: str, text: str) -> Any:
    default = BY_KEY[key].default if key in BY_KEY else ""
    if isinstance(default, tuple):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(default, int) and text.strip().isdecimal():
        return int(text)
    return text


def _overlay(values: dict[str, Value], origins: dict[str, str], news: Mapping[str, Any], origin: str) -> None:
    for key, value in news.items():
        setting = BY_KEY.get(key)
        if setting is None:
            raise ConfigError(f"{origin}: there is no setting {key!r}.", hint="All settings: preserve config show")
        values[key] = checked(setting, value, origin)
        origins[key] = origin
