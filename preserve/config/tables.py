"""Tables of which there may be several, each with a name: ``[locations.NAME]``, ``[targets.NAME]``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from preserve.config.checking import checked
from preserve.config.settings import NAMED, OPEN, Value
from preserve.errors import ConfigError

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


def keys_of(kind: str, tables: Any) -> list[str]:
    """The full keys of all to which *tables* gives a value."""
    named = tables.items() if isinstance(tables, dict) else ()
    return [f"{kind}.{name}.{key}" for name, table in named if isinstance(table, dict) for key in table]


def named_tables(kind: str, tables: Any, origin: str) -> dict[str, dict[str, Value]]:
    """The tables of one *kind*, each whole: what it does not say has its default."""
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ConfigError(f"{origin}: [{kind}] must hold tables with names, such as [{kind}.first].")
    found: dict[str, dict[str, Value]] = {}
    for name, table in tables.items():
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{origin}: {name!r} cannot be the name of one of [{kind}].",
                hint="Use small letters, digits, - and _, beginning with a letter or a digit.",
            )
        found[name] = _one(kind, name, table, origin)
    return found


def _one(kind: str, name: str, table: Mapping[str, Any], origin: str) -> dict[str, Value]:
    known = {setting.key: setting for setting in NAMED[kind]}
    unknown = [key for key in table if key not in known]
    if unknown and kind not in OPEN:
        raise ConfigError(
            f"{origin}: [{kind}.{name}] has no setting {unknown[0]!r}.", hint=f"There are: {', '.join(known)}."
        )
    whole: dict[str, Value] = {}
    for key, setting in known.items():
        full = replace(setting, key=f"{kind}.{name}.{key}")
        if key not in table and setting is NAMED[kind][0]:
            raise ConfigError(f"{origin}: {full.key} must be given.", hint=setting.meaning)
        whole[key] = checked(full, table[key], origin) if key in table else setting.default
    return whole | {key: _plain(f"{kind}.{name}.{key}", table[key], origin) for key in unknown}


def _plain(key: str, value: Any, origin: str) -> Value:
    """A *value* of which nothing is known here but that it is one that a setting can have."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, (str, int)):
        return value
    raise ConfigError(
        f"{origin}: {key} must be text, a whole number, true, false or a list of texts.",
        hint="Put text between quotation marks.",
    )
