"""Records: what is written into them, drafts, communities and versions."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.targets.invenio.body import body_of
from preserve.errors import DepositRefused
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit, journal_for
from preserve.testing.consignments import of_files, single
from preserve.testing.logs import Died, MemoryLog
from tests.deposit.invenio.repository import Repository

# What is written into a record


def test_what_the_description_says_twice_of_one_scheme_goes_among_the_related_identifiers() -> None:
    said = {"identifiers": [{"identifier": "urn:x:1", "scheme": "urn"}, {"identifier": "10.1/a", "scheme": "doi"}]}
    said["identifiers"].append({"identifier": "10.1/b", "scheme": "doi"})
    described = json.dumps({"metadata": said}).encode()
    body = json.loads(body_of(described, "urn:uuid:key", "urn:uuid:package", "restricted"))
    assert body["access"] == {"record": "restricted", "files": "restricted"}
    assert [(each["scheme"], each["identifier"]) for each in body["metadata"]["identifiers"]] == [
        ("urn", "urn:uuid:key"),
        ("doi", "10.1/a"),
    ]
    assert {each["identifier"]: each["relation_type"]["id"] for each in body["metadata"]["related_identifiers"]} == {
        "urn:x:1": "isidenticalto",
        "10.1/b": "isidenticalto",
        "urn:uuid:package": "isversionof",
    }


def test_a_record_bears_the_key_the_package_and_who_may_see_it(place: Repository, what: Consignment) -> None:
    with closing(place.open(access="files-restricted")) as target:
        seen = target.send(what, MemoryLog())
    [kept] = place.invenio.records.values()
    assert kept.body["metadata"]["title"] == "Letters"
    assert {"identifier": what.key, "scheme": "urn"} in kept.body["metadata"]["identifiers"]
    assert kept.body["metadata"]["related_identifiers"][0]["identifier"] == f"urn:uuid:{what.package.id}"
    assert kept.body["access"] == {"record": "public", "files": "restricted"}
    assert seen.where == f"{place.served.url}/records/{kept.id}"  # and not where the answer points
    assert seen.note == f"DOI 10.1234/{kept.id}"


# Drafts, communities, versions


def test_without_publishing_a_whole_draft_is_accepted_and_stored_when_a_person_publishes_it(
    place: Repository, what: Consignment, tmp_path: Path
) -> None:
    with closing(place.open(publish=False)) as target, journal_for(what, tmp_path / "journal") as journal:
        assert target.send(what, journal).stage is Stage.ACCEPTED
        assert target.confirm(what, journal).stage is Stage.ACCEPTED
        assert target.look(what, {}).stage is Stage.ACCEPTED
        [kept] = place.invenio.records.values()
        assert not kept.published
        kept.published, kept.status = True, "published"
        assert target.confirm(what, journal).stage is Stage.STORED
        assert target.verify(what, journal, Silent()).good


def test_a_community_takes_or_declines_what_is_submitted_to_it(place: Repository) -> None:
    for takes, stage in ((True, Stage.STORED), (False, Stage.REFUSED)):
        what, log = single(f"letters-{takes}", "zip", 1000, seed=takes), MemoryLog()
        with closing(place.open(community="letters")) as target:
            assert target.send(what, log).stage is Stage.ACCEPTED
            assert target.look(what, {}).stage is Stage.ACCEPTED
            assert target.confirm(what, log).stage is Stage.ACCEPTED
            place.invenio.decide(takes=takes)
            assert target.confirm(what, log).stage is stage
    assert place.whole() == ["letters-True"]


def test_a_community_that_does_not_exist_is_refused(place: Repository, what: Consignment) -> None:
    with closing(place.open(community="nobody")) as target, pytest.raises(DepositRefused, match="does not exist"):
        target.send(what, MemoryLog())
    assert not place.whole()


def state(number: int, content: bytes) -> Consignment:
    label = "letters" if number == 1 else f"letters.v{number}"
    return of_files(label, {f"{label}.zip": content}, form="zip", state=number)


def test_a_later_state_of_a_package_becomes_the_next_version_of_its_record(place: Repository, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        assert deposit(place, state(number, b"x" * number), tmp_path / str(number)).stage is Stage.VERIFIED
    assert [(kept.parent, kept.index) for kept in place.invenio.records.values()] == [("p0", 1), ("p0", 2), ("p0", 3)]
    assert place.whole() == ["letters", "letters.v2", "letters.v3"]
    with closing(place.open()) as target:
        assert target.look(state(1, b"x"), {}).where.endswith("/records/r0001-abcde")
        assert target.look(state(2, b"xx"), {}).where.endswith("/records/r0002-abcde")


def test_a_death_between_the_steps_of_a_next_version_leads_to_one(place: Repository, tmp_path: Path) -> None:
    deposit(place, state(1, b"x"), tmp_path / "1")
    for step in range(1, 8):
        for before in (True, False):
            log = MemoryLog(dies_at=step, before=before)
            try:
                with closing(place.open()) as target:
                    target.send(state(2, b"xx"), log)
            except Died:
                pass
    assert deposit(place, state(2, b"xx"), tmp_path / "2").stage is Stage.VERIFIED
    assert len(place.invenio.records) == 2


def test_a_next_version_that_somebody_has_begun_is_left_alone(place: Repository, tmp_path: Path) -> None:
    deposit(place, state(1, b"x"), tmp_path / "1")
    kept = place.invenio._new({"metadata": {"title": "Corrected by hand"}}, "p0", 2)
    done = deposit(place, state(2, b"xx"), tmp_path / "2")
    assert isinstance(done.error, DepositRefused)
    assert kept.id in done.error.message
    assert kept.body == {"metadata": {"title": "Corrected by hand"}}
    assert not kept.content


def test_the_draft_of_a_next_version_is_not_taken_for_the_record_that_it_follows(
    place: Repository, tmp_path: Path
) -> None:
    deposit(place, state(1, b"x"), tmp_path / "1")
    with closing(place.open()) as target:
        target._records.new_version("r0001-abcde")  # type: ignore[attr-defined]
        place.invenio.records.pop("r0001-abcde")
        assert target.look(state(1, b"x"), {}).stage is None
