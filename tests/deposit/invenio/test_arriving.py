"""Only what arrived as it left is published, whatever the repository accepts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from preserve.errors import TargetUnreachable
from preserve.model.deposits import Proof, Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from tests.deposit.invenio.repository import Repository
from tests.deposit.servers.scripted import Fault, Reply

# What the repository accepts though it should not


@pytest.mark.parametrize("harm", [lambda body: body[:-1], lambda body: body[:-1] + b"?", lambda body: body + b"!"])
def test_what_arrives_otherwise_than_it_left_is_sent_again_and_never_published(
    place: Repository, what: Consignment, harm: Callable[[bytes], bytes]
) -> None:
    log = MemoryLog()
    place.invenio.harms = [harm, harm]
    with closing(place.open()) as target:
        for _ in range(2):
            with pytest.raises(TargetUnreachable, match="did not arrive as it left"):
                target.send(what, log)
            assert not place.whole()
            assert target.look(what, log.handle).stage is Stage.SENDING
        assert target.send(what, log).stage is Stage.STORED
        assert target.verify(what, log, Silent()).good


def test_a_file_that_changes_between_its_commit_and_the_publishing_keeps_the_draft_from_being_published(
    place: Repository,
) -> None:
    """A transfer in parts may be called complete with a hole in it; what is listed last is what is believed."""
    what, log = of_files("letters", {"a.txt": b"first", "b.txt": b"second"}, form="payload"), MemoryLog()

    def hole(body: bytes) -> bytes:
        [kept] = place.invenio.records.values()
        kept.told["a.txt"]["size"] = 4.0
        return body

    place.invenio.harms = [bytes, hole]
    with closing(place.open()) as target:
        with pytest.raises(TargetUnreachable, match="Nothing was published"):
            target.send(what, log)
        assert not place.whole()
        assert target.send(what, log).stage is Stage.STORED


@pytest.mark.parametrize("basis", ["bytes", "word"])
def test_what_is_verified_is_what_was_asked_for(place: Repository, what: Consignment, basis: str) -> None:
    with closing(place.open(verify=basis)) as target:
        assert target.promises.proof is Proof(basis)
        target.send(what, MemoryLog())
        assert target.verify(what, MemoryLog(), Silent()).good
        assert len(place.served.calls("GET .*/content")) == (basis == "bytes")
        place.damage(what.label)
        assert target.verify(what, MemoryLog(), Silent()).good is (basis == "word")  # it tells what it once computed


def test_files_that_are_missing_altered_or_not_ours_are_named_each(place: Repository) -> None:
    what = of_files("letters", {f"{name}.txt": name.encode() for name in "abc"}, form="payload")
    with closing(place.open()) as target:
        target.send(what, MemoryLog())
        [kept] = place.invenio.records.values()
        del kept.told["a.txt"]
        kept.told["b.txt"]["checksum"] = "md5:" + "0" * 32
        kept.content["c.txt"] = b"C"
        kept.told["d.txt"] = {"key": "d.txt", "status": "completed", "size": 1, "checksum": "md5:0"}
        found = target.verify(what, MemoryLog(), Silent())
    assert not found.good
    assert {problem.path: problem.code for problem in found.problems} == {
        "a.txt": "deposit-file-missing",
        "b.txt": "deposit-file-altered",
        "c.txt": "deposit-file-altered",
        "d.txt": "deposit-file-unexpected",
    }


@pytest.mark.parametrize("size", ["1e999", "-1", "2.5", "true", "null", '"5"', "9" * 400])
def test_a_size_that_no_file_has_is_not_that_of_ours(place: Repository, size: str) -> None:
    what, log = of_files("letters", {"a.txt": b"12345"}, form="payload"), MemoryLog()
    listed = b'{"entries": [{"key": "a.txt", "status": "completed", "size": %s, "checksum": "md5:0"}]}' % size.encode()
    with closing(place.open()) as target:
        target.send(what, log)
        place.served.faults = [Fault("GET .*/files$", Reply(200, listed), times=9)]
        found = target.verify(what, log, Silent())
    assert [problem.code for problem in found.problems] == ["deposit-file-altered"]


def test_a_name_that_is_no_text_can_still_be_told(place: Repository, what: Consignment) -> None:
    log = MemoryLog()
    with closing(place.open()) as target:
        target.send(what, log)
        [kept] = place.invenio.records.values()
        kept.told["odd"] = {"key": "\ud800\x1b[31m", "status": "completed", "size": 1, "checksum": ""}
        found = target.verify(what, log, Silent())
    [problem] = found.problems
    assert problem.path == "\\ud800\\x1b[31m"
    assert problem.message.encode()
