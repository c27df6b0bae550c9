"""Killed, or refused by the system, at every call that changes something: a checkpoint is whole or is not there, and
no key is lost.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.strace import RENAMES, SYNCS, Strace, Struck, preserve
from tests.faults.test_every_call import Command, prove

pytestmark = pytest.mark.slow


@pytest.fixture
def key(archive: Archive) -> str:
    """The first key of an archive with a package and a checkpoint."""
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    found: str = archive.run("keys", "new", "first", "--json").only["key"]
    assert archive.run("checkpoint").status == 0
    return found


def checkpoints(archive: Archive) -> list[Path]:
    return sorted((archive.home / "checkpoints").glob("2*.txt"))


def assert_each_is_good(archive: Archive, key: str) -> None:
    for path in checkpoints(archive):
        said = archive.run("checkpoint", "verify", path, "--key", key, "--json")
        assert (said.status, said.only["compared_by"]) == (0, "companion"), path


def test_checkpoint_create(archive: Archive, strace: Strace, key: str) -> None:
    def judged(struck: Struck) -> None:
        assert_each_is_good(archive, key)
        if struck.status == 0:
            assert len(checkpoints(archive)) == 2, "what was told is there"
        assert archive.run("checkpoint").status == 0
        assert_each_is_good(archive, key)

    prove(archive, strace, Command(("checkpoint", "create"), archive.home, 15), judged)


def test_what_is_signed_is_on_disk_before_it_is_signed(archive: Archive, strace: Strace, key: str) -> None:
    """Else a power cut could take back entries that a checkpoint has seen, and it would cry forgery."""
    assert key
    log = strace.log(preserve(archive.home, "checkpoint", "create"), archive.home.with_name("log"))
    done = [call for call in log if call.succeeded]
    synced = [place for place, call in enumerate(done) if call.name in SYNCS and call.path == str(archive.packages)]
    text = re.compile(r"Z(-\d+)?\.txt$")  # it may be the second of this second
    renamed = [place for place, call in enumerate(done) if call.name in RENAMES and text.search(call.paths[-1])]
    companion = [place for place, call in enumerate(done) if call.name in RENAMES and "leaves" in call.paths[-1]]
    assert synced[0] < companion[0] < renamed[0]


def test_keys_new(archive: Archive, strace: Strace, key: str) -> None:
    def judged(_: Struck) -> None:
        assert archive.run("checkpoint").status == 0, "there is exactly one key to sign with"
        assert_each_is_good(archive, key)
        for private in (archive.home / ".preserve" / "keys").glob("*.pem"):
            assert private.stat().st_mode & 0o077 == 0
        assert archive.run("keys", "new", "third").status == 0
        assert archive.run("checkpoint").status == 0
        assert_each_is_good(archive, key)
        shutil.rmtree(archive.home / "checkpoints")

    prove(archive, strace, Command(("keys", "new", "second"), archive.home, 15), judged)
