"""Credentials: where they are looked for.  They never come from the command line or from preserve.toml.

In this order: the environment (``PRESERVE_TARGET_<NAME>_<SECRET>``), the file that ``credentials_file`` names, the
keyring.  A value is shown to nobody, in no error either.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from preserve.errors import ConfigError
from preserve.ports.depositing import Secret
from preserve.storage import durable
from preserve.storage.names import shown

_LONGEST_FILE = 256 * 1024
_COMMENT = re.compile(r"\s*(#.*)?")


@dataclass(frozen=True, slots=True)
class Found:
    """A credential, and where it was found: for a person, not the value."""

    secret: Secret
    where: str


def variable(target: str, secret: str = "") -> str:
    """The environment variable in which this credential of *target* is looked for, or how those of *target* begin."""
    return re.sub(r"[^A-Z0-9]", "_", f"PRESERVE_TARGET_{target}_{secret}".upper())


def credentials_of(
    target: str,
    wanted: Iterable[str],
    environment: Mapping[str, str],
    file: Path | None,
    others: Iterable[str] = (),
) -> dict[str, Found]:
    """Those credentials of *target* among the *wanted* that are there, by name.

    *others* are the names of the other targets.  ``ConfigError`` if a variable might be meant for one of them, and if
    the *file* cannot be used, or is not safe.
    """
    names = tuple(wanted)
    found = _in_environment(environment, target, names, others)
    if file is not None and names:
        found = _in_file(file, target, names) | found
    found |= _in_keyring(target, [name for name in names if name not in found])
    return {name: found[name] for name in names if name in found}


def _in_environment(
    environment: Mapping[str, str], target: str, names: tuple[str, ...], others: Iterable[str]
) -> dict[str, Found]:
    """The credentials that the environment has.  One of another target would be told to a stranger."""
    there = tuple(name for name in names if environment.get(variable(target, name)))
    rivals = [other for other in others if other != target and len(variable(other)) >= len(variable(target))]
    for name, other in product(there, rivals):
        if variable(target, name).startswith(variable(other)):
            raise ConfigError(
                f"The variable {variable(target, name)} may be meant for the target {target} or for {other}.",
                hint="Give one of the two another name in preserve.toml, or use credentials_file.",
            )
    keys = {name: variable(target, name) for name in there}
    return {name: Found(Secret(environment[key]), f"the variable {key}") for name, key in keys.items()}


def _in_file(file: Path, target: str, names: tuple[str, ...]) -> dict[str, Found]:
    entries = _entries(_read(file), file)
    by_key = {name: name for name in names} | {variable(target, name).lower(): name for name in names}
    found: dict[str, Found] = {}
    for number, (key, value) in enumerate(entries, 1):
        plain = key.strip().lower().replace("-", "_")
        if plain in by_key:
            found[by_key[plain]] = Found(Secret(value), f"the file {shown(str(file))}")
        elif not plain.startswith("preserve_target_"):  # one file may serve several targets
            raise ConfigError(
                f"Entry {number} of the credentials file {shown(str(file))} is none that the target {target} has.",
                hint=f"It has: {', '.join(names)}.",
            )
    return found


def _entries(text: str, file: Path) -> list[tuple[str, str]]:
    """What the file says: TOML, or else lines KEY=VALUE, whose value is all that follows."""
    import tomllib  # noqa: PLC0415  only where there is such a file

    try:
        table = tomllib.loads(text)
        if all(isinstance(value, str) for value in table.values()):
            return list(table.items())
    except (ValueError, RecursionError):
        pass  # a password need not be TOML
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        key, equals, value = line.partition("=")
        if _COMMENT.fullmatch(line):
            continue
        if not equals or not re.fullmatch(r"\s*[A-Za-z][\w-]*\s*", key):
            raise ConfigError(
                f"Line {number} of the credentials file {shown(str(file))} is not KEY=VALUE.",
                hint='For example: password = "…"',
            )
        entries.append((key, _unquoted(value.strip())))
    return entries


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _read(file: Path) -> str:
    """The text of *file*, if it is a file that belongs to us and nobody else may read."""
    try:
        with durable.opened(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC) as fd:
            wrong, content = _unsafe(os.fstat(fd)), b""
            if not wrong:
                with open(fd, "rb", closefd=False) as stream:
                    content = stream.read(_LONGEST_FILE + 1)
        text = content.decode("utf-8-sig")
        wrong = wrong or ("it is too large" if len(content) > _LONGEST_FILE else "")
    except UnicodeDecodeError:
        wrong = "it is not text in UTF-8"
    except OSError as error:
        wrong = f"it cannot be read: {(error.strerror or str(error)).lower()}"
    if wrong:
        raise ConfigError(
            f"The credentials file {shown(str(file))} is not used: {wrong}.",
            hint=f"It must be a file of your own that nobody else may read: chmod 600 {shown(str(file))}",
        )
    return text


def _unsafe(status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return "it is not a file"
    if status.st_uid != os.geteuid():
        return "it belongs to somebody else"
    return "others may read or change it" if status.st_mode & 0o077 else ""


def _in_keyring(target: str, missing: list[str]) -> dict[str, Found]:
    """Those that the user's keyring has under ``preserve/<target>``.  Where there is no keyring, it has none.

    It is not opened if nothing is *missing*: it may have to be unlocked for that.
    """
    if not missing:
        return {}
    try:
        import keyring  # noqa: PLC0415  an extra; it may speak to the desktop
    except ImportError:
        return {}
    found: dict[str, Found] = {}
    for name in missing:
        try:
            value = keyring.get_password(f"preserve/{target}", name)
        except Exception:  # noqa: BLE001  each desktop fails in its own way
            return found  # no keyring here, or it is locked: the credential is missing then, and that is told
        if value:
            found[name] = Found(Secret(value), "the keyring")
    return found
