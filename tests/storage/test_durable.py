"""Files are made once, whole, and never replaced."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.errors import Locked
from preserve.storage import digests, durable, locks
from tests.full import full_disk


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    durable.write_new(tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        durable.write_new(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_a_rename_never_replaces_anything(tmp_path: Path, kind: str) -> None:
    (tmp_path / "new").mkdir()
    target = tmp_path / "target"
    if kind == "file":
        target.write_bytes(b"mine")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        durable.rename_new(tmp_path / "new", target)
    assert (tmp_path / "new").is_dir()
    assert os.path.lexists(target)


def test_a_file_that_could_not_be_written_is_not_there(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(OSError, match="too large"):
        durable.write_new(tmp_path / "new", b"more than nothing")
    assert not list(tmp_path.iterdir())


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "log").symlink_to("elsewhere")
    with pytest.raises(FileExistsError):
        durable.write_new(tmp_path / "log", b"x")
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with durable.opened(tmp_path / "pipe", durable.READ_FILE) as fd:
        assert fd >= 0


def test_a_tree_is_synced_whole(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_bytes(b"x")
    durable.sync_tree(tmp_path)
    durable.sync_folder(tmp_path)


def test_a_lock_excludes_and_dies_with_its_process(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = "import sys; from pathlib import Path; from preserve.storage import locks\n"
    code += "locks.try_hold(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Locked), locks.held(lock, wait=0.05):
            pass
        other.kill()
        other.wait()
    with locks.held(lock, wait=0.05):
        pass


def test_one_read_gives_all_digests_and_passes_every_byte_on(tmp_path: Path) -> None:
    data = os.urandom(digests.BLOCK * 2 + 17)
    (tmp_path / "a").write_bytes(data)
    copied = bytearray()
    with durable.opened(tmp_path / "a", durable.READ_FILE) as fd:
        size, found = digests.of_descriptor(fd, digests.ALGORITHMS, copied.extend)
    assert (size, bytes(copied)) == (len(data), data)
    assert found == digests.of_bytes(data, digests.ALGORITHMS)


@pytest.mark.parametrize(
    ("name", "bag_name"),
    [("SHA-256", "sha256"), ("sha3_256", "sha3256"), ("SHA3-512", "sha3512"), ("blake2b-512", "blake2b"), ("x", "x")],
)
def test_algorithms_go_by_their_bag_names(name: str, bag_name: str) -> None:
    assert digests.normalise(name) == bag_name
