"""An archive with locations, and what can befall a copy."""

import os
import shutil
from pathlib import Path
from typing import Any

from tests.acceptance.archive import Archive


def add_locations(archive: Archive, *names: str) -> list[Path]:
    """Make locations in the home; their folders."""
    folders = [archive.home / name for name in names]
    with (archive.home / "preserve.toml").open("a") as settings:
        for name, folder in zip(names, folders, strict=True):
            folder.mkdir()
            settings.write(f'[locations.{name}]\npath = "{name}"\n')
    return folders


def letter(archive: Archive, name: str = "letter") -> Path:
    """One sealed package of three files."""
    box = archive.incoming / name
    box.mkdir()
    for number in range(3):
        (box / f"{number}.txt").write_text(f"Page {number} of {name}.\n")
    archive.ingest()
    (package,) = (package for package in archive.sealed() if package.name.startswith(f"{name}-"))
    return package


def events(archive: Archive, name: str) -> list[tuple[str, str]]:
    """Type and outcome of all that the history of a package tells."""
    told = archive.run("log", "--json", name).messages
    return [(event["type"], event["outcome"]) for event in told if event.get("source") == "history"]


def codes(message: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in message["problems"]}


def files_in(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def alter(file: Path) -> None:
    """Change one bit, and let everything about the file look as before."""
    seen, data = file.stat(), bytearray(file.read_bytes())
    data[0] ^= 1
    file.unlink()
    file.write_bytes(data)
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def drop(place: Path) -> None:
    shutil.rmtree(place) if place.is_dir() else place.unlink()
