"""S3 under faults: whatever breaks, there is one whole package or none, the journal is true, and it ends well.

Every point of the campaigns is tried with ``PRESERVE_PROVE=full``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.errors import NoRoom, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import PAYLOAD, QUICK, deposit, journal_for
from preserve.testing.consignments import of_files, single
from preserve.testing.dying import killed_after, killed_at_step
from preserve.testing.logs import Died, MemoryLog
from preserve.testing.wire import Direction, Wire
from preserve.workflows.depositing.driving import Patience, drive
from tests.deposit.s3.far import MIB, FarBucket
from tests.deposit.servers.ceph import Ceph
from tests.faults.tally import FULL, proof, sample

pytestmark = pytest.mark.server
ONCE = Patience(attempts=1, first_pause=0.01)
FORMS = pytest.mark.parametrize("form", ["tar", "bag"])


def make(form: str, label: str = "letters", octets: int = 12 * MIB) -> Consignment:
    """One file, or a folder of small files and one that goes in parts."""
    if form == "tar":
        return single(label, form, octets)
    files = {f"data/{number}.txt": f"text {number}\n".encode() * number for number in range(8)}
    return of_files(label, PAYLOAD | files | {"data/large.bin": bytes(range(256)) * (octets >> 9)}, form="bag")


@pytest.fixture(autouse=True)
def small_parts(far: FarBucket) -> None:
    far.given |= {"part_size": "5MiB", "at_once": 2}


@contextmanager
def over_a_wire(far: FarBucket) -> Iterator[Wire]:
    with Wire("127.0.0.1", far.cluster.port) as wire:
        far.given["url"] = f"http://127.0.0.1:{wire.port}"
        yield wire


def is_the_same(far: FarBucket, what: Consignment) -> None:
    """Read by another program than ours."""
    for piece in what.pieces():
        key = f"deposits/{piece.path}" if what.form == "tar" else f"deposits/{what.label}/{piece.path}"
        assert far.read(key) == b"".join(piece.blocks()), piece.path


def ends_well(far: FarBucket, what: Consignment, folder: Path) -> None:
    """The truth so far: whole or not there, and the journal does not say more than is so; then it is gone on with."""
    entry = read(folder)
    assert far.whole().count(what.label) <= 1
    if entry is not None and entry.story.stage in (Stage.STORED, Stage.VERIFIED):
        assert far.whole().count(what.label) == 1, "the journal lies"
    done = deposit(far, what, folder)
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    assert far.whole().count(what.label) == 1
    assert far.uploads() == []
    is_the_same(far, what)


@FORMS
@pytest.mark.parametrize("direction", list(Direction))
def test_a_line_that_is_cut_anywhere(far: FarBucket, tmp_path: Path, form: str, direction: Direction) -> None:
    with over_a_wire(far) as wire, proof(f"s3: line cut, {direction}, {form}") as points:
        before = wire.octets(direction)
        with closing(far.open()) as target:
            target.send(make(form, "measured"), MemoryLog())
        total = wire.octets(direction) - before
        for number, at in enumerate(sample(range(100, total, total // 60), 2)):
            with points.point(at):
                what = make(form, f"letters-{number}")
                wire.cut_after(at, direction)
                done = deposit(far, what, tmp_path / what.label, ONCE)
                assert done.error is None or isinstance(done.error, TargetUnreachable), done.error
                wire.heal()
                ends_well(far, what, tmp_path / what.label)


def test_what_arrived_is_not_sent_again(far: FarBucket, tmp_path: Path) -> None:
    what = make("tar", octets=22 * MIB)
    with over_a_wire(far) as wire:
        wire.cut_after(17 * MIB)
        deposit(far, what, tmp_path / "journal", ONCE)
        wire.heal()
        entry = read(tmp_path / "journal")
        assert entry is not None
        with closing(far.open()) as target:
            seen = target.look(what, entry.story.handle)
        assert seen.stage is Stage.SENDING
        assert seen.received >= 5 * MIB
        before = wire.octets()
        ends_well(far, what, tmp_path / "journal")
        assert wire.octets() - before < 22 * MIB - seen.received + MIB


def test_a_part_that_is_not_ours_is_sent_again(far: FarBucket, tmp_path: Path) -> None:
    what = make("tar")
    with over_a_wire(far) as wire:
        wire.cut_after(11 * MIB)
        deposit(far, what, tmp_path / "journal", ONCE)
        wire.heal()
    [upload] = far.uploads()
    given = {"Bucket": far.name, "Key": "deposits/letters.tar", "UploadId": upload}
    far.client.upload_part(**given, PartNumber=1, Body=b"x" * 5 * MIB)
    far.client.upload_part(**given, PartNumber=7, Body=b"y")
    del far.given["url"]
    ends_well(far, what, tmp_path / "journal")


@FORMS
def test_a_client_that_is_killed_at_every_step(far: FarBucket, tmp_path: Path, form: str) -> None:
    with proof(f"s3: client killed at a step, {form}") as points:
        for step in count(1) if FULL else (2, 5, 8):
            reached = False
            for before in (True, False):
                what = make(form, f"letters-{step}-{before}")
                with points.point(what.label):
                    folder = tmp_path / what.label
                    reached |= killed_at_step(far, what, folder, step, before=before)
                    ends_well(far, what, folder if read(folder) else tmp_path / f"{what.label} anew")
            if FULL and not reached:
                break


@FORMS
def test_a_client_that_is_killed_at_any_time(far: FarBucket, tmp_path: Path, form: str) -> None:
    with over_a_wire(far) as wire, proof(f"s3: client killed, {form}") as points:
        wire.throttle(20 * MIB)
        for number, seconds in enumerate(sample([step / 20 for step in range(2, 30)], 2)):
            with points.point(seconds):
                what = make(form, f"letters-{number}")
                killed_after(far, what, tmp_path / what.label, seconds)
                ends_well(far, what, tmp_path / what.label)


@FORMS
def test_a_server_that_dies_in_the_middle(far: FarBucket, cluster: Ceph, tmp_path: Path, form: str) -> None:
    what = make(form, octets=24 * MIB)
    with over_a_wire(far) as wire:
        wire.throttle(20 * MIB)
        killing = threading.Thread(target=kill_after, args=(cluster, wire, 8 * MIB))
        killing.start()
        done = deposit(far, what, tmp_path / "journal", ONCE)
        killing.join()
        try:
            assert isinstance(done.error, TargetUnreachable)
            entry = read(tmp_path / "journal")
            assert entry is not None
            assert entry.story.stage is Stage.UNKNOWN
        finally:
            cluster.start_gateway()
        assert not far.whole()
        wire.heal()
        ends_well(far, what, tmp_path / "journal")


def kill_after(cluster: Ceph, wire: Wire, octets: int) -> None:
    while wire.octets() < octets:
        time.sleep(0.005)
    cluster.kill_gateway()


def test_a_server_that_falls_silent_in_the_middle_is_given_up(far: FarBucket, tmp_path: Path) -> None:
    what = make("tar")
    with over_a_wire(far) as wire:
        far.given["timeout"] = 1
        wire.silence(Direction.DOWN, after=2500)
        done = deposit(far, what, tmp_path / "journal", ONCE)
        assert isinstance(done.error, TargetUnreachable)
        far.given["timeout"] = 20
        wire.heal()
        ends_well(far, what, tmp_path / "journal")


def test_a_line_that_is_slow_is_borne(far: FarBucket, tmp_path: Path) -> None:
    with over_a_wire(far) as wire:
        wire.throttle(300_000)
        far.given["timeout"] = 3  # less than the whole takes, and more than any answer does
        ends_well(far, make("tar", octets=700_000), tmp_path / "journal")


def test_the_last_answers_are_lost(far: FarBucket, tmp_path: Path) -> None:
    """The object comes into being, or does not, and nobody here hears of it."""
    with over_a_wire(far) as wire, proof("s3: line cut in the last answers") as points:
        with closing(far.open()) as target:
            target.send(make("tar", "letters-00", 6 * MIB), MemoryLog())
        total = wire.octets(Direction.DOWN)
        for number, missing in enumerate(sample(range(0, 1200, 20), 4), 1):
            with points.point(missing):
                what = make("tar", f"letters-{number:02}", 6 * MIB)
                wire.cut_after(total - missing, Direction.DOWN)
                deposit(far, what, tmp_path / what.label, ONCE)
                wire.heal()
                ends_well(far, what, tmp_path / what.label)


@FORMS
def test_a_far_end_that_is_full(far: FarBucket, cluster: Ceph, tmp_path: Path, form: str) -> None:
    what = make(form)
    scope = ("--quota-scope=bucket", f"--bucket={far.name}", "--uid=archive")
    cluster.admin("quota", "set", *scope, f"--max-size={4 * MIB}")
    cluster.admin("quota", "enable", *scope)
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, NoRoom)
    assert "There is no room" in done.error.message
    assert "--resume" in done.error.hint
    assert done.stage is Stage.UNKNOWN
    assert not far.whole()
    cluster.admin("quota", "disable", *scope)
    ends_well(far, what, tmp_path / "journal")


def test_two_runs_at_once_make_one(far: FarBucket, tmp_path: Path) -> None:
    """The journal of one was lost: another began anew while its upload was under way."""
    what = make("tar")
    log = MemoryLog(dies_at=3)
    with closing(far.open()) as first, pytest.raises(Died):
        first.send(what, log)
    assert len(far.uploads()) == 1
    assert deposit(far, what, tmp_path / "other").error is None
    with journal_for(what, tmp_path / "first") as journal, closing(far.open()) as target:
        journal.step(Stage.SENDING)
        journal.note(**log.facts)
        assert drive(target, what, journal, QUICK).stage is Stage.VERIFIED
    assert far.whole() == [what.label]
    assert far.uploads() == []


def test_uploads_of_others_are_left_alone(far: FarBucket, tmp_path: Path) -> None:
    """Somebody else sends under our very name."""
    far.client.create_multipart_upload(Bucket=far.name, Key="deposits/letters.tar")
    [theirs] = far.uploads()
    what = make("tar")
    with over_a_wire(far) as wire:
        for at in (9 * MIB, 600):
            wire.cut_after(at)
            deposit(far, what, tmp_path / "journal", ONCE)
            wire.heal()
        assert deposit(far, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert far.uploads() == [theirs]
