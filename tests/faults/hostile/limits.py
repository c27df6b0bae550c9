"""A command in a process of its own, with its memory watched and its time bounded."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

MOST_SECONDS = 120
"""Of computing, for each process; far more than anything here takes, and far less than for ever."""

_WATCHER = """
import os, resource, sys
line, seconds, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
process = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(process, 0)
os.write(int(line), f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss // 1024}".encode())
"""
"""A small process in between: the highest mark of the memory begins with that of whoever starts a process."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: the status, what it printed as JSON, what it said to people, and the most memory it had, in MiB."""

    status: int
    messages: list[dict[str, Any]]
    err: str
    mebibytes: int


def preserve(*words: object) -> Ended:
    """Run ``preserve`` with ``--json``; it is killed if it computes for ever."""
    command = [sys.executable, "-m", "preserve", "--json", *map(str, words)]
    reader, writer = os.pipe()
    with open(reader, "rb") as told:
        try:
            watcher = [sys.executable, "-c", _WATCHER, str(writer), str(MOST_SECONDS), *command]
            done = subprocess.run(watcher, check=True, capture_output=True, text=True, pass_fds=[writer])
        finally:
            os.close(writer)
        status, mebibytes = map(int, told.read().split())
    return Ended(status, [json.loads(line) for line in done.stdout.splitlines()], done.stderr, mebibytes)
