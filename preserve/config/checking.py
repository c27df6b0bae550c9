"""Whether a value is one that its setting can have."""

from __future__ import annotations

from typing import Any

from preserve.config.settings import Setting, Value
from preserve.errors import ConfigError


def checked(setting: Setting, value: Any, origin: str) -> Value:
    """*value* as *setting* takes it.  ``ConfigError`` names the key and *origin*, never the value."""
    if (setting.several or isinstance(setting.default, tuple)) and isinstance(value, (list, tuple)):
        value = tuple(value)
        wrong = not all(isinstance(item, str) for item in value)
    else:
        wrong = type(value) is not type(setting.default)
    complaint = f"must be {_kind(setting.default)}" if wrong else setting.check(value)
    if complaint:
        hint = f"{setting.meaning} Default: {_shown(setting.default)}"
        raise ConfigError(f"{origin}: {setting.key} {complaint}.", hint=hint)
    fitting: Value = value
    return fitting


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value != "" else "nothing"


def _kind(default: Value) -> str:
    if isinstance(default, tuple):
        return "a list of words"
    if isinstance(default, bool):
        return "true or false"
    return "a whole number" if isinstance(default, int) else "text"
