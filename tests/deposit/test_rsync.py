"""rsync over SSH, held to the contract, and tried under faults, with the real programs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar

import pytest

from preserve.deposit.targets.rsync import KIND
from preserve.errors import ConfigError, DepositRefused, NoRoom, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.testing.conformance import TargetConformance, deposit
from preserve.testing.consignments import of_files
from preserve.testing.dying import killed_after
from preserve.testing.logs import MemoryLog
from tests.deposit.far_shelf import Shelf
from tests.deposit.servers.memory import in_memory
from tests.deposit.servers.sshd import Sshd, need, sshd
from tests.deposit.shelf_faults import MIB, ONCE, ends_well, enlarge, make, over_a_wire, small_disk, stop_after

pytestmark = pytest.mark.server


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory: no disk is tried here."""
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    need("rsync", "rsync")
    with in_memory() as folder, sshd(folder / "sshd") as running:
        yield running


@pytest.fixture
def shelf(server: Sshd, tmp_path: Path) -> Shelf:
    """The far end, with an empty folder."""
    server.deposits.rename(tmp_path / "former deposits")
    server.deposits.mkdir()
    return Shelf(KIND, server, tmp_path / "scratch")


class TestRsync(TargetConformance):
    """See ``TargetConformance``."""

    forms: ClassVar = ("bag", "tar", "saf-zip")

    @pytest.fixture
    def place(self, shelf: Shelf) -> Shelf:
        return shelf


def test_a_line_that_is_cut_is_gone_on_with(shelf: Shelf, tmp_path: Path) -> None:
    what = make("bag", octets=24 * MIB, folder=tmp_path / "files")
    with over_a_wire(shelf) as wire:
        wire.cut_after(9 * MIB)
        done = deposit(shelf, what, tmp_path / "journal", ONCE)
        assert isinstance(done.error, TargetUnreachable)
        assert shelf.names() == ["letters.part"]
        wire.heal()
        before = wire.octets()
        ends_well(shelf, what, tmp_path / "journal")
        assert wire.octets() - before < 8 * MIB


def test_a_server_that_stops_in_the_middle(shelf: Shelf, tmp_path: Path) -> None:
    what = make("tar", octets=12 * MIB)
    with over_a_wire(shelf) as wire:
        wire.throttle(20 * MIB)
        stopping = stop_after(shelf, wire, 4 * MIB)
        done = deposit(shelf, what, tmp_path / "journal", ONCE)
        stopping.join()
        assert isinstance(done.error, TargetUnreachable)
        shelf.server.start()
        wire.heal()
        ends_well(shelf, what, tmp_path / "journal")


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_a_client_that_is_killed_takes_its_rsync_with_it(shelf: Shelf, tmp_path: Path, seconds: float) -> None:
    what = make("bag", octets=20 * MIB, folder=tmp_path / "files")
    with over_a_wire(shelf) as wire:
        wire.throttle(5 * MIB)
        killed_after(shelf, what, tmp_path / "journal", seconds)
        began = time.monotonic()
        while running(str(shelf.server.deposits)):
            assert time.monotonic() - began < 20, "an rsync goes on without us"
            time.sleep(0.1)
        wire.heal()
        ends_well(shelf, what, tmp_path / "journal")


def running(word: str) -> list[str]:
    """The rsyncs that have *word* among theirs."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = place.read_bytes().decode(errors="replace").split("\0")
            found += [" ".join(words)] if "rsync" in words[0] and any(word in each for each in words) else []
    return found


def test_a_far_end_that_is_full(shelf: Shelf, tmp_path: Path) -> None:
    what = make("bag", octets=16 * MIB, folder=tmp_path / "files")
    with small_disk(shelf.server.deposits, "3m"):
        done = deposit(shelf, what, tmp_path / "journal", ONCE)
        assert isinstance(done.error, NoRoom)
        assert "There is no room" in done.error.message
        assert "--resume" in done.error.hint
        assert done.stage is Stage.UNKNOWN
        assert not shelf.whole()
        enlarge(shelf.server.deposits, "40m")
        ends_well(shelf, what, tmp_path / "journal")


def test_what_a_killed_rsync_left_is_cleared_away_and_nothing_else(shelf: Shelf, tmp_path: Path) -> None:
    what = make("bag", folder=tmp_path / "files")
    part = shelf.server.deposits / "letters.part"
    (part / "data/.preserve-partial").mkdir(parents=True)
    (part / "data/.preserve-partial/1.txt").write_text("te")
    (part / "data/.large.bin.aB3xYz").write_text("beginning")
    ends_well(shelf, what, tmp_path / "journal")
    for stranger in ("data/.other.bin.aB3xYz", "data/.preserve-partial/other", "new.txt"):
        (shelf.server.deposits / "letters").rename(tmp_path / stranger.replace("/", "_"))
        (part / stranger).parent.mkdir(parents=True)
        (part / stranger).write_text("precious")
        done = deposit(shelf, what, tmp_path / f"journal {len(stranger)}")
        assert isinstance(done.error, DepositRefused)
        assert (part / stranger).read_text() == "precious"
        part.rename(tmp_path / f"part {len(stranger)}")
        (shelf.server.deposits / "letters").mkdir()


def test_names_that_could_be_options_remarks_or_commands(shelf: Shelf, tmp_path: Path) -> None:
    odd = [
        "-rf",
        "--delete",
        "#a",
        ";b",
        "a b",
        "a\nb",
        "$(id)",
        "`id`",
        "*",
        "[a]",
        "\udcff\udcfe",
        "\u00e9",
        "~",
        "\x1b[31m",
        "host:x",
    ]
    files = {name: name.encode(errors="surrogateescape") for name in odd} | {"--x/-e sh": b"x"}
    what = of_files("letters", files, form="payload", folder=tmp_path / "files")
    ends_well(shelf, what, tmp_path / "journal")
    log = MemoryLog()
    with closing(shelf.open()) as target:
        assert target.verify(what, log, Silent()).good


def test_paths_of_ours_and_of_theirs_with_blanks_and_quotes(shelf: Shelf, tmp_path: Path) -> None:
    odd = tmp_path / 'it\'s "odd" 100% \\ $HOME'
    there = shelf.server.deposits / "a 'b' \"c\" $d"
    odd.mkdir()
    there.mkdir()
    for setting in ("key_file", "known_hosts"):
        source = shelf.server.key if setting == "key_file" else shelf.server.known_hosts
        shelf.values[setting] = str(shutil.copy(source, odd / setting))
    shelf.values["path"] = str(there)
    what = make("bag", folder=odd / "files")
    done = deposit(shelf, what, tmp_path / "journal")
    assert done.error is None, done.error
    assert (there / "letters/data/large.bin").stat().st_size == 5 * MIB // 2


def test_a_package_that_was_altered_here_never_gets_its_name_there(shelf: Shelf, tmp_path: Path) -> None:
    what = make("bag", folder=tmp_path / "files")
    (tmp_path / "files/data/59.txt").write_text("altered after it was validated")
    done = deposit(shelf, what, tmp_path / "journal")
    assert isinstance(done.error, TargetUnreachable)  # a made consignment does not look at its files again
    assert "the SHA-256 of data/59.txt differs" in done.error.message
    assert not shelf.whole()


def test_servers_without_rsync(tmp_path: Path) -> None:
    for number, more in enumerate(("SetEnv PATH=/nowhere\n", "ForceCommand internal-sftp\n")):
        with sshd(tmp_path / f"sshd {number}".replace(" ", "-"), more=more) as server:
            shelf = Shelf(KIND, server, tmp_path / "scratch")
            done = deposit(shelf, make("bag", folder=tmp_path / "files"), tmp_path / f"journal-{number}")
            assert isinstance(done.error, ConfigError)
            assert "There is no rsync at" in done.error.message
            assert done.stage is Stage.UNKNOWN
            with closing(shelf.open()) as target, pytest.raises(ConfigError, match="There is no rsync at"):
                target.check()
