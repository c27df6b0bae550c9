"""The schemas that preserve ships: from the installed wheel, else from the repository's ``schemas/`` folder."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[2] / "schemas"


@cache
def schema(name: str) -> bytes:
    """The bytes of the shipped schema *name* (``record.xsd``, ``validation.schema.json`` …).

    ``FileNotFoundError`` if this installation is incomplete.
    """
    packaged = resources.files("preserve").joinpath("schemas", name)
    if packaged.is_file():
        return packaged.read_bytes()
    return (_REPOSITORY / name).read_bytes()


@cache
def schema_names() -> tuple[str, ...]:
    """The names of all shipped schemas, sorted."""
    packaged = resources.files("preserve").joinpath("schemas")
    entries = packaged.iterdir() if packaged.is_dir() else _REPOSITORY.iterdir()
    return tuple(sorted(entry.name for entry in entries if entry.name.endswith((".xsd", ".json"))))
