"""The shared suite, with a server that does what InvenioRDM is documented to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.testing.conformance import TargetConformance
from tests.deposit.invenio.repository import Repository
from tests.deposit.servers.inveniolike import InvenioLike
from tests.deposit.servers.scripted import serving


class TestInvenio(TargetConformance):
    forms = ("zip", "tar", "payload-zip")

    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Repository]:
        invenio = InvenioLike()
        with serving(invenio) as served:
            yield Repository(invenio, served, tmp_path)
