"""The targets of an archive, as ``[targets.NAME]`` names them."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.deposit.given import Given, TargetKind
from preserve.ports.depositing import DepositTarget


@dataclass(frozen=True, slots=True)
class Configured:
    """One target: what it is called, its *kind*, and what was *given* to it.

    *form* is one of the kind's forms.  *profile*, *tags*, *rate* (octets a second, 0 for no limit) and *jobs* are what
    a deposit there has unless the command line says otherwise.
    """

    name: str
    kind: TargetKind
    given: Given
    form: str
    profile: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    rate: int = 0
    jobs: int = 1

    def open(self) -> DepositTarget:
        """The target itself, for one thread.  ``ConfigError`` if what it needs is missing; nothing is sent yet."""
        return self.kind.open(self.given)
