"""In what manner a bag is read: how fast, until when, and what of it need not be read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from preserve.bag.sittings.sitting import Sitting


class Unfinished(Exception):
    """The reading was stopped before its end, by whoever was asked whether to stop.  Nothing is known of the bag."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to read a bag that is a folder; the default is as fast as can be, in one go.

    *sitting* knows what was read in earlier ones, and is told what is read now.  *pace* is told of the octets of each
    block that was read, and waits; then this process reads alone.  *stop* is asked often whether to stop.
    """

    sitting: Sitting | None = None
    pace: Callable[[int], None] | None = None
    stop: Callable[[], bool] | None = None

    @property
    def watch(self) -> Callable[[int], None] | None:
        """What is to be told of each block; None if nobody wants to know."""
        if self.stop is None:
            return self.pace
        return self._watched

    def ask(self) -> None:
        """``Unfinished`` if the reading is to stop."""
        if self.stop is not None and self.stop():
            raise Unfinished

    def _watched(self, octets: int) -> None:
        if self.pace is not None:
            self.pace(octets)
        self.ask()


AT_ONCE = Manner()
"""As fast as can be, in one go."""
