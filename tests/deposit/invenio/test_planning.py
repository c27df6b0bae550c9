"""What stands in the way is said before anything is sent, and leaves nothing there."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from preserve.errors import ConfigError, DepositRefused, DescriptionError
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment, DepositTarget
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from tests.deposit.invenio.repository import Repository


def problems_of(target: DepositTarget, what: Consignment) -> dict[str, str]:
    return {problem.code: problem.message for problem in target.plan(what)}


# What is said before anything is sent


def test_more_files_than_a_record_holds_are_an_error_before_anything_is_sent(place: Repository) -> None:
    what = of_files("letters", {f"{number}.txt": b"x" for number in range(4)}, form="payload")
    with closing(place.open(most_files=3)) as target:
        assert "4 files" in problems_of(target, what)["deposit-too-many-files"]
    with closing(place.open(most_files=4)) as target:
        assert not target.plan(what)


@pytest.mark.parametrize("name", ["a/b.txt", "M\udcfcller.txt"])
def test_names_that_a_record_cannot_have_are_an_error_before_anything_is_sent(place: Repository, name: str) -> None:
    with closing(place.open()) as target:
        assert set(problems_of(target, of_files("letters", {name: b"x"}, form="payload"))) == {
            "deposit-name-impossible"
        }


def test_documents_with_odd_names_arrive_under_these(place: Repository) -> None:
    odd = {"100% -x;$(id)'\".txt": b"odd\n", "\u0631\u0633.txt": b"\xd8\xb1", "empty #?.txt": b"", "+&=.txt": b"+"}
    what = of_files("letters", odd, form="payload")
    with closing(place.open()) as target:
        assert target.send(what, MemoryLog()).stage is Stage.STORED
        assert target.verify(what, MemoryLog(), Silent()).good
    [kept] = place.invenio.records.values()
    assert kept.content == odd


def test_a_description_that_cannot_be_published_leaves_no_draft(place: Repository, what: Consignment) -> None:
    bare = replace(what, descriptions={"invenio": b'{"metadata": {"title": "Letters"}}'})  # type: ignore[type-var]
    with closing(place.open()) as target, pytest.raises(DepositRefused, match=r"metadata\.creators: Missing data"):
        target.send(bare, MemoryLog())
    assert not place.invenio.records


def test_a_description_that_is_not_there_is_said_before_anything_is_sent(place: Repository, what: Consignment) -> None:
    none = replace(what, descriptions={})  # type: ignore[type-var]
    with closing(place.open()) as target:
        assert set(problems_of(target, none)) == {"description"}
        with pytest.raises(DescriptionError):
            target.send(none, MemoryLog())
    assert not place.served.calls("POST")


def test_a_draft_with_a_file_that_somebody_added_is_left_as_it_is(place: Repository, what: Consignment) -> None:
    log = MemoryLog()
    with closing(place.open(publish=False)) as target:
        target.send(what, log)
    [kept] = place.invenio.records.values()
    kept.told["note.txt"] = {"key": "note.txt", "status": "completed", "size": 1, "checksum": "md5:0"}
    with closing(place.open()) as target, pytest.raises(DepositRefused, match=r"note\.txt"):
        target.send(what, log)
    assert "note.txt" in kept.told
    assert not kept.published


def test_a_target_without_a_token_is_refused_before_it_is_used(place: Repository) -> None:
    with pytest.raises(ConfigError, match="needs a token"):
        place.open(token="")
