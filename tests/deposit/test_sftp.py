"""SFTP, held to the contract against a real sshd: one that lets us run programs, and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from preserve.deposit.targets.sftp import KIND
from preserve.testing.conformance import TargetConformance
from tests.deposit.far_shelf import Shelf
from tests.deposit.servers.memory import in_memory
from tests.deposit.servers.sshd import Sshd, sshd

pytestmark = pytest.mark.server


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory: no disk is tried here."""
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module", params=["with programs", "SFTP alone"])
def servers(request: pytest.FixtureRequest) -> Iterator[Sshd]:
    with in_memory() as folder, sshd(folder / "sshd", runs_programs=request.param == "with programs") as server:
        yield server


@pytest.fixture
def server(servers: Sshd, tmp_path: Path) -> Sshd:
    """The server, with an empty folder."""
    servers.deposits.rename(tmp_path / "former deposits")
    servers.deposits.mkdir()
    return servers


class TestSftp(TargetConformance):
    """See ``TargetConformance``."""

    forms: ClassVar = ("tar", "bag", "zip", "saf-zip")

    @pytest.fixture
    def place(self, server: Sshd, tmp_path: Path) -> Shelf:
        return Shelf(KIND, server, tmp_path / "scratch")
