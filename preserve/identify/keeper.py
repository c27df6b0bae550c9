"""Keeps a worker at hand: starts it, starts it again after a death, and knows which probe is to blame."""

from __future__ import annotations

from preserve.identify import wire
from preserve.identify.process import Worker, WorkerDied
from preserve.model import Agent, Outcome, ProbeRun

_ENOUGH = 10
"""A probe that failed so many files in a row is not asked again: the next million files need not wait for it."""

_BARREN = 3
"""So many deaths with no probe at work and no file done, and the worker is given up."""


class Keeper:
    """The worker and what is known about its probes.  Used by one thread at a time.

    *specs* are the probes in their order.  ``broken`` says, once it is not empty, why there will be no worker.
    """

    def __init__(self, specs: tuple[str, ...], clamav: str, timeout: float) -> None:
        self.specs = specs
        self.broken = ""
        self._clamav = clamav
        self._timeout = timeout
        self._worker: Worker | None = None
        self._greeted = False
        self._labels: dict[str, tuple[str, Agent]] = {spec: (spec, Agent(spec)) for spec in specs}
        self._off: dict[str, str] = {}
        self._row: dict[str, int] = {}
        self._barren = 0

    def start(self) -> None:
        """Have the worker started, without waiting until it is ready."""
        if self._worker is None and not self.broken:
            try:
                self._worker = Worker(self.specs, self._off, self._clamav, self._timeout)
                self._greeted = False
            except OSError as error:
                self.broken = f"the process for the tools could not be started: {error.strerror or error}"

    def worker(self) -> Worker | None:
        """The worker, ready for files; None, with ``broken`` set, if there is none to be had."""
        while not self.broken:
            self.start()
            if self._worker is not None and (self._greeted or self._greet(self._worker)):
                return self._worker
        return None

    def _greet(self, worker: Worker) -> bool:
        try:
            for spec, name, tool, version in worker.receive()["hello"]:
                self._labels[spec] = (name, Agent(tool, version))
        except WorkerDied as death:
            self._died_at_start(death.probe, death.reason)
        except (KeyError, TypeError, ValueError):
            self._died_at_start(wire.IDLE, "it does not speak")
        else:
            self._greeted = True
        return self._greeted

    def _died_at_start(self, probe: int, reason: str) -> None:
        self.drop()
        if probe in range(len(self.specs)) and self.specs[probe] not in self._off:
            self._off[self.specs[probe]] = f"{reason} when it was started"
        else:
            self.broken = f"the process for the tools could not be started: {reason}"

    def drop(self, *, gently: bool = False) -> None:
        """End the worker; with *gently* it may finish what it is doing, if that is nothing."""
        if self._worker is not None:
            self._worker.end(gently=gently)
            self._worker = None
            self._greeted = False

    def bury(self, death: WorkerDied) -> tuple[str, ProbeRun] | None:
        """The worker died over a file.  Returns the probe to blame with the record of its failure, or None."""
        self.drop()
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

    def agents(self) -> tuple[Agent, ...]:
        """The tools, in the order of the probes."""
        return tuple(dict.fromkeys(agent for _, agent in self._labels.values()))
