"""SFTP under faults: whatever breaks, there is one whole package or none, the journal is true, and it ends well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.deposit.targets.sftp import KIND
from preserve.errors import DepositRefused, NoRoom, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.testing.conformance import consignment, deposit
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from preserve.testing.wire import Direction
from tests.deposit.far_shelf import Shelf
from tests.deposit.servers.memory import in_memory
from tests.deposit.servers.sshd import Sshd, sshd
from tests.deposit.shelf_faults import MIB, ONCE, empty, ends_well, enlarge, make, over_a_wire, small_disk, stop_after

pytestmark = pytest.mark.server


BOTH = pytest.mark.parametrize("server", [True, False], indirect=True, ids=["with programs", "SFTP alone"])
"""For what depends on whether the server lets us run programs."""


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory: no disk is tried here."""
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Sshd]:
    with in_memory() as folder, sshd(folder / "sshd", runs_programs=getattr(request, "param", True)) as running:
        yield running


@pytest.fixture
def shelf(server: Sshd, tmp_path: Path) -> Shelf:
    """The far end, with an empty folder."""
    made = Shelf(KIND, server, tmp_path / "scratch")
    empty(made, tmp_path / "former deposits")
    return made


@BOTH
def test_what_arrived_is_not_sent_again(shelf: Shelf, tmp_path: Path) -> None:
    what = make("tar", octets=12 * MIB)
    with over_a_wire(shelf) as wire:
        wire.cut_after(9 * MIB)
        deposit(shelf, what, tmp_path / "journal", ONCE)
        part = (shelf.server.deposits / "letters.tar.part").stat().st_size
        assert part > 5 * MIB
        with closing(shelf.open()) as target:
            wire.heal()
            seen = target.look(what, {})
        assert (seen.stage, seen.received) == (Stage.SENDING, part)
        before = wire.octets()
        ends_well(shelf, what, tmp_path / "journal")
        assert wire.octets() - before < 12 * MIB - part + MIB


@BOTH
@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_part_that_was_damaged_is_begun_anew(shelf: Shelf, tmp_path: Path, form: str) -> None:
    what = make(form, octets=12 * MIB)
    with over_a_wire(shelf) as wire:
        wire.cut_after(10 * MIB if form == "tar" else 5 * MIB)
        deposit(shelf, what, tmp_path / "journal", ONCE)
        wire.heal()
        part = shelf.server.deposits / ("letters.tar.part" if form == "tar" else "letters.part/data/large.bin")
        data = bytearray(part.read_bytes())
        data[1000] ^= 1
        part.write_bytes(data)
        ends_well(shelf, what, tmp_path / "journal")


def test_a_part_that_holds_more_than_the_package_is_begun_anew(shelf: Shelf, tmp_path: Path) -> None:
    (shelf.server.deposits / "letters.tar.part").write_bytes(b"x" * 6 * MIB)
    ends_well(shelf, make("tar"), tmp_path / "journal")


def test_what_is_not_ours_in_a_part_stops_it(shelf: Shelf, tmp_path: Path) -> None:
    part = shelf.server.deposits / "letters.part"
    (part / "data").mkdir(parents=True)
    (part / "data/somebody's.txt").write_text("precious")
    done = deposit(shelf, make("bag"), tmp_path / "journal")
    assert isinstance(done.error, DepositRefused)
    assert "somebody's.txt" in done.error.message
    assert (part / "data/somebody's.txt").read_text() == "precious"
    assert shelf.names() == ["letters.part"]


def test_links_at_the_far_end_lead_nowhere(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    part = shelf.server.deposits / "letters.part"
    part.mkdir()
    (part / "data").symlink_to(outside)
    done = deposit(shelf, make("bag"), tmp_path / "journal")
    assert isinstance(done.error, DepositRefused)
    (shelf.server.deposits / "letters.tar.part").symlink_to(outside / "letters.tar")
    done = deposit(shelf, make("tar"), tmp_path / "another journal")
    assert isinstance(done.error, DepositRefused)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_server_that_stops_in_the_middle(shelf: Shelf, tmp_path: Path, form: str) -> None:
    what = make(form, octets=12 * MIB)
    with over_a_wire(shelf) as wire:
        wire.throttle(20 * MIB)
        stopping = stop_after(shelf, wire, 4 * MIB)
        done = deposit(shelf, what, tmp_path / "journal", ONCE)
        stopping.join()
        assert isinstance(done.error, TargetUnreachable)
        entry = read(tmp_path / "journal")
        assert entry is not None
        assert entry.story.stage is Stage.UNKNOWN
        assert not shelf.whole()
        shelf.server.start()
        wire.heal()
        ends_well(shelf, what, tmp_path / "journal")


def test_a_line_that_is_slow_is_borne(shelf: Shelf, tmp_path: Path) -> None:
    with over_a_wire(shelf) as wire:
        wire.throttle(300_000)
        shelf.values["timeout"] = 1  # less than the whole takes, and more than any answer does
        ends_well(shelf, make("tar", octets=450_000), tmp_path / "journal")


def test_a_server_that_falls_silent_in_the_middle_is_given_up(shelf: Shelf, tmp_path: Path) -> None:
    what = make("tar")
    with over_a_wire(shelf) as wire:
        shelf.values["timeout"] = 1
        wire.silence(Direction.UP, after=2 * MIB)
        done = deposit(shelf, what, tmp_path / "journal", ONCE)
        assert isinstance(done.error, TargetUnreachable)
        assert "no answer for 1 seconds" in done.error.message
        shelf.values["timeout"] = 20
        wire.heal()
        ends_well(shelf, what, tmp_path / "journal")


@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_far_end_that_is_full(shelf: Shelf, tmp_path: Path, form: str) -> None:
    what = make(form, octets=8 * MIB)
    with small_disk(shelf.server.deposits, "3m"):
        with closing(shelf.open()) as target:
            [problem] = target.plan(what)
            assert problem.severity == "error"
            assert "There is no room" in problem.message
        done = deposit(shelf, what, tmp_path / "journal", ONCE)
        assert isinstance(done.error, NoRoom)
        assert "There is no room" in done.error.message
        assert "--resume" in done.error.hint
        assert done.stage is Stage.UNKNOWN
        assert not shelf.whole()
        assert len(shelf.names()) == 1
        enlarge(shelf.server.deposits, "20m")
        with closing(shelf.open()) as target:
            assert target.look(what, {}).received > MIB
        ends_well(shelf, what, tmp_path / "journal")


@BOTH
@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_byte_flipped_at_the_far_end_is_found_and_named(shelf: Shelf, tmp_path: Path, form: str) -> None:
    what = consignment(form, "letters")
    assert deposit(shelf, what, tmp_path / "journal").error is None
    assert shelf.damage("letters")
    with closing(shelf.open()) as target:
        log = MemoryLog()
        found = target.verify(what, log, Silent())
    [problem] = found.problems
    assert problem.code == "deposit-file-altered"
    assert problem.path == ("letters.tar" if form == "tar" else "data/letter.txt")
    assert problem.mismatch is not None
    assert problem.mismatch.expected != problem.mismatch.found


@BOTH
def test_what_is_missing_and_what_was_put_among_it_are_named(shelf: Shelf, tmp_path: Path) -> None:
    what = consignment("bag", "letters")
    assert deposit(shelf, what, tmp_path / "journal").error is None
    place = shelf.server.deposits / "letters"
    (place / "bagit.txt").unlink()
    (place / "data/empty.txt").unlink()
    (place / "data/empty.txt").symlink_to("letter.txt")
    (place / "data/\udcff\n.txt").write_text("new")
    (place / "new folder").mkdir()
    with closing(shelf.open()) as target:
        found = target.verify(what, MemoryLog(), Silent())
    assert {(problem.code, problem.path) for problem in found.problems} == {
        ("deposit-file-missing", "bagit.txt"),
        ("deposit-file-altered", "data/empty.txt"),
        ("deposit-file-unexpected", "data/\udcff\n.txt"),
        ("deposit-file-unexpected", "new folder"),
    }
    assert all(problem.message.isprintable() for problem in found.problems)


@BOTH
def test_names_that_shells_and_programs_stumble_over(shelf: Shelf, tmp_path: Path) -> None:
    odd = [
        "-rf",
        "a b",
        "a\nb",
        "a\rb",
        "back\\slash",
        "'",
        '"',
        "$(id)",
        "`id`",
        "*",
        "\udcff\udcfe",
        "é",
        "~",
        "#",
        ";",
        "\x1b[31m",
    ]
    what = of_files("letters", {f"data/{name}": name.encode(errors="surrogateescape") for name in odd}, form="bag")
    ends_well(shelf, what, tmp_path / "journal")


def test_another_one_who_was_quicker_is_not_written_over(shelf: Shelf, tmp_path: Path) -> None:
    what = make("tar")
    (shelf.server.deposits / "letters.tar").write_bytes(b"x" * what.octets)
    done = deposit(shelf, what, tmp_path / "journal")
    assert isinstance(done.error, DepositRefused)
    assert "Something else lies at" in done.error.message
    assert (shelf.server.deposits / "letters.tar").read_bytes() == b"x" * what.octets
