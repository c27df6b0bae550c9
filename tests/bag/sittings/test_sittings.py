"""A bag may be read in several sittings: what was read is not read again, and what has changed since always is."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.bag.folders import sharing, state
from preserve.bag.folders.reader import Read, Reader
from preserve.bag.sittings.manner import Manner, Unfinished
from preserve.bag.sittings.reading import resumed
from preserve.bag.sittings.sitting import Sitting, is_worthwhile
from preserve.bag.validate import Options, validate
from preserve.model import PinnedDigest, ValidationReport
from preserve.storage import crew as crews
from preserve.storage.crew import Crew
from tests.bag.builder import build, put, reseal

SMALL = {f"data/{number // 50}/{number}.txt": b"text %d\n" % number for number in range(520)}
LARGE = {f"data/large-{number}.bin": bytes([number]) * 2_000_000 for number in range(3)}
EVERY = {**SMALL, **LARGE}
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
PINNED = (PinnedDigest("manifest-sha256.txt", "sha256", "ab"),)


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


class Watcher:
    """Counts what is read, and says stop when it was so much."""

    def __init__(self, most: int = 10**12) -> None:
        self.octets = 0
        self.most = most

    def pace(self, octets: int) -> None:
        self.octets += octets

    def stop(self) -> bool:
        return self.octets > self.most


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count although they were made a moment ago."""
    monkeypatch.setattr(state, "SETTLED", 0)


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag that no test changes."""
    return build(tmp_path_factory.mktemp("made") / "bag", EVERY, algorithms=("sha256", "sha512"))


@pytest.fixture
def mine(bag: Path, tmp_path: Path) -> Path:
    """One to be harmed."""
    return shutil.copytree(bag, tmp_path / "bag")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes.jsonl"


def sitting(
    notes: Path, now: datetime = NOON, *, pinned: tuple[PinnedDigest, ...] = PINNED, key: bytes = b""
) -> Sitting:
    return Sitting(notes, pinned=pinned, clock=Clock(now), patience=0, key=key)


def sit(
    bag: Path, notes: Path, most: int = 10**12, now: datetime = NOON, key: bytes = b""
) -> tuple[ValidationReport | None, int, str]:
    """The judgement, if it came to that; how many octets were read; and the story."""
    watcher, one = Watcher(most), sitting(notes, now, key=key)
    try:
        report = validate(bag, manner=Manner(one, watcher.pace, watcher.stop))
    except Unfinished:
        report = None
    one.close()
    return report, watcher.octets, one.story()


def around(bag: Path) -> int:
    """The octets that are read in every sitting: manifests and other tag files."""
    return sum(file.stat().st_size for file in bag.iterdir() if file.is_file())


def payload(bag: Path) -> int:
    return sum(file.stat().st_size for file in (bag / "data").rglob("*") if file.is_file())


def test_a_bag_in_one_sitting_is_judged_as_ever_and_has_no_story(bag: Path, notes: Path) -> None:
    report, octets, story = sit(bag, notes)
    assert report
    assert report.valid
    assert report.files == len(EVERY)
    assert octets == around(bag) + payload(bag)
    assert story == ""


def test_what_was_read_is_not_read_again(bag: Path, notes: Path) -> None:
    report, first, _ = sit(bag, notes, most=around(bag) + 4_500_000)
    assert report is None
    report, second, story = sit(bag, notes, now=NOON + timedelta(days=1))
    assert report
    assert report.valid
    assert (report.files, report.bytes) == (len(EVERY), payload(bag))
    again = first + second - 2 * around(bag) - payload(bag)
    assert 0 < again < 2_000_000  # the one file in which it was stopped
    assert "read in 2 sittings since 2030-01-01T12:00:00Z: 522 files (4.0 MB)" in story


def test_small_files_alone_go_on_too(tmp_path: Path, notes: Path) -> None:
    bag = build(tmp_path / "bag", SMALL, algorithms=("sha256", "sha512"))
    report, first, _ = sit(bag, notes, most=around(bag) + payload(bag) // 2)
    assert report is None
    _, second, story = sit(bag, notes)
    assert first + second < 2 * around(bag) + 1.1 * payload(bag)
    assert "read in 2 sittings" in story


def test_it_comes_to_its_end_however_short_the_sittings_are(bag: Path, notes: Path) -> None:
    for _ in range(20):
        report, _, _ = sit(bag, notes, most=around(bag) + 2_100_000)
        if report:
            assert report.valid
            return
    pytest.fail("it never came to its end")


def test_a_bag_that_is_not_plain_goes_on_too(mine: Path, notes: Path) -> None:
    put(mine, "fetch.txt", b"")
    reseal(mine, ("sha256", "sha512"))
    report, first, _ = sit(mine, notes, most=around(mine) + 4_500_000)
    assert report is None
    report, second, story = sit(mine, notes)
    assert report
    assert report.valid
    assert first + second < 3 * around(mine) + payload(mine) + 2_000_000
    assert "read in 2 sittings" in story


def test_a_file_that_was_touched_is_read_again(mine: Path, notes: Path) -> None:
    sit(mine, notes)
    os.utime(mine / "data/large-1.bin")
    report, octets, _ = sit(mine, notes)
    assert report
    assert report.valid
    assert octets == around(mine) + 2_000_000


@pytest.mark.parametrize("path", ["data/large-1.bin", "data/3/177.txt"])
def test_damage_between_two_sittings_is_found_though_its_times_were_set_back(
    mine: Path, notes: Path, path: str
) -> None:
    sit(mine, notes)
    before, data = (mine / path).stat(), bytearray((mine / path).read_bytes())
    data[3] ^= 1
    (mine / path).write_bytes(data)
    os.utime(mine / path, ns=(before.st_atime_ns, before.st_mtime_ns))
    report, _, _ = sit(mine, notes)
    assert report
    assert {problem.path for problem in report.errors} == {path}


@pytest.mark.parametrize("path", ["data/large-1.bin", "data/3/177.txt"])
def test_damage_that_was_there_is_told_in_every_sitting(mine: Path, notes: Path, path: str) -> None:
    put(mine, path, bytes(reversed((mine / path).read_bytes())) + b"x")
    found = {problem.message for problem in validate(mine).errors}
    for _ in range(3):
        report, _, _ = sit(mine, notes)
        assert report
        assert {problem.message for problem in report.errors} == found


def test_small_files_that_are_wrong_are_read_again(mine: Path, notes: Path) -> None:
    put(mine, "data/3/177.txt", b"text 178\n")
    sit(mine, notes)
    _, octets, _ = sit(mine, notes)
    assert around(mine) + 9 <= octets < around(mine) + 5_000


HARM = st.lists(
    st.tuples(
        st.sampled_from(["flip", "remove", "swap", "add", "touch", "cut"]),
        st.sampled_from([*list(SMALL)[::97], *LARGE]),
    ),
    max_size=3,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HARM, HARM, st.floats(0.1, 1.0))
def test_several_sittings_find_what_one_finds(
    bag: Path, before: list[tuple[str, str]], between: list[tuple[str, str]], share: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mine = shutil.copytree(bag, Path(folder, "bag"))
        harm(mine, before)
        sit(mine, Path(folder, "notes"), most=int(around(mine) + share * payload(mine)))
        harm(mine, between)
        report, _, _ = sit(mine, Path(folder, "notes"))
        assert report
        assert set(report.problems) == set(validate(mine).problems)


def harm(bag: Path, what: list[tuple[str, str]]) -> None:
    for how, path in what:
        file = bag / path
        if not file.is_file():
            continue
        if how == "flip":
            data = bytearray(file.read_bytes() or b"x")
            data[-1] ^= 1
            file.write_bytes(data)
        elif how == "remove":
            file.unlink()
        elif how == "swap":
            other = next(place for place in file.parent.iterdir() if place != file)
            other.rename(bag / "aside")
            file.rename(other)
            (bag / "aside").rename(file)
        elif how == "add":
            put(bag, path + ".new", b"new")
        elif how == "touch":
            os.utime(file)
        else:
            os.truncate(file, 1)


# --- who reads ----------------------------------------------------------------------------------------------


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "cores", lambda: 2)


def counted(bag: Path, notes: Path, stop: Callable[[], bool] | None = None) -> Sitting:
    one = sitting(notes)
    with Crew(2) as crew:
        assert not crew.alone
        validate(bag, manner=Manner(one, stop=stop), crew=crew)
    one.close()
    return one


@pytest.mark.usefixtures("two_cores")
def test_what_several_processes_read_is_noted_too(bag: Path, notes: Path) -> None:
    assert counted(bag, notes).taken.files == 0
    assert counted(bag, notes).taken.files == len(EVERY)


@pytest.mark.usefixtures("two_cores")
def test_several_processes_are_stopped_in_the_middle_of_what_they_read(bag: Path, notes: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Unfinished):
        counted(bag, notes, lambda: next(asked))
    assert next(asked, None) is None
    assert counted(bag, notes).taken.files < len(EVERY)


def test_a_crew_that_was_stopped_works_again(bag: Path) -> None:
    with Crew(2) as crew:
        with pytest.raises(Unfinished):
            validate(bag, manner=Manner(stop=lambda: True), crew=crew)
        assert sorted(crew.work(abs, [-1, -2])) == [1, 2]
        assert validate(bag, crew=crew).valid


@pytest.mark.usefixtures("two_cores")
def test_who_keeps_a_pace_reads_alone_and_in_small_steps(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MUCH", 0)
    monkeypatch.setattr(sharing, "cores", lambda: 4)
    steps: list[int] = []
    with Crew(2) as crew:
        assert validate(bag, manner=Manner(pace=steps.append), crew=crew).valid
    assert sum(steps) == around(bag) + payload(bag)
    assert max(steps) <= 1024 * 1024


# --- what is not believed -----------------------------------------------------------------------------------


def read_anew(bag: Path, notes: Path, now: datetime = NOON, **given: object) -> bool:
    """Whether all of it is read again; ``given`` goes to the sitting."""
    watcher = Watcher()
    one = Sitting(notes, **{"pinned": PINNED, "clock": Clock(now), "patience": 0, **given})  # type: ignore[arg-type]
    assert validate(bag, manner=Manner(one, watcher.pace)).valid
    one.close()
    return watcher.octets == around(bag) + payload(bag)


def test_another_state_of_the_package_is_read_anew(bag: Path, notes: Path) -> None:
    sit(bag, notes)
    assert not read_anew(bag, notes)
    assert read_anew(bag, notes, pinned=())


def test_what_was_read_too_long_ago_is_read_again(bag: Path, notes: Path) -> None:
    sit(bag, notes)
    assert not read_anew(bag, notes, NOON + timedelta(days=30))
    assert read_anew(bag, notes, NOON + timedelta(days=61))
    assert read_anew(bag, notes, NOON + timedelta(days=63), longest=timedelta(days=1))


def test_what_was_read_in_the_future_was_read_by_a_wrong_clock(bag: Path, notes: Path) -> None:
    sit(bag, notes)
    assert read_anew(bag, notes, NOON - timedelta(days=365))


def test_a_torn_end_is_cut_off_and_the_rest_counts(bag: Path, notes: Path) -> None:
    sit(bag, notes)
    whole = notes.read_bytes()
    notes.write_bytes(whole[:-30])
    report, octets, _ = sit(bag, notes)
    assert report
    assert around(bag) < octets < around(bag) + 2_000_001
    for line in notes.read_bytes().splitlines():
        json.loads(line)


def test_no_changed_bit_makes_a_damaged_file_pass(mine: Path, notes: Path) -> None:
    """Whatever happens to the notes: what they say of a file must not come to be about another one."""
    sit(mine, notes)
    good = notes.read_bytes()
    put(mine, "data/large-1.bin", b"\1" * 1_999_999 + b"x")
    put(mine, "data/3/177.txt", b"text 178\n")
    for place in range(0, len(good), 61):
        notes.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        report, _, _ = sit(mine, notes)
        assert report
        assert {problem.path for problem in report.errors} == {"data/large-1.bin", "data/3/177.txt"}


@pytest.mark.parametrize(
    "rubbish", [b"", b"\0" * 5000, b"{}\n", b'{"sitting":1,"check":"' + b"0" * 32 + b'"}\n', b"[]"]
)
def test_rubbish_is_begun_anew(bag: Path, notes: Path, rubbish: bytes) -> None:
    notes.write_bytes(rubbish)
    assert read_anew(bag, notes)
    assert not read_anew(bag, notes)


def test_who_does_not_know_the_key_cannot_write_notes(bag: Path, notes: Path) -> None:
    sit(bag, notes)
    assert read_anew(bag, notes, key=b"secret")
    assert not read_anew(bag, notes, key=b"secret")
    assert read_anew(bag, notes, key=b"other")


def test_a_file_that_grew_while_it_was_read_is_read_again(mine: Path, notes: Path) -> None:
    """Its digests are those of more than was there when its state was looked at."""
    path = "data/large-1.bin"
    with closing(Reader(mine)) as reader:

        def read(paths: list[str]) -> Iterator[Read]:
            put(mine, path, b"longer" * 400_000)
            yield from (reader.read_one(each, ("sha256",)) for each in paths)

        one = sitting(notes)
        list(resumed(one, reader, [path], ("sha256",), read))
        one.close()
    assert '"file"' not in notes.read_text()


# --- when the file of the sitting fails ---------------------------------------------------------------------


def test_notes_that_another_run_holds_are_left_alone(bag: Path, notes: Path) -> None:
    other = sitting(notes)
    assert read_anew(bag, notes)
    other.close()
    assert read_anew(bag, notes)
    assert not read_anew(bag, notes)


@pytest.mark.parametrize("place", ["/dev/full", "/nowhere/notes", "/proc/notes"])
def test_notes_that_cannot_be_written_stop_nobody(bag: Path, place: str) -> None:
    report, _, story = sit(bag, Path(place))
    assert report
    assert report.valid
    assert story == ""


def test_notes_are_not_written_through_a_link(bag: Path, notes: Path, tmp_path: Path) -> None:
    put(tmp_path, "other", b"precious")
    notes.symlink_to(tmp_path / "other")
    assert read_anew(bag, notes)
    assert (tmp_path / "other").read_bytes() == b"precious"


def test_a_file_that_changed_a_moment_ago_may_change_again_unseen(
    mine: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system tells times by its ticks: two changes in one look like one."""
    monkeypatch.setattr(state, "SETTLED", 60 * 10**9)
    sit(mine, notes)
    monkeypatch.setattr(state, "SETTLED", 0)
    assert read_anew(mine, notes)


def test_what_is_read_in_seconds_is_not_noted(bag: Path, notes: Path) -> None:
    first = Sitting(notes, pinned=PINNED, clock=Clock())
    validate(bag, manner=Manner(first))
    first.close()
    assert '"piece"' not in notes.read_text()
    later = Sitting(notes, pinned=PINNED, clock=Clock())
    validate(bag, manner=Manner(later))
    later.close()
    assert '"piece"' in notes.read_text()  # one sitting was too short: who knows how long this one is


def test_at_the_end_nothing_is_left_over(bag: Path, notes: Path) -> None:
    one = sitting(notes)
    validate(bag, manner=Manner(one))
    one.end()
    assert not notes.exists()


def test_large_bags_are_worth_a_sitting() -> None:
    assert not is_worthwhile(49_999, 511 * 1024**2)
    assert is_worthwhile(50_000, 0)
    assert is_worthwhile(1, 512 * 1024**2)


KILLED = """
import sys, time
from pathlib import Path
from tests.bag.sittings.test_sittings import Manner, sitting, state, validate
state.SETTLED = 0
def slowly(octets):
    time.sleep(octets / 4e6)
validate(Path(sys.argv[1]), manner=Manner(sitting(Path(sys.argv[2])), slowly))
"""


def test_a_run_that_was_killed_goes_on_where_it_was(bag: Path, notes: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", KILLED, bag, notes], cwd=Path(__file__).parents[3])
    while not notes.exists() or b"large-1" not in notes.read_bytes():
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    report, octets, _ = sit(bag, notes)
    assert report
    assert report.valid
    assert octets <= around(bag) + 2_000_000


def test_options_and_notes_go_together(bag: Path, notes: Path) -> None:
    sit(bag, notes)
    report = validate(bag, options=Options(pinned=PINNED), manner=Manner(sitting(notes)))
    assert [problem.code for problem in report.errors] == ["manifest-tampered"]
