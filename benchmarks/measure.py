"""One command, measured: seconds on the wall, seconds of processor, memory; of the whole tree of its processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_TICK = 0.01
"""Seconds between two looks at the memory of a running tree."""

DROP_CACHES = Path("/proc/sys/vm/drop_caches")


@dataclass(frozen=True, slots=True)
class Command:
    """A line for ``sh``, as a person would type it in the folder *cwd*.

    ``$OUT`` is a fresh path for its output, ``$BENCHMARKS`` the folder of this file.

    One that *tells* the time prints, as its last line, the seconds that count, and its processor time is not known;
    else those from start to end do.
    """

    line: str
    cwd: Path
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One run.  *cpu* is user and system time together, of all processes; *largest* the octets of the largest one."""

    wall: float
    cpu: float
    largest: int


class Failed(Exception):
    """A command that did not end as it should; the message carries the end of what it said."""


def run(command: Command, output: Path) -> Sample:
    """Run *command* to its end, its ``$OUT`` being *output*.  ``Failed`` if it does not exit with 0.

    The kernel counts what children used when they are waited for, and so on upwards; all commands here do wait.
    A process starts with the size of the one that made it, so no *largest* is below the runner's own few MiB.
    """
    began = time.perf_counter()
    with _started(command, output) as process:
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        _judge(command, output, process, status)
    cpu, largest = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    if command.tells:
        return Sample(float(_told(output).read_text().splitlines()[-1]), 0.0, largest)
    return Sample(wall, cpu, largest)


def watch(command: Command, output: Path) -> int:
    """The most octets that *command* and all its processes held at the same time, looked at every 10 ms.

    Shared pages count once (the proportional set size); where the kernel does not tell it, resident pages are summed.
    Looking costs time, so these runs are not timed.
    """
    with _started(command, output) as process:
        peak = _Peak(process.pid)
        peak.start()
        _, status, _ = os.wait4(process.pid, 0)
        peak.stop()
        _judge(command, output, process, status)
    return peak.most


def can_drop_caches() -> bool:
    """Whether this user may empty the kernel's cache."""
    return os.access(DROP_CACHES, os.W_OK)


def drop_caches() -> None:
    """Write everything out, then empty the cache of pages, names and inodes."""
    os.sync()
    DROP_CACHES.write_text("3")


def environment() -> dict[str, str]:
    """What every command sees: this Python's programs first, and no setting of whoever runs the benchmark."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRESERVE_", "PYTHON"))}
    here = str(Path(sys.executable).parent)
    return {
        **kept,
        "PATH": f"{here}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "LC_ALL": "C.UTF-8",
        "BENCHMARKS": str(_HERE),
    }


def _started(command: Command, output: Path) -> subprocess.Popen[bytes]:
    with _told(output).open("wb") as told:
        return subprocess.Popen(
            ["/bin/sh", "-c", command.line],
            cwd=command.cwd,
            env={**environment(), "OUT": str(output)},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
        )


def _told(output: Path) -> Path:
    """Where a command's words go: beside its output."""
    return Path(f"{output}.told")


def _judge(command: Command, output: Path, process: subprocess.Popen[bytes], status: int) -> None:
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        end = _told(output).read_text("utf-8", "replace").strip()[-300:]
        raise Failed(f"{command.line} ended with {process.returncode}: {end}")


class _Peak(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._pid = pid
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_TICK):
            self.most = max(self.most, sum(memory_of(pid) for pid in tree(self._pid)))

    def stop(self) -> None:
        self._over.set()
        self.join()


def tree(pid: int) -> Iterator[int]:
    """*pid* and all its descendants, as far as they live."""
    yield pid
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split():
                yield from tree(int(child))
    except OSError:  # it has just ended
        return


def memory_of(pid: int) -> int:
    """Octets of one process; 0 if it has just ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
