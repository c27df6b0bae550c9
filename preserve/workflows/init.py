"""A new archive home."""

from __future__ import annotations

import os
from pathlib import Path

from preserve.bag.sealing.staging import store_errors
from preserve.config import FILE_NAME, NAMED, SETTINGS, Value
from preserve.errors import StoreUnwritable
from preserve.storage import durable, names


def init(home: Path) -> tuple[Path, tuple[str, ...]]:
    """Make what is missing of an archive home; returns it and what was made.  Nothing is ever overwritten.

    ``StoreUnwritable`` if the folder cannot be written.
    """
    made: list[str] = []
    with store_errors(home):
        for name in ("incoming", "packages"):
            if not (home / name).is_dir():
                _must_be_free(home / name)
                (home / name).mkdir(parents=True)
                made.append(f"{name}/")
        if not os.path.lexists(home / FILE_NAME):
            durable.write_new(home / FILE_NAME, template().encode())
            made.append(FILE_NAME)
    return home, tuple(made)


def _must_be_free(folder: Path) -> None:
    """``StoreUnwritable`` if *folder*, or one above it, is something else already."""
    for place in (folder, *folder.parents):
        if os.path.lexists(place) and not place.is_dir():
            raise StoreUnwritable(
                f"{names.shown(str(place))} is there already and is no folder.", hint="Move it away, or choose another."
            )


def template() -> str:
    """A preserve.toml in which every setting stands, commented out, with its meaning and default."""
    lines = ["# The settings of this archive. What is commented out has its default.", ""]
    table = ""
    for setting in SETTINGS:
        section, _, key = setting.key.partition(".")
        if section != table:
            table = section
            lines += ["", f"[{section}]"]
        lines += [f"# {setting.meaning}", f"# {key} = {_toml(setting.default)}"]
        if setting.key == "describe.collection":
            lines += ["# Any other term of Dublin Core may stand here too.", '# subject = ["Harbours", "Letters"]']
    for kind, settings in NAMED.items():
        lines += ["", f"#   [{kind}.NAME]"]
        for setting in settings:
            lines += [f"#   # {setting.meaning}", f"#   {setting.key} = {_toml(setting.default)}"]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _toml(value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
