"""``python -m benchmarks.deposit_local``: a package into a folder and into an OCFL storage root, beside ``cp -r``.

Not among the other benchmarks: it is about deposits.  Ours copies, computes what it reads, syncs, reads everything back
from the disk, and renames; ``cp -r`` copies, and ``cp -r`` with ``sync`` waits for the disk too.  Nothing is deleted
before the end: with three rounds it takes 25 times the size of the large file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.measure import Command, environment
from benchmarks.rounds import Benchmark, Contender, Runner
from benchmarks.tables import table_of


def main(words: Sequence[str]) -> None:
    """Measure, and print the tables with the ratios to ``cp -r``."""
    parser = argparse.ArgumentParser("python -m benchmarks.deposit_local", description=__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="the size of the one large file (default: 1024)")
    parser.add_argument("--files", type=int, default=20_000, help="how many small files (default: 20,000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".work", help="on which disk")
    options = parser.parse_args(words)
    options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        large = an_archive(Path(folder) / "large", 1, options.mib << 20)
        small = an_archive(Path(folder) / "small", options.files, 4096)
        for name, title, home in (
            ("deposit-large", f"One file of {options.mib:,} MiB", large),
            ("deposit-small", f"{options.files:,} files of 4 KiB", small),
        ):
            runner = Runner(Path(folder) / f"out-{name}", lambda text: print(text, file=sys.stderr, flush=True))
            [comparison] = runner.comparisons(Benchmark(name, title, _contenders(home), options.rounds))
            print(table_of(comparison).for_terminal())
            octets = sum(path.stat().st_size for path in home.glob("packages/*/**/*") if path.is_file())
            for one in comparison.measured:
                ratio = one.wall / comparison.best(["cp -r, sync"]).wall
                print(f"  {one.name}: {octets / one.wall / 1e6:,.0f} MB/s, {ratio:.2f} × the time of cp -r with sync")


def an_archive(home: Path, files: int, octets: int) -> Path:
    """An archive with one package of so many *files* of noise."""
    random = Random("deposit")
    for number in range(files):
        place = home / "incoming/package" / f"{number // 100:03}" / f"{number}.bin"
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as stream:
            for at in range(0, octets, 1 << 20):
                stream.write(random.randbytes(min(1 << 20, octets - at)))
    subprocess.run(["preserve", "ingest", "--quiet", "--move"], cwd=home, env=environment(), check=True)
    return home


def _contenders(home: Path) -> tuple[Contender, ...]:
    [package] = (path for path in home.glob("packages/*") if path.is_dir() and path.name[0] != ".")

    def ours(name: str, words: str, far: str) -> Contender:
        line = f'python "$BENCHMARKS/ours/send_local.py" {words}'
        return Contender(name, Command(line, home), prepare=lambda out: (out / far).mkdir(parents=True))

    def theirs(name: str, line: str) -> Contender:
        return Contender(name, Command(line, home), prepare=lambda out: out.mkdir(parents=True))

    return (
        ours("folder", f'folder {home} "$OUT/far"', "far"),
        ours("folder, verified", f'folder {home} "$OUT/far" verify', "far"),
        ours("OCFL", f'ocfl {home} "$OUT/far"', "far"),
        ours("OCFL, verified", f'ocfl {home} "$OUT/far" verify', "far"),
        theirs("cp -r", f'cp -r {package} "$OUT/"'),
        theirs("cp -r, sync", f'cp -r {package} "$OUT/" && sync -f "$OUT"'),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
