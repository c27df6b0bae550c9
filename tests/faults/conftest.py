"""The fixtures of the fault tests."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.strace import Strace


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An empty archive."""
    return Archive(home, capsys)


@pytest.fixture(scope="session")
def strace() -> Strace:
    """The program, where there is one and it may be used."""
    found = shutil.which("strace")
    if found is None or subprocess.run([found, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("strace is not installed, or may not be used here")
    return Strace(found)
