"""The same with a real InvenioRDM, such as Zenodo's sandbox, if one is named."""

from __future__ import annotations

import os
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.given import Given
from preserve.deposit.targets.invenio import KIND
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment, DepositTarget, Secret
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from tests.deposit.invenio.repository import DEFAULTS

URL, TOKEN = (os.environ.get(f"PRESERVE_TEST_INVENIO_{name}", "") for name in ("URL", "TOKEN"))
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not (URL and TOKEN), reason="no real InvenioRDM: set PRESERVE_TEST_INVENIO_URL and PRESERVE_TEST_INVENIO_TOKEN"
    ),
]


def opened(folder: Path, *, publish: bool) -> DepositTarget:
    values = {**DEFAULTS, "url": URL, "publish": publish}
    return KIND.open(Given("real", values, folder, folder, {"token": Secret(TOKEN)}))


def package(label: str, state: int) -> Consignment:
    name = label if state == 1 else f"{label}.v{state}"
    return of_files(name, {f"{name}.zip": f"state {state}".encode() * 1000}, form="zip", state=state)


def test_a_draft_is_made_once_found_again_and_deleted(tmp_path: Path) -> None:
    what = package(f"trial-{uuid.uuid4().hex[:8]}", 1)
    log = MemoryLog()
    with closing(opened(tmp_path, publish=False)) as target:
        assert "InvenioRDM" in target.check()
        assert not target.plan(what)
        assert target.look(what, {}).stage is None
        try:
            assert target.send(what, log).stage is Stage.ACCEPTED
            assert target.look(what, log.handle).stage is Stage.ACCEPTED
            assert target.look(what, {"asked": log.facts["asked"]}).where == target.look(what, log.handle).where
            assert target.send(what, log).stage is Stage.ACCEPTED
        finally:
            if "record" in log.facts:
                target._records.discard(log.facts["record"])  # type: ignore[attr-defined]


@pytest.mark.skipif(
    not os.environ.get("PRESERVE_TEST_INVENIO_PUBLISH"), reason="nothing is published: PRESERVE_TEST_INVENIO_PUBLISH"
)
def test_two_states_become_two_versions_of_one_record(tmp_path: Path) -> None:
    label = f"trial-{uuid.uuid4().hex[:8]}"
    with closing(opened(tmp_path, publish=True)) as target:
        for state in (1, 2):
            what, log = package(label, state), MemoryLog()
            assert target.send(what, log).stage is Stage.STORED
            assert target.confirm(what, log).stage is Stage.STORED
            assert target.verify(what, log, Silent()).good
