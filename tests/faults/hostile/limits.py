"""A command in a process of its own, with its memory watched and its time bounded."""

import json
import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

MOST_SECONDS = 120
"""Of computing; far more than anything here takes, and far less than for ever."""


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
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
        process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
        resource.prlimit(process, resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        _, status, usage = os.wait4(process, 0)
        out.seek(0)
        err.seek(0)
        messages = [json.loads(line) for line in out.read().decode().splitlines()]
        return Ended(os.waitstatus_to_exitcode(status), messages, err.read().decode(), usage.ru_maxrss // 1024)
