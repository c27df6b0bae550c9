"""The schemas that preserve ships: from the installed wheel, else from the repository's ``schemas/`` folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2] / "schemas"
"""Where an editable install finds them: hatchling puts them into wheels only."""


@cache
def schema(name: str) -> bytes:
    """The bytes of the shipped schema *name* (``record.xsd``, ``validation.schema.json`` …).

    ``FileNotFoundError`` if this installation is incomplete.
    """
    return _folder(_places()).joinpath(name).read_bytes()


@cache
def schema_names() -> tuple[str, ...]:
    """The names of all shipped schemas, sorted."""
    entries = (entry.name for entry in _folder(_places()).iterdir())
    return tuple(sorted(name for name in entries if name.endswith((".xsd", ".json"))))


def _places() -> tuple[Traversable, ...]:
    return (resources.files("preserve").joinpath("schemas"), REPOSITORY)


def _folder(places: Sequence[Traversable]) -> Traversable:
    return next((place for place in places if place.is_dir()), places[-1])
