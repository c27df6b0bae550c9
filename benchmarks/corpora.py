"""The corpora: what is read, packaged and counted.  Made once from a seed, kept in a scratch folder, used again.

A: many texts in many folders, one bag.  B: many small packages of a few texts each.  C: a few very large files.
D: many medium ones.  E: very many tiny texts in one folder.  single: one very large file alone.  tar: A in a tar file.
growth-N: N tiny texts.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks import words
from benchmarks.bags import Bag

SEED = "preserve"
VERSION = 2
"""Raised whenever the same sizes would give other bytes; what an older version made is made anew."""

_KIB, _MIB = 1 << 10, 1 << 20


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; sizes in octets."""

    name: str
    texts: int = 20_000
    text_folders: int = 200
    packages: int = 2_000
    texts_in_package: int = 5
    c_files: int = 4
    c_size: int = 1 << 30
    d_files: int = 200
    d_size: int = 20 * _MIB
    tiny: int = 200_000
    single: int = 4 << 30
    growth: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    listed: int = 10_000
    catalogued: int = 100_000


FULL = Sizes("full")
QUICK = Sizes(
    "quick",
    texts=2_000,
    text_folders=20,
    packages=200,
    c_size=64 * _MIB,
    d_files=32,
    d_size=4 * _MIB,
    tiny=20_000,
    single=192 * _MIB,
    growth=(1_000, 10_000, 30_000),
    listed=1_000,
    catalogued=10_000,
)


def _text(corpus: str, number: int, low: int, high: int) -> bytes:
    random = Random(f"{SEED}/{corpus}/{number}")
    return words.text(random, random.randint(low, high))


def _noise(corpus: str, number: int, size: int) -> Iterator[bytes]:
    """*size* octets that nothing can compress, a MiB at a time."""
    random = Random(f"{SEED}/{corpus}/{number}")
    for start in range(0, size, _MIB):
        yield random.randbytes(min(_MIB, size - start))


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _make_a(place: Path, sizes: Sizes) -> None:
    in_folder = -(-sizes.texts // sizes.text_folders)
    with Bag(place / "bag") as bag:
        for number in range(sizes.texts):
            path = f"{number // in_folder:03}/{number:05}.txt"
            data = _text("A", number, _KIB, 40 * _KIB)
            bag.add(path, [data])
            _put(place / "plain" / path, data)


def _make_b(place: Path, sizes: Sizes) -> None:
    for package in range(sizes.packages):
        with Bag(place / "bags" / f"{package:05}") as bag:
            for number in range(sizes.texts_in_package):
                data = _text("B", package * sizes.texts_in_package + number, _KIB, 40 * _KIB)
                bag.add(f"{number}.txt", [data])
                _put(place / "plain" / f"{package:05}" / f"{number}.txt", data)


def _make_large(corpus: str, count: Callable[[Sizes], tuple[int, int]]) -> Callable[[Path, Sizes], None]:
    def make(place: Path, sizes: Sizes) -> None:
        files, size = count(sizes)
        with Bag(place / "bag") as bag:
            for number in range(files):
                bag.add(f"{number:03}.bin", _noise(corpus, number, size))

    return make


def _make_e(place: Path, sizes: Sizes) -> None:
    with Bag(place / "bag") as bag:
        for number in range(sizes.tiny):
            bag.add(f"{number:06}.txt", [_text("E", number, _KIB // 2, 2 * _KIB)])


def _make_tar(place: Path, sizes: Sizes) -> None:
    _make_a(place, sizes)
    shutil.rmtree(place / "plain")
    subprocess.run(["tar", "--sort=name", "-cf", "bag.tar", "bag"], cwd=place, check=True)


def _make_growth(files: int) -> Callable[[Path, Sizes], None]:
    def make(place: Path, _sizes: Sizes) -> None:
        with Bag(place / "bag") as bag:
            for number in range(files):
                bag.add(f"{number // 1000:04}/{number:07}.txt", [_text("growth", number, 100, 500)])

    return make


_MAKERS: dict[str, Callable[[Path, Sizes], None]] = {
    "A": _make_a,
    "B": _make_b,
    "C": _make_large("C", lambda sizes: (sizes.c_files, sizes.c_size)),
    "D": _make_large("D", lambda sizes: (sizes.d_files, sizes.d_size)),
    "E": _make_e,
    "single": _make_large("single", lambda sizes: (1, sizes.single)),
    "tar": _make_tar,
}


@dataclass(frozen=True, slots=True)
class Corpora:
    """The corpora of one size in the scratch folder *work*.  *say* hears of what takes long."""

    work: Path
    sizes: Sizes
    say: Callable[[str], object]

    def place(self, name: str) -> Path:
        """The folder of the corpus *name*: there already, or made now."""
        maker = _make_growth(int(name.partition("-")[2])) if name.startswith("growth-") else _MAKERS[name]
        return self.made(name, lambda place: maker(place, self.sizes))

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder *name*, filled by *make* unless an earlier run did, whole, with the same seed and sizes."""
        place = self.work / self.sizes.name / name
        marker = place / "made.json"
        wanted = json.dumps({"seed": SEED, "version": VERSION, "sizes": asdict(self.sizes)})
        if marker.is_file() and marker.read_text() == wanted:
            return place
        self.say(f"making the corpus {name} ({self.sizes.name})")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        make(place)
        marker.write_text(wanted)
        return place
