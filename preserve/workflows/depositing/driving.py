"""Driving one deposit from where its journal stands as far as it goes: look, send, confirm, verify.

Whatever may change something at the far end stands in the journal first.  Where an answer was lost, the far end is
asked what it has before anything is sent again.  No stage is told that the far end did not say, or show.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from preserve.deposit.journal.writing import Journal
from preserve.errors import (
    AccessRefused,
    BagError,
    ConfigError,
    DepositRefused,
    DescriptionError,
    NoRoom,
    PreserveError,
    TargetUnreachable,
)
from preserve.model.deposits import Proof, Sighting, Stage, Verification
from preserve.ports import Progress, Silent
from preserve.ports.depositing import Consignment, DepositTarget
from preserve.storage.sizes import octets, plural
from preserve.workflows.depositing.stages import RANKS

_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a run keeps at it.

    It begins so many *attempts* after lost lines, and asks for *wait* seconds whether what was accepted is stored by
    now; None waits as long as it takes.
    """

    attempts: int = 3
    wait: float | None = 0.0
    first_pause: float = 1.0
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Driven:
    """How far it came; the *error* that stopped it, if one did; and what the verification found, if there was one."""

    stage: Stage
    error: PreserveError | None = None
    verification: Verification | None = None


def drive(
    target: DepositTarget,
    what: Consignment,
    journal: Journal,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> Driven:
    """Take the deposit of *what* to *target*, of which *journal* tells, as far as it goes now.

    It can be called again at any time, in another process.  ``StoreUnwritable`` if the journal cannot be written.
    """
    return _Drive(target, what, journal, patience or Patience(), progress or Silent()).run()


@dataclass(frozen=True, slots=True)
class _Drive:
    target: DepositTarget
    what: Consignment
    journal: Journal
    patience: Patience
    progress: Progress

    def run(self) -> Driven:
        try:
            if self.journal.stage not in RANKS:
                self._bring()
            if self.journal.stage in (Stage.SENT, Stage.ACCEPTED):
                self._wait()
            if self.journal.stage in (Stage.STORED, Stage.VERIFIED) and self.target.promises.proof is not Proof.NONE:
                return self._verify()
        except DepositRefused as error:
            return Driven(self.journal.stage, error)
        except (TargetUnreachable, BagError, ConfigError, DescriptionError) as error:
            return Driven(self.journal.stage, error)
        return Driven(self.journal.stage)

    def _bring(self) -> None:
        """Send what the far end does not have, until it says that it has it."""
        for attempt in range(1, self.patience.attempts + 1):
            try:
                self._bring_once()
            except NoRoom:  # a person has to make some
                raise
            except TargetUnreachable:
                if attempt == self.patience.attempts or self.journal.stage is Stage.PLANNED:
                    raise
                self.patience.sleep(self.patience.first_pause * attempt)
            else:
                return

    def _bring_once(self) -> None:
        try:
            seen = self.target.look(self.what, self.journal.handle)
        except AccessRefused:
            raise
        except DepositRefused as error:
            self._refused(error.message, error)
            raise
        never_sent = self.journal.stage is Stage.PLANNED
        if seen.stage is Stage.REFUSED:
            self._refused(seen.note)
        if seen.stage is Stage.UNKNOWN and not (never_sent and not self.target.promises.askable):
            self.journal.step(Stage.UNKNOWN, where=seen.where, note=seen.note)
            raise TargetUnreachable(
                f"Nobody can tell whether {self.what.label} arrived: {seen.note or 'the far end does not say'}.",
                hint="Nothing is sent again by itself. Look for it there; if it is not there: preserve deposit --again",
            )
        if seen.stage in RANKS:
            self._tell(seen)
            return
        if any(stage in self.journal.story.moments for stage in RANKS):
            self._vanished(seen)
        self.journal.step(Stage.SENDING)
        self._tell(self._send())

    def _send(self) -> Sighting:
        try:
            return self.target.send(self.what, self.journal)
        except (TargetUnreachable, AccessRefused, ConfigError) as error:
            self.journal.step(Stage.UNKNOWN, note=error.message)
            raise
        except DepositRefused as error:
            self._refused(error.message, error)
            raise

    def _refused(self, note: str, error: DepositRefused | None = None) -> None:
        self.journal.step(Stage.REFUSED, note=note)
        raise error or DepositRefused(f"The repository refused {self.what.label}: {note or 'it does not say why'}.")

    def _tell(self, seen: Sighting) -> None:
        """Write down what the far end says, unless it says less than before."""
        stage, story = seen.stage or Stage.UNKNOWN, self.journal.story
        if RANKS.get(stage, 0) < RANKS.get(story.stage, 0) and stage in RANKS:
            return
        if (stage, seen.note) != (story.stage, story.note) or (seen.where and seen.where != story.where):
            self.journal.step(stage, where=seen.where, note=seen.note)

    def _wait(self) -> None:
        """Ask what became of it; as long as the far end has not made up its mind, and there is patience."""
        began, pause = self.patience.clock(), self.patience.first_pause
        while True:
            try:
                self._confirm()
            except TargetUnreachable:
                if self._impatient(began):
                    raise
            if self.journal.stage not in (Stage.SENT, Stage.ACCEPTED) or self._impatient(began):
                return
            self.patience.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _impatient(self, began: float) -> bool:
        return self.patience.wait is not None and self.patience.clock() - began >= self.patience.wait

    def _confirm(self) -> None:
        seen = self.target.confirm(self.what, self.journal)
        if seen.stage is Stage.REFUSED:
            self._refused(seen.note)
        if seen.stage is None or seen.stage is Stage.SENDING:
            self._vanished(seen)
        if seen.stage is not Stage.UNKNOWN:
            self._tell(seen)

    def _vanished(self, seen: Sighting) -> NoReturn:
        """Many a receiver takes away what lies in the place of arrival: to send it again would make a second one."""
        note = seen.note or "The far end took it, and does not have it there any more."
        self._tell(Sighting(Stage.UNKNOWN, seen.where, note))
        raise DepositRefused(
            f"{self.what.label} was sent, and is not there any more.",
            hint="Ask those who run the repository. To send it once more: preserve deposit --again",
        )

    def _verify(self) -> Driven:
        found = self.target.verify(self.what, self.journal, self.progress)
        size = f"{plural(found.files, 'file')}, {octets(found.bytes)}"
        if found.good:
            self.journal.step(Stage.VERIFIED, note=f"{_PROOFS[found.proof]} ({size}).")
            return Driven(Stage.VERIFIED, verification=found)
        first = found.problems[0].message if found.problems else "it is not the same"
        more = f" (and {len(found.problems) - 1:,} more)" if len(found.problems) > 1 else ""
        self.journal.step(Stage.STORED, note=f"NOT what was sent: {first}{more}")
        return Driven(Stage.STORED, verification=found)


_PROOFS = {
    Proof.BYTES: "Every octet was read back and is the same",
    Proof.DIGEST: "The far end read it, and told the same digests",
    Proof.WORD: "The far end says that it is whole",
    Proof.NONE: "Nothing was compared",
}
