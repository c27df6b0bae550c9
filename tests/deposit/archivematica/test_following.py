"""From a transfer to an AIP: no stage is told that Archivematica did not say."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from pathlib import Path

import pytest

from preserve.errors import TargetUnreachable
from preserve.model.deposits import Proof, Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit
from preserve.testing.consignments import of_files, single
from preserve.testing.logs import MemoryLog
from tests.deposit.archivematica.pipeline import Pipeline
from tests.deposit.servers.archivematicalike import LOCATION


def test_a_transfer_is_asked_for_with_the_place_the_type_and_the_configuration(
    place: Pipeline, what: Consignment
) -> None:
    zipped = single("letters-1902", "zip", 1000)
    with closing(place.open(location_path="/srv/in/")) as target:
        target.send(what, MemoryLog())
        target.send(zipped, MemoryLog())
    asked = [json.loads(each.body) for each in place.dashboard.calls("POST")]
    assert [base64.b64decode(each["path"]).decode() for each in asked] == [
        f"{LOCATION}:/srv/in/letters-1901",
        f"{LOCATION}:/srv/in/letters-1902.zip",
    ]
    assert [(each["name"], each["type"], each["processing_config"], each["accession"]) for each in asked] == [
        ("letters-1901", "unzipped bag", "automated", what.key),
        ("letters-1902", "zipped bag", "automated", zipped.key),
    ]


def test_each_step_is_told_as_what_it_is(place: Pipeline, what: Consignment) -> None:
    place.archivematica.quick = False
    log = MemoryLog()
    with closing(place.open()) as target:
        assert target.send(what, log).stage is Stage.ACCEPTED
        [transfer] = place.archivematica.transfers

        def told() -> tuple[Stage | None, str]:
            seen = target.confirm(what, log)
            assert target.look(what, {}).stage is seen.stage
            return seen.stage, seen.note

        assert told() == (Stage.ACCEPTED, "The transfer is being processed.")
        transfer.status = "USER_INPUT"
        assert told() == (
            Stage.ACCEPTED,
            "The transfer waits for a person's decision (Verify \\x1b[1mtransfer).",
        )
        transfer.stuck = True
        assert told() == (Stage.ACCEPTED, "Archivematica cannot say how far the transfer is.")
        transfer.stuck = False
        transfer.status, transfer.sip = "COMPLETE", "BACKLOG"
        assert told() == (Stage.ACCEPTED, "The transfer lies in the backlog; a person must go on there.")
        transfer.sip = "7e3b2c1d-0000-4000-8000-0123456789ab"
        assert told() == (Stage.ACCEPTED, "The ingest is being processed.")
        transfer.sip_status = "COMPLETE"
        assert told() == (Stage.ACCEPTED, "The ingest is done; the AIP is not in storage yet.")
        transfer.aip_status = "STAGING"
        assert told() == (Stage.ACCEPTED, "The storage service says of the AIP: STAGING.")
        transfer.aip_status = "UPLOADED"
        assert told() == (Stage.STORED, f"AIP {transfer.sip}")
        place.archivematica.transfers[0].status = "x"  # what was cleared from the dashboard stays in storage
        assert target.confirm(what, log).stage is Stage.STORED
        transfer.aip_status = "DELETED"
        assert target.confirm(what, log).stage is None
    assert len(place.dashboard.calls("POST")) == 1
    assert [name for name, _ in log.receipts] == ["package.json", *["status.json"] * 7, "status.json"]


@pytest.mark.parametrize("status", ["FAILED", "REJECTED"])
@pytest.mark.parametrize("part", ["status", "sip_status"])
def test_what_fails_there_is_refused_and_may_be_deposited_anew(
    place: Pipeline, what: Consignment, tmp_path: Path, status: str, part: str
) -> None:
    place.archivematica.quick = False
    log = MemoryLog()
    with closing(place.open()) as target:
        target.send(what, log)
        [transfer] = place.archivematica.transfers
        transfer.status, transfer.sip = "COMPLETE", "7e3b2c1d-0000-4000-8000-0123456789ab"
        setattr(transfer, part, status)
        seen = target.confirm(what, log)
    assert seen.stage is Stage.REFUSED
    assert "Verify" in seen.note
    place.archivematica.quick = True
    assert deposit(place, what, tmp_path / "anew").stage is Stage.VERIFIED
    assert list(place.whole()) == [what.label]


def test_the_storage_service_reads_its_own_package_and_is_asked_to_now(place: Pipeline, what: Consignment) -> None:
    log = MemoryLog()
    with closing(place.open()) as target:
        assert target.promises.proof is Proof.WORD
        target.send(what, log)
        good = target.verify(what, log, Silent())
        assert good.good
        assert (good.proof, good.files, good.bytes) == (Proof.WORD, 1, what.octets + 1000)
        [transfer] = place.archivematica.transfers
        transfer.whole = False
        bad = target.verify(what, log, Silent())
        assert not bad.good
        assert [(each.code, each.path) for each in bad.problems] == [
            ("deposit-file-altered", "data/objects/letter.txt")
        ]
        transfer.whole = None
        with pytest.raises(TargetUnreachable, match="could not check the AIP"):
            target.verify(what, log, Silent())
        transfer.aip_status = ""
        assert not target.verify(what, log, Silent()).good
    assert len(place.storage.calls("check_fixity")) == 3


def test_a_transfer_has_a_name_that_archivematica_does_not_change(place: Pipeline, tmp_path: Path) -> None:
    for label in ("lettres-reçues", "رسائل"):
        assert deposit(place, of_files(label, {"bagit.txt": label.encode()}), tmp_path / label).stage is Stage.VERIFIED
    names = [each.name for each in place.archivematica.transfers]
    assert all(name.isascii() for name in names)
    assert names[0].startswith("lettres-recues-")
    assert names[1].startswith("package-")
