"""The journal of a deposit on disk: what was written is believed, and nothing else is."""

import json
import os
import resource
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.deposit.journal.lines import Opening
from preserve.deposit.journal.reading import JOURNAL, RECEIPTS, Entry, deposits_in, read, receipt_problems
from preserve.deposit.journal.writing import Journal
from preserve.errors import CatalogError, StoreUnwritable
from preserve.model.deposits import Stage
from preserve.storage.resources import schema

OPENING = Opening(
    "20260102T030405Z-shelf-abcdef",
    "urn:uuid:5f0fd3a8-4bb2-5a0c-9d55-0d7ea0d1a0c1",
    "letters",
    "letters",
    "urn:uuid:5f0fd3a8-4bb2-5a0c-9d55-0d7ea0d1a0c2",
    1,
    "tar",
    "shelf",
    "folder",
    "/mnt/shelf",
    1,
    1000,
    "aptrust",
    (("Access", "Institution"),),
    ("preserve", "Ada"),
)


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def written(folder: Path) -> Journal:
    """A journal that came to its end."""
    journal = Journal.begin(folder, OPENING, Clock())
    journal.step(Stage.SENDING)
    journal.note(upload="7", name="رسالة\u2028\x85")
    journal.keep("created.xml", b"<ok/>")
    journal.step(Stage.STORED, where="/mnt/shelf/letters", note="it is there")
    journal.step(Stage.VERIFIED)
    return journal


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Entry]:
    folder = tmp_path_factory.mktemp("whole") / "letters.deposits" / "one"
    with written(folder):
        pass
    entry = read(folder)
    assert entry is not None
    return (folder / JOURNAL).read_bytes(), entry


def again(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> Entry | None:
    folder = tmp_path_factory.mktemp("again")
    (folder / JOURNAL).write_bytes(data)
    return read(folder)


def test_it_tells_what_was_written(whole: tuple[bytes, Entry]) -> None:
    story = whole[1].story
    assert story.opening == OPENING
    assert (story.stage, story.where) == (Stage.VERIFIED, "/mnt/shelf/letters")
    assert story.handle == {"upload": "7", "name": "رسالة\u2028\x85"}
    assert list(story.moments) == [Stage.PLANNED, Stage.SENDING, Stage.STORED, Stage.VERIFIED]
    assert not whole[1].problems
    assert not list(receipt_problems(whole[1]))
    assert len(whole[0].splitlines()) == story.lines == len(whole[0].decode().splitlines())


def test_every_line_follows_its_schema(whole: tuple[bytes, Entry]) -> None:
    shape = jsonschema.Draft202012Validator(json.loads(schema("deposit-journal.schema.json")))
    for line in whole[0].splitlines():
        shape.validate(json.loads(line))


@given(cut=st.integers(0, 3000))
def test_a_crash_leaves_what_was_on_disk(
    tmp_path_factory: pytest.TempPathFactory, whole: tuple[bytes, Entry], cut: int
) -> None:
    data = whole[0][: min(cut, len(whole[0]))]
    entry = again(tmp_path_factory, data)
    if entry is None:
        assert b"\n" not in data
        return
    assert not entry.problems
    assert entry.story.lines == data.count(b"\n")
    with Journal.resume(entry, Clock()) as journal:
        journal.step(Stage.UNKNOWN, note="gone on with")
    gone_on = read(entry.folder)
    assert gone_on is not None
    assert not gone_on.problems
    assert gone_on.story.lines == data.count(b"\n") + 1


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_change_but_in_the_last_line_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, whole: tuple[bytes, Entry], at: int, bit: int
) -> None:
    data = bytearray(whole[0])
    data[at % len(data)] ^= 1 << bit
    entry = again(tmp_path_factory, bytes(data))
    if entry is not None and not entry.problems:
        assert entry.story.head != whole[1].story.head


@pytest.mark.parametrize("data", [b"\n", b"{}\n", b"[]\n", b"1\n", b"[" * 100_000 + b"\n", b'{"seq": 1}\n', b"\xff\n"])
def test_what_was_never_a_journal_is_no_error_of_ours(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    entry = again(tmp_path_factory, data)
    assert entry is not None
    assert entry.problems
    assert entry.story.stage is Stage.UNKNOWN
    with pytest.raises(CatalogError):
        Journal.resume(entry, Clock())


def test_a_receipt_that_was_changed_or_lost_is_named(tmp_path: Path) -> None:
    with written(tmp_path / "letters.deposits" / "one") as journal:
        pass
    (receipt,) = (journal.folder / RECEIPTS).iterdir()
    assert receipt.read_bytes() == b"<ok/>"
    receipt.write_bytes(b"<no/>")
    entry = read(journal.folder)
    assert entry is not None
    assert [problem.code for problem in receipt_problems(entry)] == ["deposit-receipt-altered"]
    receipt.unlink()
    assert [problem.code for problem in receipt_problems(entry)] == ["deposit-receipt-altered"]


def test_no_credential_is_written_down(tmp_path: Path) -> None:
    folder = tmp_path / "letters.deposits" / "one"
    with Journal.begin(folder, OPENING, Clock(), lambda data: data.replace(b"secret", b"...")) as journal:
        journal.note(url="https://user:secret@example.org/")
        journal.keep("secret", b"the secret is secret")
        journal.step(Stage.SENT, where="secret", note="secret")
    for file in folder.rglob("*"):
        assert file.is_dir() or b"secret" not in file.read_bytes()


def test_names_of_receipts_lead_nowhere(tmp_path: Path) -> None:
    with Journal.begin(tmp_path / "letters.deposits" / "one", OPENING, Clock()) as journal:
        for name in ("../../out", "/etc/passwd", "", "a" * 300, "رسالة"):
            journal.keep(name, b"x")
        assert len(list((journal.folder / RECEIPTS).iterdir())) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["letters.deposits"]


def test_a_link_in_the_place_of_the_journal_is_not_followed(tmp_path: Path) -> None:
    with written(tmp_path / "letters.deposits" / "one") as journal:
        pass
    (journal.folder / JOURNAL).rename(tmp_path / "elsewhere")
    (journal.folder / JOURNAL).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        read(journal.folder)


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond some octets, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


@pytest.mark.usefixtures("small_files")
def test_what_cannot_be_written_down_is_not_taken_for_written(tmp_path: Path) -> None:
    with Journal.begin(tmp_path / "letters.deposits" / "one", OPENING, Clock()) as journal:
        with pytest.raises(StoreUnwritable):
            journal.note(upload="x" * 2000)
        assert not journal.handle
        assert journal.stage is Stage.PLANNED
    entry = read(journal.folder)
    assert entry is not None
    assert not entry.problems
    assert not entry.story.handle


def test_deposits_are_told_from_the_first_to_the_last(tmp_path: Path) -> None:
    folder = tmp_path / "letters.deposits"
    assert not deposits_in(folder)
    for name in ("2", "1", "3"):
        with Journal.begin(folder / name, OPENING, Clock()):
            pass
    (folder / "4" / RECEIPTS).mkdir(parents=True)  # a run died before its first line
    (folder / ".shelf.lock").touch()
    os.symlink("1", folder / "0")
    assert [entry.folder.name for entry in deposits_in(folder)] == ["1", "2", "3"]
