"""``python -m benchmarks.deposit_s3``: one large package to a Ceph of this machine, by ours and by boto3 alone.

Not among the other benchmarks: it needs Ceph's programs, and keeps what is sent in memory.  Ours is the whole command:
the package is validated, sent as a tar, read back and verified; and the sending alone.
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
from tests.deposit.s3.far import client_of
from tests.deposit.servers.ceph import ACCESS_KEY, SECRET_KEY, Ceph, running

_BUCKET = "deposits"
_TABLE = """
[targets.far]
type = "s3"
url = "{url}"
bucket = "deposits"
"""
_KEYS = f"ACCESS_KEY={ACCESS_KEY} SECRET_KEY={SECRET_KEY}"
_OURS = f"PRESERVE_TARGET_FAR_ACCESS_KEY_ID={ACCESS_KEY} PRESERVE_TARGET_FAR_SECRET_ACCESS_KEY={SECRET_KEY}"


def main(words: Sequence[str]) -> None:
    """Measure, and print the table with the MB/s of each."""
    parser = argparse.ArgumentParser("python -m benchmarks.deposit_s3", description=__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="the size of the file (default: 1024)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".work", help="on which disk")
    options = parser.parse_args(words)
    options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        (Path(folder) / "ceph").mkdir()
        with running(Path(folder) / "ceph") as cluster:
            client_of(cluster).create_bucket(Bucket=_BUCKET)
            home = an_archive(Path(folder) / "home", options.mib)
            benchmark = Benchmark(
                "deposit-s3", f"Sending {options.mib:,} MiB to S3", _contenders(cluster, home), options.rounds
            )
            runner = Runner(Path(folder) / "out", lambda text: print(text, file=sys.stderr, flush=True))
            [comparison] = runner.comparisons(benchmark)
    print(table_of(comparison).for_terminal())
    best = comparison.best(["boto3 upload_file"]).wall
    for one in comparison.measured:
        print(f"  {one.name}: {options.mib * 1.048576 / one.wall:,.0f} MB/s, {best / one.wall:.2f} of boto3")


def _contenders(cluster: Ceph, home: Path) -> tuple[Contender, ...]:
    [file] = home.glob("packages/*/data/*")

    def empty() -> None:
        """Nothing of the round before takes memory."""
        client = client_of(cluster)
        for each in client.list_objects_v2(Bucket=_BUCKET).get("Contents", ()):
            client.delete_object(Bucket=_BUCKET, Key=each["Key"])
        cluster.admin("gc", "process", "--include-all")

    def archive(output: Path) -> None:
        empty()
        shutil.copytree(home, output, copy_function=linked)
        (output / "preserve.toml").write_text(_TABLE.format(url=cluster.url))

    def folder(output: Path) -> None:
        empty()
        output.mkdir()

    def python(script: str, key: str) -> Command:
        return Command(f'{_KEYS} python "$BENCHMARKS/{script}" {cluster.url} {_BUCKET} {key} {file}', home)

    deposit = f'cd "$OUT" && {_OURS} preserve deposit --quiet --all --to far'
    return (
        Contender("preserve deposit", Command(deposit, home), prepare=archive),
        Contender("the sending alone", python("ours/send_s3.py", "alone-"), prepare=folder),
        Contender("boto3 upload_file", python("peers/boto3_upload.py", "file.tar"), prepare=folder),
        Contender("cp", Command(f'cp {file} "$OUT"/ && sync -f "$OUT"', home), prepare=folder),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
