"""The kinds of targets there are: those of the house, and those that others bring as entry points.

A kind is loaded when it is asked for, so that nobody waits for the libraries of a target that he does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from preserve.config import NAMED
from preserve.deposit.given import TargetKind
from preserve.errors import ConfigError
from preserve.ports.depositing import FORMS

ENTRY_POINTS = "preserve.targets"
"""The group in which a distribution names its kinds: ``name = "module:KIND"``."""

BUILT_IN: dict[str, str] = {
    "folder": "folder",
    "sftp": "sftp",
    "rsync": "rsync",
    "s3": "s3",
    "ocfl": "ocfl",
    "swordv2": "swordv2",
    "invenio": "invenio",
    "archivematica": "archivematica",
}
"""Kind → module in ``preserve.deposit.targets``, which ends in ``KIND``."""


def kind_named(name: str) -> TargetKind:
    """The kind of target called *name*.  ``ConfigError`` if there is none, or if it cannot be loaded."""
    if name in BUILT_IN:
        return _built_in(name)
    found = [point for point in entry_points(group=ENTRY_POINTS) if point.name == name]
    if not found:
        raise ConfigError(
            f"There is no kind of target {name!r}.",
            hint=f"There are: {', '.join(kind_names())}. See preserve targets --kinds.",
        )
    if len({point.value for point in found}) > 1:
        raise ConfigError(
            f"Two programs bring a kind of target {name!r}: {' and '.join(sorted(map(_origin, found)))}.",
            hint="Remove one of them.",
        )
    return _brought(found[0])


def kind_names() -> tuple[str, ...]:
    """The names of all kinds, those of the house first; no kind is loaded."""
    others = {point.name for point in entry_points(group=ENTRY_POINTS)}
    return (*BUILT_IN, *sorted(others - set(BUILT_IN)))


def all_kinds() -> Iterator[tuple[str, TargetKind | ConfigError]]:
    """All kinds by their names, or why one cannot be loaded.

    What others bring under a name of the house is told as an error too: it is never used.
    """
    for name in kind_names():
        try:
            yield name, kind_named(name)
        except ConfigError as error:
            yield name, error
    for point in entry_points(group=ENTRY_POINTS):
        if point.name in BUILT_IN:
            text = f"{_origin(point)} brings a kind of target {point.name!r}, which is one of preserve's own."
            yield point.name, ConfigError(text, hint="Preserve's own is used. Whoever wrote the other must rename it.")


def _built_in(name: str) -> TargetKind:
    module = f"preserve.deposit.targets.{BUILT_IN[name]}"
    try:
        kind: TargetKind = import_module(module).KIND
    except ModuleNotFoundError as error:
        text = f"The kind of target {name!r} cannot be used: {error.name} is not installed."
        raise ConfigError(text, hint="Install it with: pip install 'preserve-packager[deposit]'") from error
    return kind


def _brought(point: EntryPoint) -> TargetKind:
    try:
        kind = point.load()
    except Exception as error:
        text = f"The kind of target {point.name!r} cannot be loaded from {_origin(point)}: {_said(error)}."
        raise ConfigError(text, hint="Tell whoever wrote it, or remove it.") from error
    if wrong := _wrong(kind, point.name):
        text = f"The kind of target {point.name!r} that {_origin(point)} brings cannot be used: {wrong}."
        raise ConfigError(text, hint="Tell whoever wrote it, or remove it.")
    brought: TargetKind = kind
    return brought


def _wrong(kind: object, name: str) -> str:
    """What is wrong with *kind*, which somebody else wrote, or ""."""
    return next(_faults(kind, name), "") if isinstance(kind, TargetKind) else "it is no TargetKind"


def _faults(kind: TargetKind, name: str) -> Iterator[str]:
    if kind.name != name:
        yield f"it calls itself {kind.name!r}"
    if not kind.forms:
        yield "it takes packages in no form"
    keys = {setting.key for setting in kind.settings}
    taken = {setting.key for setting in NAMED["targets"]} | set(kind.secrets)
    yield from (f"nothing is known of its form {form!r}" for form in kind.forms if form not in FORMS)
    yield from (f"its key {key!r} means something else already" for key in sorted(keys & taken))
    yield from (f"it requires {key!r}, of which it says nothing" for key in kind.required if key not in keys)


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version} ({point.value})" if point.dist else point.value


def _said(error: Exception) -> str:
    """What a stranger's error says, in one short line."""
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
