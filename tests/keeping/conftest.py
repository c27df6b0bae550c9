"""The fixtures of these tests."""

from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An empty archive."""
    return Archive(home, capsys)
