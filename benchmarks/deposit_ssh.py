"""``python -m benchmarks.deposit_ssh``: one large file to an sshd of this machine, by ours, by scp and by rsync.

Not among the other benchmarks: it needs the programs ``sshd`` and ``rsync``, and an sshd is started for it.  Ours is
the whole command: the package is validated, sent, compared there, named, and verified; and the sending alone.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.deposits import an_archive, linked
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender, Runner
from benchmarks.tables import table_of
from tests.deposit.servers.sshd import Sshd, sshd

_TARGETS = """
[targets.{kind}]
type = "{kind}"
host = "127.0.0.1"
port = {port}
path = "{far}"
key_file = "{keys}/key"
known_hosts = "{keys}/known_hosts"
"""


def main(words: Sequence[str]) -> None:
    """Measure, and print the table with the MB/s of each."""
    parser = argparse.ArgumentParser("python -m benchmarks.deposit_ssh", description=__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="the size of the file (default: 1024)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".work", help="on which disk")
    options = parser.parse_args(words)
    options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work) as folder, sshd(Path(folder) / "sshd") as server:
        home = an_archive(Path(folder) / "home", options.mib)
        benchmark = Benchmark(
            "deposit-ssh",
            f"Sending one file of {options.mib:,} MiB over SSH",
            _contenders(server, home),
            options.rounds,
        )
        runner = Runner(Path(folder) / "out", lambda text: print(text, file=sys.stderr, flush=True))
        [comparison] = runner.comparisons(benchmark)
    print(table_of(comparison).for_terminal())
    for one in comparison.measured:
        speed, best = options.mib * 1.048576 / one.wall, comparison.best(["scp"]).wall
        print(f"  {one.name}: {speed:,.0f} MB/s, {best / one.wall:.2f} of scp")


def _contenders(server: Sshd, home: Path) -> tuple[Contender, ...]:
    [file] = home.glob("packages/*/data/*")
    to = f'{server.user}@127.0.0.1:"$OUT"/'
    options = f"-F none -i {server.key} -o UserKnownHostsFile={server.known_hosts} -o BatchMode=yes"

    def archive(output: Path) -> None:
        shutil.copytree(home, output, copy_function=linked)
        (output / "far").mkdir()
        (output / "preserve.toml").write_text(
            "".join(
                _TARGETS.format(kind=kind, port=server.port, far=output / "far", keys=server.folder)
                for kind in ("sftp", "rsync")
            )
        )

    def whole(kind: str) -> Contender:
        line = f'cd "$OUT" && preserve deposit --quiet --all --to {kind}'
        return Contender(f"preserve deposit, {kind}", Command(line, home), prepare=archive)

    def alone(kind: str) -> Contender:
        line = f'python "$BENCHMARKS/ours/send_only.py" {kind} {server.port} {server.folder} "$OUT" {file}'
        return Contender(f"the sending alone, {kind}", Command(line, home), prepare=Path.mkdir)

    return (
        whole("sftp"),
        alone("sftp"),
        whole("rsync"),
        Contender("scp", Command(f"scp -q -P {server.port} {options} {file} {to}", home), prepare=Path.mkdir),
        Contender("rsync", Command(f"rsync -e 'ssh -p {server.port} {options}' {file} {to}", home), prepare=Path.mkdir),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
