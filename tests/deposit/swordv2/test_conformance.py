"""The shared suite, against servers that behave as each dialect's do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.testing.conformance import TargetConformance
from tests.deposit.servers.swordish import Swordish
from tests.deposit.swordv2.far import Far


class TestPlain(TargetConformance):
    forms = ("zip", "payload-zip", "tar")

    @pytest.fixture(params=["entry", "binary", "multipart"])
    def place(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Far]:
        with Swordish() as server:
            yield Far(server, tmp_path, order=request.param)


class TestDSpace(TargetConformance):
    forms = ("zip",)

    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Far]:
        with Swordish("dspace") as server:
            yield Far(server, tmp_path, dialect="dspace")


class TestEPrints(TargetConformance):
    forms = ("zip",)

    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Far]:
        with Swordish("eprints") as server:
            yield Far(server, tmp_path, dialect="eprints")
