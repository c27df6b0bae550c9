"""Sealed packages to be damaged: made once, copied for each test."""

from pathlib import Path

import pytest

from tests.faults.damage.sealed import Home, make_home


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two sealed packages, to be looked at only."""
    return make_home(tmp_path_factory.mktemp("sealed") / "home")


@pytest.fixture
def spare(sealed: Home, tmp_path: Path) -> Home:
    """The same packages, to be damaged."""
    return sealed.copied(tmp_path / "home")
