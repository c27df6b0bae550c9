"""An archive of many packages, as far as ``ls``, ``status`` and the catalogue look.

``python -m benchmarks.archives HOME COUNT`` makes one.  Every package has its folder, its history of one entry and
its row; the folders are empty, for nobody opens them here.  This alone of the corpora is written by preserve itself,
for nobody else writes its catalogue.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_MANIFESTS = ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")


def maker(count: int) -> Callable[[Path], None]:
    """Makes such an archive, in a process of its own: the runner must stay small."""

    def make(place: Path) -> None:
        words = ["-m", "benchmarks.archives", str(place / "home"), str(count)]
        subprocess.run([sys.executable, *words], check=True, cwd=Path(__file__).parents[1])

    return make


def main(home: Path, count: int) -> None:
    """Make the archive."""
    import preserve  # noqa: PLC0415  whoever imports this module need not load it
    from preserve.catalog.store import Catalog  # noqa: PLC0415
    from preserve.config import load  # noqa: PLC0415
    from preserve.history import file as history  # noqa: PLC0415
    from preserve.model import Agent, Event, Outcome, Package, PinnedDigest  # noqa: PLC0415

    def packages() -> Iterator[Package]:
        for number in range(count):
            name = f"letter-{number:07}"
            pins = tuple(PinnedDigest(path, "sha256", _digest(path, number)) for path in _MANIFESTS)
            sealed = _FIRST + timedelta(days=100 * number / count)
            known_as = (_id(number), name, f"letter {number}.txt", f"Letter no. {number}", bool(number % 2))
            yield Package(*known_as, sealed, "1.0", 5, 100_000 + number, pins, last_read_ok=sealed)

    home.parent.mkdir(parents=True, exist_ok=True)
    preserve.init(home)
    (home / "count").write_text(str(count))
    config = load(home, environment={})
    agents = (Agent("preserve", preserve.__version__),)
    additions = []
    for package in packages():
        os.mkdir(config.packages / package.name)
        event = Event("val", package.sealed, Outcome.SUCCESS, agents=agents)
        additions.append((history.path_of(config.packages, package.name), package.id, (event,)))
    history.append_all(additions)
    with Catalog.open(config.catalog_url) as catalog:
        catalog.replace_all(packages())


def _digest(path: str, number: int) -> str:
    return sha256(f"{path} {number}".encode()).hexdigest()


def _id(number: int) -> str:
    return str(UUID(bytes=sha256(b"%d" % number).digest()[:16], version=4))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
