"""Logs for targets under test: one that only remembers, and one whose process dies at the n-th durable step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class Died(BaseException):
    """The process is gone: what it had not written down is lost.  Nothing but a test may catch it."""


@dataclass(slots=True)
class MemoryLog:
    """A ``Log`` that a test can look into.  With *dies_at*, the so-manieth call dies; *before* it is durable, or after.

    To go on as another process would, give ``handle`` of a dead one to a new log.
    """

    facts: dict[str, str] = field(default_factory=dict)
    receipts: list[tuple[str, bytes]] = field(default_factory=list)
    dies_at: int = 0
    before: bool = False
    steps: int = 0

    @property
    def handle(self) -> Mapping[str, str]:
        """See ``Log.handle``."""
        return dict(self.facts)

    def note(self, **facts: str) -> None:
        """See ``Log.note``."""
        self._step(before=True)
        assert all(isinstance(value, str) for value in facts.values()), f"not texts: {facts}"
        self.facts |= facts
        self._step(before=False)

    def keep(self, name: str, content: bytes) -> None:
        """See ``Log.keep``."""
        self._step(before=True)
        self.receipts.append((name, content))
        self._step(before=False)

    def _step(self, *, before: bool) -> None:
        self.steps += before
        if self.dies_at == self.steps and self.before is before:
            raise Died
