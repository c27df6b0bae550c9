"""What the benchmarks of deposits share: an archive with one large package, and copies of it that cost nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from random import Random

from benchmarks.measure import environment

MIB = 1 << 20


def an_archive(home: Path, mib: int) -> Path:
    """An archive with one package of one file of noise."""
    (home / "incoming").mkdir(parents=True)
    with (home / "incoming/file.bin").open("wb") as file:
        random = Random("deposit")
        for _ in range(mib):
            file.write(random.randbytes(MIB))
    subprocess.run(["preserve", "ingest", "--quiet"], cwd=home, env=environment(), check=True)
    shutil.rmtree(home / "incoming")
    (home / "incoming").mkdir()
    return home


def linked(source: str, target: str) -> None:
    """For ``shutil.copytree``: hard links for what is only read; the catalogue is written to."""
    if "/data/" in source:
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)
