"""Power cuts, full disks and many writers: the chain stays whole and goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from preserve.errors import StoreUnwritable
from preserve.history.file import append, read
from tests.history.samples import NAME, PACKAGE_ID, REPOSITORY, SEALING, fixity

_APPEND = """
import sys
from pathlib import Path
from preserve.history.file import append
from tests.history.samples import PACKAGE_ID, fixity
path, start, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for number in range(start, start + count):
    append(path, PACKAGE_ID, [fixity(number, note="x" * 3000)])
    print(number, flush=True)
"""

UNMEASURED = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
"""Who is to be killed, or has no room to write, must not be busy with a coverage file."""


def _appender(path: Path, start: int, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _APPEND, str(path), str(start), str(count)]
    return subprocess.Popen(command, cwd=REPOSITORY, env=UNMEASURED, stdout=subprocess.PIPE)


def _details(path: Path) -> set[str]:
    return {event.detail for event in read(path).events}


def test_eight_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / NAME
    append(path, PACKAGE_ID, [SEALING])
    writers = [_appender(path, 100 * number, 15) for number in range(8)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0

    history = read(path, package_id=PACKAGE_ID)
    assert history.problems == ()
    assert len(history.entries) == 1 + 8 * 15
    assert _details(path) >= {f"check {100 * number + step}" for number in range(8) for step in range(15)}


@pytest.mark.slow
def test_a_killed_writer_leaves_a_history_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / NAME
    append(path, PACKAGE_ID, [SEALING])
    promised: set[str] = set()
    for attempt in range(30):
        writer = _appender(path, 1_000 * attempt, 1_000)
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(attempt * 0.0007)  # another moment each time
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        promised |= {f"check {int(number)}" for number in (first + rest).split(b"\n") if number}

        assert not read(path).broken
        append(path, PACKAGE_ID, [fixity(1_000_000 + attempt)])
        assert read(path, package_id=PACKAGE_ID).problems == ()
    assert _details(path) >= promised


def test_every_place_where_a_write_can_break_off_is_mended(tmp_path: Path) -> None:
    path = tmp_path / NAME
    append(path, PACKAGE_ID, [SEALING, fixity(0)])
    whole = path.stat().st_size
    append(path, PACKAGE_ID, [fixity(1), fixity(2)])
    data = path.read_bytes()

    for length in range(whole, len(data) + 1, 7):
        path.write_bytes(data[:length])
        append(path, PACKAGE_ID, [fixity(1), fixity(2)])
        history = read(path, package_id=PACKAGE_ID)
        assert history.problems == ()
        assert [e for e in history.events if e.type == "fix"] == [fixity(0), fixity(1), fixity(2)]


_FULL = """
import resource, sys
from pathlib import Path
from preserve.errors import StoreUnwritable
from preserve.history.file import append
from tests.history.samples import PACKAGE_ID, fixity
path, limit = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    append(path, PACKAGE_ID, [fixity(1, note="x" * 2000), fixity(2)])
except StoreUnwritable as error:
    print(error.message)
    sys.exit(22)
"""


@pytest.mark.parametrize("room", [0, 1, 700, 2_500])
@pytest.mark.parametrize("torn", [b"", b"half of a line"])
def test_a_full_disk_leaves_the_chain_whole(tmp_path: Path, room: int, torn: bytes) -> None:
    path = tmp_path / NAME
    append(path, PACKAGE_ID, [SEALING, fixity(0)])
    before = path.read_bytes()
    path.write_bytes(before + torn)

    limit = str(len(before) + room)
    command = [sys.executable, "-B", "-c", _FULL, str(path), limit]
    done = subprocess.run(command, cwd=REPOSITORY, env=UNMEASURED, capture_output=True, check=False)

    assert done.returncode == 22, done.stderr
    assert b"cannot be written" in done.stdout
    assert path.read_bytes() == before
    append(path, PACKAGE_ID, [fixity(1)])
    assert read(path).problems == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_store_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnwritable):
        append(tmp_path / NAME, PACKAGE_ID, [SEALING])
