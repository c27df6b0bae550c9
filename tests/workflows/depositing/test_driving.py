"""A deposit is driven over a line on which anything may be lost, by processes that may die at any moment.

The far end here takes everything that it is sent, as often as it is sent: only looking first prevents a double.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.deposit.journal.reading import Entry, read
from preserve.errors import AccessRefused, BagError, ConfigError, DepositRefused, NoRoom, TargetUnreachable
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.testing.conformance import journal_for
from preserve.testing.consignments import single
from preserve.testing.logs import Died
from preserve.workflows.depositing.driving import Driven, Patience, drive

NO_PAUSE = Patience(attempts=2, wait=0.0, first_pause=0.0, sleep=lambda _: None)
FAULTS = (
    "none",
    "lost before",
    "lost after",
    "cut off",
    "full",
    "dies before",
    "dies after",
    "access",
    "misplaced",
    "changed",
)


@dataclass
class FarEnd:
    """What it took, and how each next call goes; *slow* answers to ``confirm`` say no more than accepted."""

    faults: Iterator[str] = field(default_factory=lambda: iter(()))
    taken: list[str] = field(default_factory=list)
    part: int = 0
    slow: int = 0
    damaged: bool = False
    gone: bool = False
    proof: Proof = Proof.BYTES
    askable: bool = True

    @property
    def promises(self) -> Promises:
        return Promises(askable=self.askable, resumes=True, proof=self.proof)

    def check(self) -> str:
        return "a far end"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        return ()

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        self._call()
        if self.taken:
            return Sighting(Stage.ACCEPTED, where=f"shelf/{what.label}")
        if not self.askable:
            return Sighting(Stage.UNKNOWN, note="it does not say")
        return Sighting(Stage.SENDING, received=self.part) if self.part else Sighting(None)

    def send(self, what: Consignment, log: Log) -> Sighting:
        fault = self._call()
        log.note(upload="7")
        (piece,) = what.pieces()
        for block in piece.blocks(self.part):
            if fault == "changed":
                raise BagError("it changed")
            self.part += len(block)
            if fault == "cut off" and self.part > what.octets // 2:
                raise TargetUnreachable("the line was cut")
            if fault == "full" and self.part > what.octets // 2:
                raise NoRoom("the disk is full")
        self.taken.append(what.label)
        log.keep("answer.txt", b"taken")
        self._after(fault)
        return Sighting(Stage.ACCEPTED, where=f"shelf/{what.label}")

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        self._call()
        if self.gone:
            return Sighting(None)
        self.slow -= 1
        return Sighting(Stage.ACCEPTED if self.slow >= 0 else Stage.STORED, where=f"shelf/{what.label}")

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        self._call()
        good = bool(self.taken) and not self.damaged
        problems = () if good else (Problem.of(BagError("one octet is another")),)
        return Verification(good, self.proof, 1, what.octets, problems)

    def close(self) -> None:
        pass

    def _call(self) -> str:
        fault = next(self.faults, "none")
        if fault == "lost before":
            raise TargetUnreachable("no connection")
        if fault == "access":
            raise AccessRefused("who are you?")
        if fault == "misplaced":
            raise ConfigError("there is no such folder")
        if fault == "dies before":
            raise Died
        return fault

    def _after(self, fault: str) -> None:
        if fault == "lost after":
            raise TargetUnreachable("the answer was lost")
        if fault == "dies after":
            raise Died


def run(far: FarEnd, folder: Path, patience: Patience = NO_PAUSE) -> Driven | None:
    """One process; None if it died."""
    what = single("letters", "tar", 200_000)
    with journal_for(what, folder) as journal:
        try:
            return drive(far, what, journal, patience)
        except Died:
            return None


def journal_of(folder: Path) -> Entry:
    entry = read(folder)
    assert entry is not None
    assert not entry.problems
    return entry


@settings(max_examples=150)
@given(faults=st.lists(st.sampled_from(FAULTS), max_size=12), slow=st.integers(0, 3))
def test_whatever_is_lost_there_is_one_deposit_and_no_lie(
    tmp_path_factory: pytest.TempPathFactory, faults: list[str], slow: int
) -> None:
    folder = tmp_path_factory.mktemp("deposit") / "one"
    far = FarEnd(iter(faults), slow=slow)
    for _ in range(len(faults) + slow + 3):
        run(far, folder)
        assert len(far.taken) <= 1
        stage = journal_of(folder).story.stage
        assert far.taken or stage in (Stage.PLANNED, Stage.SENDING, Stage.UNKNOWN)
    assert far.taken == ["letters"]
    assert journal_of(folder).story.stage is Stage.VERIFIED


def test_a_line_that_comes_back_is_used_in_the_same_run(tmp_path: Path) -> None:
    far = FarEnd(iter(["none", "cut off"]))
    done = run(far, tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.VERIFIED
    assert Stage.UNKNOWN in journal_of(tmp_path / "one").story.moments


def test_accepted_is_not_stored(tmp_path: Path) -> None:
    far = FarEnd(slow=1)
    done = run(far, tmp_path / "one")
    assert done is not None
    assert (done.stage, done.error) == (Stage.ACCEPTED, None)
    done = run(far, tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.VERIFIED
    assert len(far.taken) == 1


def test_whoever_waits_is_told_when_it_is_stored(tmp_path: Path) -> None:
    paused: list[float] = []
    far = FarEnd(slow=9)
    done = run(far, tmp_path / "one", Patience(wait=None, first_pause=1, sleep=paused.append))
    assert done is not None
    assert done.stage is Stage.VERIFIED
    assert paused == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_nobody_can_verify_is_stored_and_no_more(tmp_path: Path) -> None:
    done = run(FarEnd(proof=Proof.NONE), tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.STORED


def test_what_was_changed_there_is_never_called_verified(tmp_path: Path) -> None:
    far = FarEnd(damaged=True)
    done = run(far, tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.STORED
    assert done.verification is not None
    assert not done.verification.good
    assert journal_of(tmp_path / "one").story.note == "NOT what was sent: one octet is another"


def test_what_was_verified_and_is_changed_later_is_not_verified_any_more(tmp_path: Path) -> None:
    far = FarEnd()
    run(far, tmp_path / "one")
    far.damaged = True
    done = run(far, tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.STORED


def test_a_far_end_that_cannot_be_asked_gets_it_once(tmp_path: Path) -> None:
    far = FarEnd(iter(["none", "lost after"]), askable=False)
    far.taken = _Unseen()
    done = run(far, tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.UNKNOWN
    assert isinstance(done.error, TargetUnreachable)
    assert "--again" in done.error.hint
    run(far, tmp_path / "one")
    assert len(list(far.taken)) == 1


class _Unseen(list[str]):
    """Things that are there, and that who asks is not told of."""

    def __bool__(self) -> bool:
        return False


def test_what_vanished_after_it_was_accepted_is_told_and_not_sent_again(tmp_path: Path) -> None:
    far = FarEnd(slow=1)
    run(far, tmp_path / "one")
    far.gone, far.taken, far.part = True, [], 0
    for _ in range(3):
        done = run(far, tmp_path / "one")
        assert done is not None
        assert isinstance(done.error, DepositRefused)
        assert done.stage is Stage.UNKNOWN
    assert not far.taken


def test_a_far_end_that_is_full_is_tried_once_in_a_run_and_gone_on_with_in_the_next(tmp_path: Path) -> None:
    far = FarEnd(iter(["none", "full", "none", "full"]))
    for _ in range(2):
        done = run(far, tmp_path / "one")
        assert done is not None
        assert isinstance(done.error, NoRoom)
        assert done.stage is Stage.UNKNOWN
        assert not far.taken
    done = run(far, tmp_path / "one")
    assert done is not None
    assert (done.stage, done.error) == (Stage.VERIFIED, None)
    assert far.taken == ["letters"]


def test_a_mistake_of_configuration_is_no_refusal_of_the_package(tmp_path: Path) -> None:
    far = FarEnd(iter(["none", "misplaced", "misplaced"]))
    for _ in range(2):
        done = run(far, tmp_path / "one")
        assert done is not None
        assert isinstance(done.error, ConfigError)
        assert done.stage is Stage.UNKNOWN
    done = run(far, tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.VERIFIED


def test_nothing_is_written_down_as_sent_of_a_host_that_was_never_reached(tmp_path: Path) -> None:
    done = run(FarEnd(iter(["lost before"] * 9)), tmp_path / "one")
    assert done is not None
    assert done.stage is Stage.PLANNED
    assert isinstance(done.error, TargetUnreachable)
