"""A crew does the same as one process does, ends when it should, and holds nothing that is not its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.errors import BagError
from preserve.storage import locks
from preserve.storage.crew import Crew, MemberLost, cores


def double(number: int) -> int:
    return 2 * number


def identity(blob: bytes) -> bytes:
    return blob


def who(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def refuse(number: int) -> int:
    if number == 7:
        raise BagError("Seven is not for me.", hint="Give another.")
    return number


def die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_once(given: tuple[Path, int]) -> int:
    mark, number = given
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def crew_in_a_member(_: int) -> bool:
    return Crew(2).alone


def open_descriptors(_: int) -> set[str]:
    return {
        os.readlink(f"/proc/self/fd/{fd}")
        for fd in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{fd}")
    }


@pytest.fixture
def crew() -> Iterator[Crew]:
    with Crew(2) as two:
        assert not two.alone
        yield two


def test_all_tasks_are_done_once(crew: Crew) -> None:
    assert sorted(crew.work(double, range(1000))) == [2 * number for number in range(1000)]
    assert sorted(crew.work(double, range(3))) == [0, 2, 4]
    assert list(crew.work(double, [])) == []


def test_the_work_is_shared(crew: Crew) -> None:
    pids = set(crew.work(who, range(20)))
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_large_tasks_and_answers_do_not_block_each_other(crew: Crew) -> None:
    blobs = [bytes([number]) * (5 << 20) for number in range(9)]
    assert sorted(crew.work(identity, blobs)) == blobs


def test_what_a_task_raises_is_raised_here(crew: Crew) -> None:
    with pytest.raises(BagError, match="Seven") as caught:
        list(crew.work(refuse, range(10)))
    assert caught.value.hint == "Give another."
    assert sorted(crew.work(double, range(3))) == [0, 2, 4]


def test_a_member_that_is_killed_is_missed(crew: Crew) -> None:
    with pytest.raises(MemberLost):
        list(crew.work(die, range(10)))
    assert sorted(crew.work(double, range(3))) == [0, 2, 4]


def test_what_a_lost_member_had_in_hand_can_be_done_again(crew: Crew, tmp_path: Path) -> None:
    given = [(tmp_path / "once", number) for number in range(50)]
    assert sorted(crew.work(die_once, given, again=True)) == list(range(50))


def test_tasks_are_taken_from_the_iterator_only_as_they_are_needed(crew: Crew) -> None:
    taken = []

    def given() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    answers = crew.work(double, given())
    next(answers)
    assert len(taken) < 10
    answers.close()  # type: ignore[attr-defined]


def test_a_member_does_not_fork_members_of_its_own(crew: Crew) -> None:
    assert list(crew.work(crew_in_a_member, [0])) == [True]


def processors(_: int) -> int:
    return cores()


def test_a_member_counts_one_processor_as_its_own(crew: Crew) -> None:
    assert set(crew.work(processors, range(4))) == {1}
    assert cores() == len(os.sched_getaffinity(0))


def test_without_company_the_same_is_done_here() -> None:
    with Crew(1) as crew:
        assert list(crew.work(who, range(2))) == [os.getpid()] * 2


def test_while_other_threads_run_nothing_is_forked() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with Crew(2) as crew:
            assert crew.alone
            assert set(crew.work(who, range(2))) == {os.getpid()}
    finally:
        stop.set()
        thread.join()


def test_a_member_holds_no_descriptor_of_its_owner(tmp_path: Path) -> None:
    lock = locks.try_hold(tmp_path / "lock")
    assert lock is not None
    try:
        with Crew(2) as crew:
            for held in crew.work(open_descriptors, range(2)):
                assert not {place for place in held if str(tmp_path) in place}
    finally:
        os.close(lock)


OWNER = """
import sys, time
from preserve.storage.crew import Crew
from tests.storage.test_crew import who
with Crew(2) as crew:
    print(*set(crew.work(who, range(20))), flush=True)
    time.sleep(600)
"""


def test_members_end_with_their_owner_however_it_dies() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        members = [int(word) for word in owner.stdout.readline().split()]
        owner.kill()
    assert len(members) == 2
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() and _lives(pid) for pid in members):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


class Enough(Exception):
    pass


def test_work_that_takes_long_can_be_ended_from_here(crew: Crew) -> None:
    """Nobody waits for an answer to learn that it is not wanted any more."""
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            raise Enough

    crew.heartbeat = beat
    with pytest.raises(Enough):
        list(crew.work(time.sleep, [3600, 3600]))
    crew.heartbeat = None
    assert list(crew.work(double, [21])) == [42]
