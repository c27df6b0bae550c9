"""What all tests share: the reference material, where it is at hand, and a home for an archive."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Examples are never timed: a slow machine is no failure.
settings.register_profile("preserve", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("preserve")

pytest.register_assert_rewrite("preserve.testing.conformance")

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what the tests left, as pytest cannot: some of their folders are deeper than Python can recurse."""
    made = getattr(getattr(session.config, "_tmp_path_factory", None), "_basetemp", None)
    if made is not None and "PRESERVE_KEEP_TMP" not in os.environ:
        subprocess.run(["rm", "-rf", made], check=False)


def pytest_configure() -> None:
    """Ctrl-C means what it always means, also where the tests run in the background, whose shell ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Official schemas, the conformance suite and real texts; they are not part of this repository."""
    if not SHARED.is_dir():
        pytest.skip(f"the reference material is not at hand ({SHARED})")
    return SHARED


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive's home with an empty incoming/ and packages/."""
    (tmp_path / "incoming").mkdir()
    (tmp_path / "packages").mkdir()
    return tmp_path
