"""Probes that misbehave, for the tests; the worker loads them by ``tests.identify.bad_probes:Name``."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path

from preserve.identify.reading import Reading, ran
from preserve.model import Agent, Identification, Outcome

HERE = "tests.identify.bad_probes:"


class Wellbehaved:
    name = "wellbehaved"
    agent = Agent("wellbehaved", "1")

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def probe(self, file: Path, known: Identification) -> Identification:
        if "bad" in file.name:
            self.misbehave()
        return ran(known, self, Outcome.SUCCESS, "fine")

    def misbehave(self) -> None:
        """Nothing; others do worse."""


class Hanging(Wellbehaved):
    name = "hanging"
    agent = Agent("hanging", "1")

    def misbehave(self) -> None:
        time.sleep(3600)


class HangingInC(Wellbehaved):
    """Holds the interpreter while it hangs, as a C library may."""

    name = "hanging-in-c"
    agent = Agent("hanging-in-c", "1")

    def misbehave(self) -> None:
        ctypes.PyDLL(None).sleep(3600)


class Aborting(Wellbehaved):
    name = "aborting"
    agent = Agent("aborting", "1")

    def misbehave(self) -> None:
        os.abort()


class Segfaulting(Wellbehaved):
    name = "segfaulting"
    agent = Agent("segfaulting", "1")

    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class Leaving(Wellbehaved):
    name = "leaving"
    agent = Agent("leaving", "1")

    def misbehave(self) -> None:
        os._exit(0)


class Greedy(Wellbehaved):
    name = "greedy"
    agent = Agent("greedy", "1")

    def misbehave(self) -> None:
        bytearray(4 * 1024**3)


class Raising(Wellbehaved):
    name = "raising"
    agent = Agent("raising", "1")

    def misbehave(self) -> None:
        raise RecursionError("too\ndeep \udcff")


class Chatty(Wellbehaved):
    """Prints where the answers go, if nobody prevented it."""

    name = "chatty"
    agent = Agent("chatty", "1")

    def misbehave(self) -> None:
        os.write(1, b"garbage\n")
        os.write(2, b"garbage\n")


class CrashingAtStart(Wellbehaved):
    name = "crashing-at-start"
    agent = Agent("crashing-at-start", "1")

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        os.abort()


class NotInstalled(Wellbehaved):
    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        raise ImportError("No module named 'libexotic'")


class FailingAtStart(Wellbehaved):
    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        raise OSError("no signatures")
