"""The suite that every target passes: what ``preserve.ports.depositing`` says, tried against a real far end.

In a test module::

    class TestShelf(TargetConformance):
        forms = ("tar", "bag")

        @pytest.fixture
        def place(self, tmp_path: Path) -> Place:
            return Shelf(tmp_path)      # with the methods of Place

pytest is needed for this module, and nothing else beyond preserve.  For full reports of what failed, let your
``conftest.py`` say ``pytest.register_assert_rewrite("preserve.testing.conformance")``.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Protocol

import pytest

from preserve.deposit.journal.lines import Opening
from preserve.deposit.journal.reading import read
from preserve.deposit.journal.writing import Journal
from preserve.errors import BagError, DepositRefused, PreserveError
from preserve.model.deposits import Proof, Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment, DepositTarget
from preserve.testing.consignments import MadeConsignment, of_files, single
from preserve.testing.logs import Died, MemoryLog
from preserve.workflows.archive import SystemClock
from preserve.workflows.depositing.driving import Driven, Patience, drive

PAYLOAD = {
    "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "data/letter.txt": b"Dear Sir,\n" * 900,
    "data/empty.txt": b"",
    "data/folder with blanks/100% -x;$(id)'\".txt": b"odd\n",
    "data/\u0631\u0633\u0627\u0644\u0629/\u05de\u05db\u05ea\u05d1.txt": "\u0633\u0644\u0627\u0645\n".encode(),
    "data/deep/er/and/deeper/-rf": b"\x00\xff" * 40_000,
    "manifest-sha256.txt": b"0" * 64 + b"  data/letter.txt\n",
}
"""Files as packages have them, and as targets stumble over them."""

QUICK = Patience(attempts=4, wait=60.0, first_pause=0.05)


class Place(Protocol):
    """A far end for tests, and how a test looks behind the target's back."""

    def open(self) -> DepositTarget:
        """A new instance, as another process would make it, for the same far end."""
        ...

    def whole(self) -> Sequence[str]:
        """The labels of all that the far end holds as whole deposits, each as often as it holds it."""
        ...

    def damage(self, label: str) -> bool:
        """Change one octet of what is stored under *label*; False if a test cannot do that here."""
        ...

    def occupy(self, label: str) -> bool:
        """Put something else there under *label*; False where nothing can be in the way."""
        ...

    def secrets(self) -> Sequence[str]:
        """The credentials in use."""
        ...


def consignment(form: str, label: str = "letters-1901", *, folder: Path | None = None, seed: int = 0) -> Consignment:
    """A small consignment in *form*: a folder of odd names, or one file of several blocks."""
    if form in ("bag", "payload", "saf", "eark"):
        return of_files(label, PAYLOAD | {"data/seed.txt": str(seed).encode()}, form=form, folder=folder)
    return single(label, form, 700_001, seed=seed, folder=folder)


def journal_for(what: Consignment, folder: Path) -> Journal:
    """The journal of *what* in *folder*: a new one, or the one that is there, to be gone on with."""
    if (entry := read(folder)) is not None:
        return Journal.resume(entry, SystemClock())
    shutil.rmtree(folder, ignore_errors=True)  # of a process that died before its first line; a real one is named anew
    opening = Opening(
        folder.name,
        what.package.id,
        what.package.name,
        what.label,
        what.key,
        what.state,
        what.form,
        "test",
        "test",
        "",
        what.files,
        what.octets,
    )
    return Journal.begin(folder, opening, SystemClock())


def deposit(place: Place, what: Consignment, folder: Path, patience: Patience = QUICK) -> Driven:
    """Drive the deposit of *what* with a new instance, as a run of its own would; its journal is in *folder*."""
    with closing(place.open()) as target, journal_for(what, folder) as journal:
        return drive(target, what, journal, patience)


class TargetConformance:
    """What every target keeps; see the module."""

    forms: ClassVar[Sequence[str]] = ("tar",)

    @pytest.fixture
    def place(self) -> Place:
        """The far end; each test gets an empty one."""
        raise NotImplementedError

    @pytest.fixture
    def what(self, tmp_path: Path) -> Consignment:
        """A consignment in the first form."""
        return self.make(tmp_path)

    def make(self, tmp_path: Path, label: str = "letters-1901", form: str = "", seed: int = 0) -> Consignment:
        """A consignment; in a folder of its own, for targets that need files."""
        folder = tmp_path / f"files-{form}-{label}-{seed}"
        folder.mkdir(exist_ok=True)
        return consignment(form or self.forms[0], label, folder=folder, seed=seed)

    def broken(self, what: Consignment) -> MadeConsignment:
        """*what*, whose last piece that is not empty turns out not to be what was validated while it is read."""
        assert isinstance(what, MadeConsignment)
        last = [piece.path for piece in what.made if piece.size][-1]
        pieces = tuple(
            type(piece)(piece.path, piece.size, piece.content, None, piece.path == last) for piece in what.made
        )
        return MadeConsignment(
            what.package, what.label, what.key, what.state, what.form, pieces, dict(what.descriptions)
        )

    def test_a_check_says_what_is_there_and_changes_nothing(self, place: Place) -> None:
        with closing(place.open()) as target:
            told = target.check()
        assert told
        assert "\n" not in told
        assert not place.whole()
        assert not any(secret in told for secret in place.secrets())

    def test_nothing_is_there_before_it_is_sent(self, place: Place, what: Consignment) -> None:
        with closing(place.open()) as target:
            problems = target.plan(what)
            assert not [problem for problem in problems if problem.severity == "error"]
            if target.promises.askable:
                assert target.look(what, {}).stage is None
        assert not place.whole()

    def test_every_form_arrives_whole(self, place: Place, tmp_path: Path) -> None:
        labels = []
        for number, form in enumerate(self.forms):
            what = self.make(tmp_path, f"letters-{number}", form)
            done = deposit(place, what, tmp_path / f"journal-{form}")
            assert done.error is None, done.error
            with closing(place.open()) as target:
                proof = target.promises.proof
            assert done.stage is (Stage.STORED if proof is Proof.NONE else Stage.VERIFIED)
            if done.verification is not None:
                assert done.verification.good
                assert done.verification.bytes >= what.octets or done.verification.proof is Proof.WORD
            labels.append(what.label)
        assert sorted(place.whole()) == labels

    def test_what_was_sent_is_found_again(self, place: Place, what: Consignment, tmp_path: Path) -> None:
        deposit(place, what, tmp_path / "journal")
        entry = read(tmp_path / "journal")
        assert entry is not None
        with closing(place.open()) as target:
            seen = target.look(what, entry.story.handle)
            assert seen.stage in (Stage.SENT, Stage.ACCEPTED, Stage.STORED)
            assert seen.where
            if target.promises.askable:
                assert target.look(what, {}).stage is seen.stage

    def test_a_lost_journal_leads_to_no_second_deposit(self, place: Place, what: Consignment, tmp_path: Path) -> None:
        with closing(place.open()) as target:
            if not target.promises.askable:
                pytest.skip("this far end cannot be asked what it has under our name")
        for name in ("first", "second"):
            done = deposit(place, what, tmp_path / name)
            assert done.error is None, done.error
        assert list(place.whole()) == [what.label]

    def test_a_death_at_any_step_leads_to_one_whole_deposit_or_none(self, place: Place, tmp_path: Path) -> None:
        """The process dies at the n-th durable step, before and after it is on disk; another goes on."""
        labels, number, reached = [], 0, True
        while reached:
            number += 1
            reached = False
            for before in (True, False):
                what = self.make(tmp_path, f"letters-{number}-{'before' if before else 'after'}")
                log = MemoryLog(dies_at=number, before=before)
                try:
                    with closing(place.open()) as target:
                        target.send(what, log)
                except Died:
                    reached = True
                assert place.whole().count(what.label) <= 1
                self._go_on(place, what, log, tmp_path / what.label)
                labels.append(what.label)
        assert sorted(place.whole()) == sorted(labels)

    def _go_on(self, place: Place, what: Consignment, log: MemoryLog, folder: Path) -> None:
        with journal_for(what, folder) as journal:
            journal.step(Stage.SENDING)
            journal.note(**log.facts)
            with closing(place.open()) as target:
                done = drive(target, what, journal, QUICK)
        assert done.error is None, done.error
        assert done.stage in (Stage.STORED, Stage.VERIFIED)

    def test_a_package_that_changes_while_it_is_read_never_arrives(
        self, place: Place, what: Consignment, tmp_path: Path
    ) -> None:
        done = deposit(place, self.broken(what), tmp_path / "journal")
        assert isinstance(done.error, BagError)
        assert not place.whole()
        done = deposit(place, what, tmp_path / "journal")
        assert done.error is None, done.error
        assert list(place.whole()) == [what.label]

    def test_what_lies_there_is_never_written_over(self, place: Place, what: Consignment, tmp_path: Path) -> None:
        if not place.occupy(what.label):
            pytest.skip("nothing can be in the way at this far end")
        before = list(place.whole())
        done = deposit(place, what, tmp_path / "journal")
        assert isinstance(done.error, DepositRefused), done
        assert list(place.whole()) == before

    def test_a_change_at_the_far_end_is_found(self, place: Place, what: Consignment, tmp_path: Path) -> None:
        with closing(place.open()) as target:
            if target.promises.proof in (Proof.NONE, Proof.WORD):
                pytest.skip("this far end shows nobody what it holds")
        assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED
        if not place.damage(what.label):
            pytest.skip("a test cannot change what this far end holds")
        with closing(place.open()) as target, journal_for(what, tmp_path / "journal") as journal:
            found = target.verify(what, journal, Silent())
            assert not found.good
            assert found.problems
            assert drive(target, what, journal, QUICK).stage is Stage.STORED

    def test_two_packages_and_two_states_do_not_meet(self, place: Place, tmp_path: Path) -> None:
        labels = ["letters", "letters-2", "lett"]
        for seed, label in enumerate(labels):
            done = deposit(place, self.make(tmp_path, label, seed=seed), tmp_path / f"journal-{label}")
            assert done.error is None, done.error
        assert sorted(place.whole()) == sorted(labels)

    def test_no_receipt_shows_a_credential(self, place: Place, what: Consignment) -> None:
        log = MemoryLog()
        try:
            with closing(place.open()) as target:
                target.send(what, log)
                target.confirm(what, log)
        except PreserveError as error:
            pytest.fail(str(error))
        for name, content in [*log.receipts, *((key, value.encode()) for key, value in log.facts.items())]:
            assert not any(secret.encode() in content for secret in place.secrets()), name
