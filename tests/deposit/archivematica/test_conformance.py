"""The shared suite, with servers that do what Archivematica is documented to do."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.testing.conformance import TargetConformance
from tests.deposit.archivematica.pipeline import Pipeline, running


class TestArchivematica(TargetConformance):
    forms = ("bag", "zip")

    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Pipeline]:
        (folder := tmp_path / uuid.uuid4().hex).mkdir()
        with running(folder) as pipeline:
            yield pipeline
