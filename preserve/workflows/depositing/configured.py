"""The targets of an archive, as ``[targets.NAME]`` names them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from preserve.config import FILE_NAME, NAMED, Config, Setting, Value
from preserve.config.checking import checked
from preserve.deposit.given import Given, TargetKind
from preserve.errors import ConfigError, UsageError
from preserve.ports.depositing import DepositTarget
from preserve.storage.sizes import read_rate
from preserve.workflows.copying.locations import keep_apart
from preserve.workflows.depositing.credentials import Found, credentials_of, variable
from preserve.workflows.depositing.kinds import kind_named
from preserve.workflows.depositing.scrubbing import Scrubber

_SHARED = {setting.key: setting for setting in NAMED["targets"]}
_ADDRESS = ("url", "host", "bucket", "prefix", "collection", "path")
_LOCAL = {"folder": "path", "ocfl": "path", "archivematica": "transfer_source"}
"""Kinds whose far end is a folder of this machine, and the key that names it."""

_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]*:[^/?#@\s]*@|https?://[^/?#@\s]+@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Configured:
    """One target: what it is called, its *kind*, and what was *given* to it.

    *form* is one of the kind's forms.  *profile*, *tags*, *rate* (octets a second, 0 for no limit) and *jobs* are what
    a deposit there has unless the command line says otherwise.  *found* tells for each credential that there is where
    it was found.  *formerly* are former addresses of the same place.
    """

    name: str
    kind: TargetKind
    given: Given
    form: str
    profile: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    rate: int = 0
    jobs: int = 1
    found: Mapping[str, str] = field(default_factory=dict)
    formerly: tuple[str, ...] = ()

    def open(self) -> DepositTarget:
        """The target itself, for one thread.  ``ConfigError`` if what it needs is missing; nothing is sent yet."""
        return self.kind.open(self.given)

    @property
    def place(self) -> str:
        """Its address, as far as its table tells it: to be shown, and remembered."""
        usual = [key for key in _ADDRESS if self.given.values.get(key)]
        return " ".join(str(self.given.values[key]) for key in usual or self.kind.required)

    def is_at(self, place: str) -> bool:
        """Whether *place*, as an earlier ``place`` told it, is where this target is, or was before it moved."""
        return self._plain(place) in {self._plain(each) for each in (self.place, *self.formerly)}

    def _plain(self, place: str) -> str:
        """*place* in the one spelling of many that lead to the same."""
        if self.kind.name in _LOCAL:
            return os.path.realpath(self.given.home / place)
        first, *rest = (word.rstrip("/") for word in place.split(" "))
        scheme, mark, address = first.rpartition("://")
        host, slash, path = address.partition("/")
        return " ".join((f"{scheme}{mark}{host}".lower() + slash + path, *rest))

    @property
    def scrubber(self) -> Scrubber:
        """What takes its credentials out of all that is kept or shown."""
        return Scrubber(self.given.secrets.values())


def target_named(config: Config, name: str, environment: Mapping[str, str]) -> Configured:
    """The target *name* with its credentials, of which *environment* may hold some.

    ``UsageError`` if there is none of this name, ``ConfigError`` if it cannot be one.
    """
    tables = config.named("targets")
    if name not in tables:
        known = f"There are: {', '.join(sorted(tables))}." if tables else "There is none yet."
        raise UsageError(
            f"There is no target {name!r}. {known}",
            hint="Add it to preserve.toml as a table [targets.NAME]; see preserve targets --kinds.",
        )
    whole = settled(config, name)
    file = config.home / str(tables[name]["credentials_file"]) if tables[name]["credentials_file"] else None
    found = credentials_of(name, whole.kind.secrets, environment, file, tables)
    return _with_credentials(whole, found)


def settled(config: Config, name: str) -> Configured:
    """The target *name* as its table says it, without credentials.  ``ConfigError`` names the file and the key."""
    table, origin = config.named("targets")[name], str(config.home / FILE_NAME)
    try:
        kind = kind_named(str(table["type"]))
    except ConfigError as error:
        raise ConfigError(f"{origin}: targets.{name}.type: {error.message}", hint=error.hint) from error
    values = _values(kind, name, table, origin)
    if kind.name in _LOCAL and values[_LOCAL[kind.name]]:
        keep_apart(config, f"The target {name}", config.home / str(values[_LOCAL[kind.name]]))
    form = str(table["form"]) or kind.forms[0]
    if form not in kind.forms:
        raise ConfigError(
            f"{origin}: targets.{name}.form must be one of {', '.join(kind.forms)}.",
            hint=f"A target of the type {kind.name} takes nothing else.",
        )
    tags = table["tags"]
    pairs = tuple(tag.partition("=") for tag in (tags if isinstance(tags, tuple) else ()))
    return Configured(
        name,
        kind,
        Given(name, values, config.home, _scratch(config, name)),
        form,
        _profile(config, str(table["profile"])),
        tuple((label.strip(), value.strip()) for label, _, value in pairs),
        read_rate(str(table["rate"])) if table["rate"] else 0,
        int(str(table["jobs"])),
        formerly=_texts(table["formerly"]),
    )


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),) if value else ()


def _profile(config: Config, said: str) -> str:
    """The profile's name; or where it is, if it is a file, which counts from the archive's home like any other path."""
    return str(config.home / said) if said and (config.home / said).is_file() else said


def settings_of(kind: TargetKind) -> tuple[Setting, ...]:
    """All keys that a table of this *kind* may have."""
    return (*_SHARED.values(), *kind.settings)


def _with_credentials(target: Configured, found: Mapping[str, Found]) -> Configured:
    given = replace(target.given, secrets={name: each.secret for name, each in found.items()})
    return replace(target, given=given, found={name: each.where for name, each in found.items()})


def _values(kind: TargetKind, name: str, table: Mapping[str, Value], origin: str) -> dict[str, Value]:
    """What the table says for each key of the *kind*, or its default."""
    own = {setting.key: setting for setting in kind.settings}
    for key, value in table.items():
        _refuse_credential(kind, name, key, value, origin)
        if key not in own and key not in _SHARED:
            raise ConfigError(
                f"{origin}: [targets.{name}] has no setting {key!r}.",
                hint=f"A target of the type {kind.name} has: {', '.join((*_SHARED, *own))}.",
            )
    values: dict[str, Value] = {}
    for key, setting in own.items():
        full = replace(setting, key=f"targets.{name}.{key}")
        if key in kind.required and table.get(key, "") in ("", ()):
            raise ConfigError(f"{origin}: {full.key} must be given.", hint=setting.meaning)
        values[key] = checked(full, table[key], origin) if key in table else setting.default
    return values


def _refuse_credential(kind: TargetKind, name: str, key: str, value: Value, origin: str) -> None:
    """``ConfigError`` if a credential stands in the file that everybody may read, and that is copied about."""
    texts = value if isinstance(value, tuple) else (value,)
    within = any(isinstance(text, str) and _WITH_PASSWORD.search(text) for text in texts)
    if key in kind.secrets or within:
        secret = key if key in kind.secrets else next(iter(kind.secrets), "password")
        what = "is a credential, and" if key in kind.secrets else "holds a password, which"
        raise ConfigError(
            f"{origin}: targets.{name}.{key} {what} must not stand in {FILE_NAME}.",
            hint=f"Take it out, and change it if others could read it. It belongs into the variable "
            f"{variable(name, secret)}, into the file that credentials_file names, or into the keyring: "
            f"keyring set preserve/{name} {secret}",
        )


def _scratch(config: Config, name: str) -> Path:
    return config.workroom / "targets" / name
