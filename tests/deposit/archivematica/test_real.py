"""The same with a real Archivematica, if one is named."""

from __future__ import annotations

import os
import uuid
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from preserve.deposit.given import Given
from preserve.deposit.targets.archivematica import KIND
from preserve.model.deposits import Stage
from preserve.ports.depositing import Secret
from preserve.testing.conformance import journal_for
from preserve.testing.consignments import of_files
from preserve.workflows.depositing.driving import Patience, drive
from tests.deposit.archivematica.pipeline import DEFAULTS

NAMES = ("URL", "STORAGE_URL", "USER", "FOLDER", "LOCATION", "API_KEY", "STORAGE_API_KEY")
REAL = {name: os.environ.get(f"PRESERVE_TEST_ARCHIVEMATICA_{name}", "") for name in NAMES}
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not all(REAL.values()), reason=f"no real Archivematica: set PRESERVE_TEST_ARCHIVEMATICA_{{{','.join(NAMES)}}}"
    ),
]


def bag() -> dict[str, bytes]:
    """A small bag that is valid."""
    letter = b"Dear Sir,\n" * 100
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": f"{sha256(letter).hexdigest()}  data/letter.txt\n".encode(),
        "data/letter.txt": letter,
    }


def test_a_transfer_becomes_an_aip_that_is_stored_and_whole(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    what = of_files(f"trial-{uuid.uuid4().hex[:8]}", bag())
    values = {
        **DEFAULTS,
        "url": REAL["URL"],
        "storage_url": REAL["STORAGE_URL"],
        "user": REAL["USER"],
        "transfer_source": REAL["FOLDER"],
        "location": REAL["LOCATION"],
    }
    secrets = {name: Secret(REAL[name.upper()]) for name in ("api_key", "storage_api_key")}
    given = Given("real", values, tmp_path / "home", tmp_path / "home" / "scratch", secrets)
    with closing(KIND.open(given)) as target, journal_for(what, tmp_path / "journal") as journal:
        assert "Archivematica" in target.check()
        assert not target.plan(what)
        done = drive(target, what, journal, Patience(wait=1800.0, first_pause=5.0))
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
