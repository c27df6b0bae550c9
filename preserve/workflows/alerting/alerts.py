"""When a person hears of what: at once of the first failure of a run, and in one summary at its end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from preserve.config import Config
from preserve.model import Problem
from preserve.model.audits import Audited, AuditRun
from preserve.ports import Clock
from preserve.storage.names import shown
from preserve.storage.sizes import plural
from preserve.workflows.alerting import rules, wording
from preserve.workflows.alerting.channels import channels_of, folder_of
from preserve.workflows.alerting.deadline import within
from preserve.workflows.alerting.message import CannotSend, Channel, Message
from preserve.workflows.alerting.unsent import Unsent
from preserve.workflows.archive import SystemClock
from preserve.workflows.reporting.promise import Promise

AT_ONCE = 20
"""So many messages that waited are sent at the end of one run; the others the next time."""

DEADLINE = 55.0
"""Seconds for one message by one channel, all in all: an audit waits for it."""


@dataclass(slots=True)
class _Line:
    """A channel in this run: the reason why nothing goes through, how much did not, and what is odd though it did."""

    channel: Channel
    reason: str = ""
    lost: int = 0
    remark: str = ""


@dataclass(slots=True)
class Alerts:
    """What one run tells.  Nothing that goes wrong here ever raises: it is told by ``finished``.

    Where neither mail nor webhook is configured, nothing is told.  A message is sent in less than a minute or kept in
    the archive's home, and sent at the end of the next run.
    """

    archive: str
    clock: Clock
    unsent: Unsent
    lines: list[_Line]
    summary: str = "always"
    problems: list[Problem] = field(default_factory=list)
    _failures: list[Audited] = field(default_factory=list)
    _failed: int = 0
    _places: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, config: Config, *, password: str = "", clock: Clock | None = None) -> Self:
        """The alerts that *config* asks for; *password* is that of ``alerts.smtp_user``, if it is at hand already."""
        channels, problems = channels_of(config, password)
        name = config.text("archive.name") or config.text("archive.organization") or "preserve"
        lines = [_Line(channel) for channel in channels]
        unsent = Unsent(folder_of(config))
        return cls(name, clock or SystemClock(), unsent, lines, config.text("alerts.summary"), list(problems))

    def failed(self, audited: Audited) -> None:
        """*audited* failed.  The first of a run is told at once, all stand in the summary."""
        self._failed += 1
        if len(self._failures) < wording.MOST:
            self._failures.append(audited)
        if self._failed == 1:
            self._tell(wording.failed(self.archive, audited, self.clock.now(), _new_id()))

    def unreachable(self, where: str, problem: Problem) -> None:
        """The storage *where* (a folder, or a location's name) is not there, as *problem* says: told once a run."""
        if where in self._places:
            return
        self._places.append(where)
        self._tell(wording.unreachable(self.archive, where, problem, self.clock.now(), _new_id()))

    def finished(self, run: AuditRun, promise: Promise | None = None) -> tuple[Problem, ...]:
        """The *run* is over: send its summary, and before it what waits from earlier runs.

        Returns what could not be sent, one finding a channel; it is kept for the next run.
        """
        for line in self.lines:
            line.reason = ""  # the server may be there again
            self._send_waiting(line)
        if self._is_told(run, promise):
            now, identifier = self.clock.now(), _new_id()
            failures, places = self._failures, self._places
            self._tell(wording.finished(self.archive, run, failures, places, promise, now, identifier))
        return (*self.problems, *(_not_sent(line) for line in self.lines if line.lost or line.remark))

    def _is_told(self, run: AuditRun, promise: Promise | None) -> bool:
        needs_a_person = bool(
            run.failed or run.unreachable or run.unrecorded or self._places or run.stopped == "interrupted"
        )
        broken = promise is not None and not promise.holds
        return self.summary == "always" or needs_a_person or broken

    def _send_waiting(self, line: _Line) -> None:
        line.lost = 0
        for number, (path, message) in enumerate(self.unsent.waiting(line.channel.name)):
            if line.reason or number >= AT_ONCE:
                line.lost += 1
            elif self._try(line, message):
                self.unsent.forget(path)
            else:
                line.lost += 1

    def _tell(self, message: Message) -> None:
        for line in self.lines:
            if not self._try(line, message):
                line.lost += 1
                try:
                    self.unsent.keep(line.channel.name, message)
                except OSError as error:
                    reason = (error.strerror or str(error)).lower()
                    text = f"The message “{shown(message.subject)}” was not sent, and could not be kept: {reason}."
                    self.problems.append(rules.NOT_KEPT.at("", text))

    def _try(self, line: _Line, message: Message) -> bool:
        """Whether *message* went out; after a failure nothing is tried until the end of the run."""
        if not line.reason:
            try:
                line.remark = within(DEADLINE, partial(line.channel.send, message)) or line.remark
            except CannotSend as error:
                line.reason = str(error)
        return not line.reason


def _not_sent(line: _Line) -> Problem:
    if not line.lost:
        return rules.NOT_SENT.at("", f"Not everybody could be told by {line.channel.name}: {line.remark}.")
    what = "It waits" if line.lost == 1 else "They wait"
    text = f"{plural(line.lost, 'message')} could not be sent by {line.channel.name} to {shown(line.channel.where)}: "
    why = line.reason or "there are too many to send all at once"
    return rules.NOT_SENT.at("", f"{text}{why}. {what} for the next run.")


def _new_id() -> str:
    return str(uuid.uuid4())
