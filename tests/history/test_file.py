"""Appending: durable, shared, repeatable; it never makes a bad file worse."""

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from preserve.errors import HistoryBroken, Locked, StoreUnwritable
from preserve.history import rules
from preserve.history.entry import NewEntry
from preserve.history.file import append, head, path_of, read
from preserve.model import Event, Outcome
from preserve.storage import locks
from tests.history.samples import NAME, NOW, PACKAGE_ID, SEALING, URN, codes, fixity, lines, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return path_of(tmp_path, "letters-3f2504e0")


def test_what_is_appended_is_read_again(path: Path) -> None:
    first = append(path, PACKAGE_ID, [SEALING])
    second = append(path, PACKAGE_ID, [fixity(1), fixity(2)])
    history = read(path, package_id=PACKAGE_ID, seen_head=first)

    assert path.name == NAME
    assert history.problems == ()
    assert history.events == (SEALING.event, fixity(1), fixity(2))
    assert history.head == head(path) == second


def test_the_same_entry_is_written_once(path: Path) -> None:
    given = NewEntry(fixity(1), id="slot-1")
    first = append(path, PACKAGE_ID, [SEALING, fixity(0), fixity(0), given])
    again = append(path, PACKAGE_ID, [SEALING, fixity(0), NewEntry(fixity(9), id="slot-1")])

    assert again == first
    assert read(path).events == (SEALING.event, fixity(0), fixity(1))


def test_appending_nothing_makes_no_file(path: Path) -> None:
    assert append(path, PACKAGE_ID, []) == ""
    assert not path.exists()
    last = append(path, PACKAGE_ID, [SEALING])
    assert append(path, PACKAGE_ID, []) == last


@pytest.mark.parametrize(
    ("package_id", "event"),
    [
        ("letters", fixity(1)),
        (PACKAGE_ID, Event("xyz", NOW, Outcome.SUCCESS, ())),
        (PACKAGE_ID, Event("fix", NOW.replace(tzinfo=None), Outcome.SUCCESS, ())),
    ],
)
def test_mistakes_of_the_caller_are_refused_before_anything_is_written(
    path: Path, package_id: str, event: Event
) -> None:
    with pytest.raises(ValueError, match=r"."):
        append(path, package_id, [SEALING, event])
    assert not path.exists()


@pytest.mark.parametrize("cut", [1, 50, 300])
def test_a_torn_tail_is_repaired_and_that_is_recorded(path: Path, cut: int) -> None:
    good = lines(2)
    write(path, [*good[:-1], good[-1][:cut]])
    assert codes(read(path)) == [rules.TORN.code]

    append(path, PACKAGE_ID, [fixity(5)])

    history = read(path, package_id=PACKAGE_ID)
    assert history.problems == ()
    repair, last = history.events[-2:]
    assert last == fixity(5)
    assert (repair.type, repair.outcome) == ("note", Outcome.WARNING)
    assert base64.b64encode(good[-1][:cut]).decode() in repair.note


def test_a_torn_tail_longer_than_the_new_lines_leaves_nothing_behind(path: Path) -> None:
    write(path, [*lines(1), b"\0" * 100_000])
    append(path, PACKAGE_ID, [fixity(5)])

    assert read(path).problems == ()
    assert "100,000 bytes" in read(path).events[-2].note
    assert path.stat().st_size < 20_000


def test_a_file_of_which_only_a_torn_line_arrived_goes_on(path: Path) -> None:
    write(path, [lines(0)[0][:80]])
    append(path, PACKAGE_ID, [SEALING])
    assert [event.type for event in read(path).events] == ["note", "ipc"]


def test_a_broken_chain_is_not_appended_to(path: Path) -> None:
    good = lines(3)
    for bad in (
        [good[0], *good[2:]],
        [*good[:2], good[3], good[2]],
        [*good, b"x\n", good[0][:9]],
        [b"\0" * 99 + b"\n"],
    ):
        write(path, bad)
        with pytest.raises(HistoryBroken, match="broken"):
            append(path, PACKAGE_ID, [fixity(9)])
        with pytest.raises(HistoryBroken):
            head(path)
        assert path.read_bytes() == b"".join(bad)


def test_the_history_of_another_package_is_not_appended_to(path: Path) -> None:
    append(path, PACKAGE_ID, [SEALING])
    before = path.read_bytes()
    other = "00000000-0000-4000-8000-000000000000"

    with pytest.raises(HistoryBroken, match="another package"):
        append(path, other, [fixity(1)])
    assert path.read_bytes() == before
    assert codes(read(path, package_id=other)) == [rules.PACKAGE.code]
    assert read(path, package_id=URN).problems == ()


def test_a_link_is_never_followed(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    write(victim, lines(1))
    path.symlink_to(victim)

    with pytest.raises(HistoryBroken, match="not a regular file"):
        append(path, PACKAGE_ID, [fixity(9)])
    assert codes(read(path)) == [rules.NOT_A_FILE.code]
    assert victim.read_bytes() == b"".join(lines(1))


def test_a_dangling_link_creates_nothing(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HistoryBroken):
        append(path, PACKAGE_ID, [SEALING])
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_a_finding(path: Path, make: object) -> None:
    make(path)  # type: ignore[operator]
    assert codes(read(path)) == [rules.NOT_A_FILE.code]
    with pytest.raises(HistoryBroken):
        append(path, PACKAGE_ID, [SEALING])
    with pytest.raises(HistoryBroken):
        head(path)


def test_a_missing_history_is_a_finding(path: Path) -> None:
    assert codes(read(path)) == [rules.MISSING.code]
    assert read(path).broken
    with pytest.raises(HistoryBroken):
        head(path)


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable):
        append(tmp_path / "nowhere" / NAME, PACKAGE_ID, [SEALING])


def test_who_cannot_get_the_lock_says_so(path: Path) -> None:
    append(path, PACKAGE_ID, [SEALING])
    with locks.held(path), pytest.raises(Locked):
        append(path, PACKAGE_ID, [fixity(1)], wait=0.05)
    assert read(path).events == (SEALING.event,)


def test_who_must_not_read_what_may_be_undone_waits_for_the_writer(path: Path) -> None:
    append(path, PACKAGE_ID, [SEALING])
    before = path.read_bytes()
    with ThreadPoolExecutor(1) as pool:
        with locks.held(path):
            path.write_bytes(before + b'{"half": "written')
            reading = pool.submit(read, path, settled=True)
            with pytest.raises(TimeoutError):
                reading.result(0.3)
            assert read(path).torn, "others do not wait"
            path.write_bytes(before)
        assert not reading.result(10).torn
    with locks.held(path), path.open("rb") as stream, pytest.raises(Locked):
        locks.shared(stream.fileno(), path, wait=0.05)


def test_threads_lose_nothing(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        heads = list(pool.map(lambda number: append(path, PACKAGE_ID, [fixity(number)]), range(40)))

    assert {event.detail for event in read(path).events} == {f"check {number}" for number in range(40)}
    assert len(set(heads)) == 40
    assert not read(path).broken


def test_a_line_that_never_ends_does_not_fill_the_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("preserve.history.file._LONGEST_LINE", 1000)
    write(path, [*lines(1), b"x" * 5_000 + b"\n", *lines(1)])
    assert rules.FORM.code in codes(read(path))


def test_a_name_in_a_message_cannot_play_tricks(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\udcff.history.jsonl"
    [problem] = read(path).problems
    assert "\n" not in problem.message
    problem.message.encode()
