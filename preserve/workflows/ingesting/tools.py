"""What a run works with, in every process that takes part in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from preserve.bag.sealing import second_opinion
from preserve.config import Config
from preserve.identify.identifier import Identifier
from preserve.ports import Clock
from preserve.storage.crew import Crew
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.tables import Tables

_in_use: dict[int, Tools] = {}
_numbers = count(1)


@dataclass
class Tools:
    """The tools of one run.  A process that is forked while they are open has its own of them, of the same *number*.

    *keep* asks for the transfers themselves to be told, *bare* for bags without any description.
    """

    config: Config
    clock: Clock
    said: Said
    keep: bool = False
    bare: bool = False
    tables: Tables = field(default_factory=Tables)
    number: int = field(default_factory=lambda: next(_numbers))

    @cached_property
    def identifier(self) -> Identifier:
        """The probes that say what a file is; they start when they are needed first."""
        config = self.config
        return Identifier(timeout=config.number("identify.timeout"), clamav=config.text("identify.clamav"))

    def open(self, crew: Crew) -> None:
        """From now on ``tools`` finds them, here and in the members of the *crew*, which is hired after this."""
        _in_use[self.number] = self
        if not (self.bare or crew.alone or self.config.text("bag.second_opinion") == "never"):
            second_opinion.call_in()

    def close(self) -> None:
        """End the probes of this process."""
        _in_use.pop(self.number, None)
        if "identifier" in self.__dict__:
            self.identifier.close()
            del self.identifier


def tools(number: int) -> Tools:
    """The tools with this *number*, as this process has them."""
    return _in_use[number]
