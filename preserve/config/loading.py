"""preserve.toml → a frozen Config that knows where each value came from.

Precedence: flag > ``PRESERVE_*`` > preserve.toml > default.  An unknown key is an error.  This module never reads
the environment by itself: the command line hands it over.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from preserve.errors import ConfigError, NoArchiveHome
from preserve.model.dublin_core import PROPERTIES
from preserve.storage import digests, durable, names, times

FILE_NAME = "preserve.toml"
Value = str | int | tuple[str, ...]
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Setting:
    """One configuration key: its type is the type of its default; *check* returns what is wrong, or "".

    *several* texts may stand in a list where one may stand alone.
    """

    key: str
    default: Value
    meaning: str
    check: Callable[[Any], str] = field(default=lambda _: "")
    several: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return "PRESERVE_" + self.key.upper().replace(".", "_")


def _one_of(*choices: str) -> Callable[[Any], str]:
    return lambda value: "" if value in choices else f"must be one of {', '.join(choices)}"


def _known_algorithms(value: tuple[str, ...]) -> str:
    if not value:
        return "must name at least one algorithm"
    unknown = [name for name in value if not digests.is_known(digests.normalise(name))]
    if unknown:
        return f"names {unknown[0]!r}; known are {', '.join(digests.ALGORITHMS)}"
    return "names an algorithm twice" if len({digests.normalise(name) for name in value}) < len(value) else ""


def _some_path(value: str) -> str:
    if not value.strip():
        return "must name a folder"
    return "holds a NUL, which no path can" if "\0" in value else ""


def _one_line(value: str) -> str:
    if not names.is_utf8(value):
        return "holds bytes that are not text in UTF-8"
    return "must be one line of text" if _CONTROL.search(value) else ""


def _positive(value: int) -> str:
    return "" if value > 0 else "must be greater than zero"


SETTINGS: tuple[Setting, ...] = (
    Setting("archive.name", "", "What this archive is called; stands in the README.txt of every package.", _one_line),
    Setting("archive.organization", "", "Written as Source-Organization into every package.", _one_line),
    Setting("archive.agent", "", "Who is responsible for what this installation does, for the record.", _one_line),
    Setting("paths.incoming", "incoming", "Where transfers arrive, relative to the archive's home.", _some_path),
    Setting("paths.packages", "packages", "Where sealed packages live, relative to the archive's home.", _some_path),
    Setting("catalog.url", "", "The catalogue as an SQLAlchemy URL; by default SQLite inside the package store."),
    Setting("bag.algorithms", ("sha256", "sha512"), "The checksums of new packages.", _known_algorithms),
    Setting(
        "bag.second_opinion",
        "small",
        "When the Library of Congress's bagit checks a package too: always, small (under 10,000 files) or never.",
        _one_of("always", "small", "never"),
    ),
    Setting("describe.publisher", "", "dcterms:publisher of every new package.", several=True),
    Setting("describe.rights", "", "dcterms:rights of every new package.", several=True),
    Setting("describe.collection", "", "dcterms:isPartOf of every new package, and its Bag-Group-Identifier."),
    Setting("identify.timeout", 30, "Seconds that one probe may take for one file.", _positive),
    Setting("identify.clamav", "", "Address of a ClamAV daemon: a socket's path, or host:port; empty: no scan."),
    Setting("fixity.interval", "90d", "How soon a package is to be read again: 12h, 90d, 8w, 1y.", times.no_interval),
)
_OWN = ("title", "identifier")  # each package has its own
TERMS: tuple[Setting, ...] = tuple(
    Setting(key, "", f"dcterms:{name} of every new package.", several=True)
    for name in PROPERTIES
    if (key := f"describe.{name}") not in {setting.key for setting in SETTINGS} and name not in _OWN
)
"""Any other term may stand in [describe] too; these settings are in force only where somebody gave them."""
BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in (*SETTINGS, *TERMS)}


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration in force.  *origins* tells for each key: ``default``, the file, the variable or the flag."""

    home: Path
    values: Mapping[str, Value]
    origins: Mapping[str, str]

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

    @property
    def incoming(self) -> Path:
        """Where transfers arrive."""
        return self.home / self.text("paths.incoming")

    @property
    def packages(self) -> Path:
        """Where sealed packages live."""
        return self.home / self.text("paths.packages")

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
    if os.path.lexists(file):  # what cannot be read must not be passed over
        _overlay(values, origins, _read_file(file), str(file))
    for setting in BY_KEY.values():
        if setting.variable in environment:
            typed = {setting.key: _from_text(setting.key, environment[setting.variable])}
            _overlay(values, origins, typed, setting.variable)
    _overlay(values, origins, {key: _from_text(key, text) for key, text in (flags or {}).items()}, "command line")
    config = Config(home, values, origins)
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
        in_table = isinstance(content, dict)
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
        values[key] = _checked(setting, value, origin)
        origins[key] = origin


def _checked(setting: Setting, value: Any, origin: str) -> Value:
    if (setting.several or isinstance(setting.default, tuple)) and isinstance(value, (list, tuple)):
        value = tuple(value)
        wrong = not all(isinstance(item, str) for item in value)
    else:
        wrong = type(value) is not type(setting.default)
    complaint = f"must be {_kind(setting.default)}" if wrong else setting.check(value)
    if complaint:
        hint = f"{setting.meaning} Default: {_shown(setting.default)}"
        raise ConfigError(f"{origin}: {setting.key} {complaint}.", hint=hint)
    checked: Value = value
    return checked


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) if value != "" else "nothing"


def _kind(default: Value) -> str:
    if isinstance(default, tuple):
        return "a list of words"
    return "a whole number" if isinstance(default, int) else "text"
