"""What is known about the probes, whichever worker runs them: their names, their tools, and whom to leave out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from preserve.identify.process import WorkerDied
from preserve.model import Agent, Outcome, ProbeRun

_ENOUGH = 10
"""A probe that failed so many files in a row is not asked again: the next million files need not wait for it."""

_BARREN = 3
"""So many deaths with no probe at work and no file done, and there will be no more workers."""


class Roster:
    """The probes.  *specs* are what was asked for, in their order; a probe's number is its place there.

    ``broken`` says, once it is not empty, why there will be no worker; ``off`` are probes that a worker cannot even
    load, with the reason.
    """

    def __init__(self, specs: tuple[str, ...]) -> None:
        self.specs = specs
        self.broken = ""
        self.off: dict[str, str] = {}
        self._labels: dict[str, tuple[str, Agent]] = {spec: (spec, Agent(spec)) for spec in specs}
        self._suspects: set[str] = set()
        self._row: dict[str, int] = {}
        self._barren = 0

    def greet(self, hello: Iterable[Sequence[str]]) -> None:
        """A worker is ready and tells its probes.  ``ValueError`` or ``TypeError`` if it does not."""
        for spec, name, tool, version in hello:
            self._labels[spec] = (name, Agent(tool, version))

    def cannot_start(self, reason: str) -> None:
        """There is no worker to be had, and there will be none."""
        self.broken = self.broken or f"the process for the tools could not be started: {reason}"

    def died_at_start(self, death: WorkerDied, off: Iterable[str]) -> None:
        """A worker, told to leave out the probes *off*, died before it was ready.

        The first time it may have been somebody's doing, such as the kernel's for want of memory.
        """
        spec = self.specs[death.probe] if death.probe in range(len(self.specs)) else ""
        if spec in off or (not spec and spec in self._suspects):
            self.cannot_start(death.reason)
        elif spec in self._suspects:
            self.off[spec] = f"{death.reason} when it was started"
        self._suspects.add(spec)

    def blamed(self, death: WorkerDied) -> tuple[str, ProbeRun] | None:
        """A worker died over a file.  The probe to blame, with the record of its failure, or None."""
        if death.probe not in range(len(self.specs)):
            self._barren += 1
            if self._barren >= _BARREN:  # no probe to blame, and no use in trying for ever
                self.broken = f"the process for the tools ended again and again: {death.reason}"
            return None
        spec = self.specs[death.probe]
        self._row[spec] = self._row.get(spec, 0) + 1
        return spec, self.run(spec, Outcome.FAIL, death.reason)

    def prospered(self, spec: str) -> None:
        """The probe *spec* got through a file."""
        self._barren = 0
        if self._row:
            self._row.pop(spec, None)

    def is_hopeless(self, spec: str) -> bool:
        """Whether *spec* has failed so often in a row that it is left out."""
        return self._row.get(spec, 0) >= _ENOUGH

    def left_out(self, spec: str) -> ProbeRun:
        """The record that *spec* was left out as hopeless."""
        return self.run(spec, Outcome.NOT_DONE, f"left out, because it failed on {_ENOUGH} files in a row")

    def run(self, spec: str, outcome: Outcome, note: str) -> ProbeRun:
        """A record about the probe *spec*, under its own name and with its tool's version where they are known."""
        name, agent = self._labels[spec]
        return ProbeRun(name, agent, outcome, note)

    def name(self, spec: str) -> str:
        """The name under which the probe *spec* records its runs."""
        return self._labels[spec][0]

    def known(self) -> dict[str, Agent]:
        """The tools by the names of their probes."""
        return dict(self._labels.values())

    def agents(self) -> tuple[Agent, ...]:
        """The tools, in the order of the probes."""
        return tuple(dict.fromkeys(agent for _, agent in self._labels.values()))
