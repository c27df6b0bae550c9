"""ocfl-py, the second opinion on OCFL objects: a program of its own, asked over a pipe."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

_PROGRAM = """
import json, sys
from ocfl.validator import Validator
for line in sys.stdin:
    validator = Validator(log_warnings=True, log_errors=True, check_digests=True)
    try:
        passed = validator.validate_object(json.loads(line))
        said = [str(message) for message in validator.log.messages]
    except Exception as error:
        passed, said = False, [type(error).__name__]
    print(json.dumps([bool(passed), said]), flush=True)
"""


class SecondOpinion:
    """ocfl-py, running."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def on(self, place: Path) -> tuple[bool, list[str]]:
        """Whether it calls the object at *place* valid, and what it remarks on."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(str(place)) + "\n")
        self._process.stdin.flush()
        passed, said = json.loads(self._process.stdout.readline())
        return passed, said


@contextmanager
def running() -> Iterator[SecondOpinion]:
    """ocfl-py, as scripts/make_ocfl_venv installs it; it is stopped for certain."""
    python = Path(os.environ.get("PRESERVE_OCFL_VENV") or REPOSITORY / ".venv-ocfl") / "bin/python"
    if not python.exists():
        if os.environ.get("PRESERVE_REQUIRE_SERVERS") == "1":
            pytest.fail("ocfl-py is missing (scripts/make_ocfl_venv)")
        pytest.skip("ocfl-py is missing (scripts/make_ocfl_venv)")
    with subprocess.Popen(
        [str(python), "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield SecondOpinion(process)
        finally:
            process.terminate()
