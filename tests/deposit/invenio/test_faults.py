"""Whatever goes wrong on the way: one whole record in the end and no draft beside it, or none; and no lie between."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.errors import AccessRefused, DepositRefused, NoRoom, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from preserve.testing.wire import Direction, Wire
from preserve.workflows.depositing.driving import Patience
from tests.deposit.invenio.repository import Repository
from tests.deposit.servers.certificates import certificate
from tests.deposit.servers.inveniolike import TOKEN, InvenioLike
from tests.deposit.servers.scripted import Fault, Reply, serving

STEPS = {
    "search": "GET /api/user/records$",
    "draft": "POST /api/records$",
    "begin": "POST .*/draft/files$",
    "octets": "PUT .*/content$",
    "commit": "POST .*/commit$",
    "list": "GET .*/draft/files$",
    "publish": "POST .*/actions/publish$",
    "read back": "GET .*/content$",
}
FAULTS: dict[str, dict[str, object]] = {
    "500": {"reply": Reply(500, b"Internal Server Error")},
    "500 though it happened": {"reply": Reply(500, b"Internal Server Error"), "happens": True},
    "504 though it happened": {"reply": Reply(504, b"<html>Gateway Time-out</html>"), "happens": True},
    "503 with Retry-After": {"reply": Reply(503, b"", {"Retry-After": "0"})},
    "429 with Retry-After": {"reply": Reply(429, b"", {"Retry-After": "0"})},
    "garbage": {"reply": b"\x00\xff garbage\r\n\r\n"},
    "garbage though it happened": {"reply": b"\x00\xff garbage\r\n\r\n", "happens": True},
    "a page": {"reply": Reply(200, b"<html>Please log in</html>")},
    "nothing": {"reply": None},
    "nothing though it happened": {"reply": None, "happens": True},
    "cut in the answer": {"reply": Reply(200, b'{"id": "r0', cut=5), "happens": True},
    "cut in the request": {"after": 1000},
}

DECISIVE = ("draft", "octets", "publish")
"""Calls that must not be made twice, or not by halves: there, everything is tried."""
SHORT = ("500 though it happened", "503 with Retry-After", "a page", "nothing though it happened", "cut in the answer")
TRIED = [(step, fault) for step in STEPS for fault in (FAULTS if step in DECISIVE else SHORT)]


@pytest.mark.parametrize(("step", "fault"), TRIED)
def test_after_a_fault_there_is_one_whole_record(place: Repository, tmp_path: Path, step: str, fault: str) -> None:
    what = of_files("letters", {"a.txt": b"a" * 70_000, "letters.zip": b"b" * 100_000}, form="payload")
    place.served.faults = [Fault(STEPS[step], **FAULTS[fault])]  # type: ignore[arg-type]
    done = deposit(place, what, tmp_path / "journal")
    if done.stage is not Stage.VERIFIED:  # a page that came for a file is not what was sent: the next run looks again
        assert done.error is None or isinstance(done.error, TargetUnreachable), done.error
        done = deposit(place, what, tmp_path / "journal")
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    assert sorted(place.whole()) == ["a", "letters"]
    assert len(place.invenio.records) == 1
    assert place.served.faults[0].times == 0


@pytest.mark.parametrize("step", ["draft", "octets", "publish"])
def test_a_quota_that_is_used_up_is_gone_on_with(
    place: Repository, what: Consignment, tmp_path: Path, step: str
) -> None:
    place.served.faults = [Fault(STEPS[step], reply=Reply(400, b'{"message": "Bucket quota exceeded."}'))]
    first = deposit(place, what, tmp_path / "journal")
    assert isinstance(first.error, NoRoom), first.error
    assert first.stage is Stage.UNKNOWN
    assert not place.whole()
    done = deposit(place, what, tmp_path / "journal")
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    assert len(place.invenio.records) == 1


@pytest.mark.parametrize("step", ["draft", "octets", "publish"])
def test_a_redirect_is_refused_and_nothing_goes_there(
    place: Repository, what: Consignment, tmp_path: Path, step: str
) -> None:
    with serving(lambda _: Reply(200, b"{}")) as elsewhere:
        there = {"Location": f"{elsewhere.url}/api/records"}
        place.served.faults = [Fault(STEPS[step], Reply(307, b"", there))]
        done = deposit(place, what, tmp_path / "journal")
        assert isinstance(done.error, DepositRefused)
        assert not elsewhere.asked
    assert not place.whole()
    assert deposit(place, what, tmp_path / "again").stage is Stage.VERIFIED
    assert len(place.invenio.records) == 1


@pytest.mark.parametrize("happens", [True, False])
def test_silence_is_reconciled_before_anything_is_made_again(
    place: Repository, what: Consignment, tmp_path: Path, happens: bool
) -> None:
    place.served.faults = [Fault(STEPS[step], happens=happens, silent=60) for step in ("draft", "publish")]
    original = place.open
    place.open = lambda **more: original(timeout=1, **more)  # type: ignore[method-assign]
    done = deposit(place, what, tmp_path / "journal")
    assert done.stage is Stage.VERIFIED, done.error
    assert len(place.invenio.records) == 1


def test_a_draft_that_the_search_does_not_show_yet_is_waited_for(place: Repository, what: Consignment) -> None:
    place.invenio.behind = 0.7
    place.served.faults = [Fault(STEPS["draft"], happens=True)]
    log = MemoryLog()
    with closing(place.open(search_delay=5)) as target:
        with pytest.raises(TargetUnreachable):
            target.send(what, log)
        assert target.look(what, log.handle).stage is Stage.SENDING
        assert target.send(what, log).stage is Stage.STORED
    assert len(place.invenio.records) == 1


def test_a_file_of_which_only_the_answer_was_lost_is_not_sent_again(
    place: Repository, what: Consignment, tmp_path: Path
) -> None:
    place.served.faults = [Fault(STEPS["octets"], happens=True)]
    assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert len(place.served.calls("PUT .*/content")) == 1


def test_a_file_that_the_repository_took_and_does_not_know_of_is_sent_again(
    place: Repository, what: Consignment, tmp_path: Path
) -> None:
    place.served.faults = [Fault(STEPS["commit"], Reply(404, b'{"status": 404, "message": "no such file"}'))]
    assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert len(place.served.calls("PUT .*/content")) == 2


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("octets", [1, 400, 1_500, 90_000, 301_000])
def test_a_line_that_is_cut_leads_to_one_whole_record(
    place: Repository, what: Consignment, tmp_path: Path, direction: Direction, octets: int
) -> None:
    url = place.served.url
    with Wire("127.0.0.1", int(url.rpartition(":")[2])) as wire:
        place.served.url = f"http://127.0.0.1:{wire.port}"
        wire.cut_after(octets, direction)
        first = deposit(place, what, tmp_path / "journal", Patience(attempts=1))
        assert first.error is None or isinstance(first.error, TargetUnreachable), first.error
        wire.heal()
        done = deposit(place, what, tmp_path / "journal")
    assert done.stage is Stage.VERIFIED, done.error
    assert len(place.invenio.records) == 1
    assert list(place.whole()) == [what.label]


def test_files_that_are_there_whole_are_not_sent_again(place: Repository, tmp_path: Path) -> None:
    what = of_files("letters", {f"{name}.txt": name.encode() * 1000 for name in "abcd"}, form="payload")
    place.served.faults = [Fault("PUT .*/c.txt/content", after=100)]
    assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert [asked.path.split("/")[-2] for asked in place.served.calls("PUT .*/content")] == [
        *("a.txt", "b.txt"),
        *("c.txt", "d.txt"),
    ]


def test_the_journal_never_says_stored_of_what_was_not_published(
    place: Repository, what: Consignment, tmp_path: Path
) -> None:
    place.served.faults = [Fault(STEPS["publish"], Reply(500), times=99)]
    done = deposit(place, what, tmp_path / "journal")
    assert isinstance(done.error, TargetUnreachable)
    entry = read(tmp_path / "journal")
    assert entry is not None
    assert entry.story.stage is Stage.UNKNOWN
    assert not place.whole()


@pytest.mark.parametrize("token", ["another-token-altogether", "x" * 3000])
def test_a_wrong_token_is_refused_and_not_shown_though_the_server_repeats_it(
    place: Repository, what: Consignment, token: str
) -> None:
    with closing(place.open(token=token)) as target:
        for action in (target.check, lambda: target.look(what, {}), lambda: target.send(what, MemoryLog())):
            with pytest.raises(AccessRefused, match="does not accept our credentials") as caught:
                action()
            assert token not in caught.value.message
            assert token[:50] not in caught.value.message
    assert not place.invenio.records


def test_an_expired_certificate_is_refused_and_the_token_is_not_sent(tmp_path: Path, what: Consignment) -> None:
    context, trusted = certificate(tmp_path, days=-1)
    invenio = InvenioLike()
    with serving(invenio, context) as served:
        place = Repository(invenio, served, tmp_path)
        done = deposit(place, what, tmp_path / "journal")
        assert isinstance(done.error, AccessRefused)
        with closing(place.open(ca_file=str(trusted))) as target, pytest.raises(AccessRefused, match="has expired"):
            target.check()
        assert not served.asked


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b'{"hits": []}',
        b'{"hits": {"hits": {"a": 1}}}',
        b'{"hits": {"hits": [{"id": "../../admin"}]}}',
        b'{"hits": {"hits": [{"id": "a/../b"}]}}',
        b'{"hits": {"hits": [{"id": null}]}}',
        b"[" * 50_000,
        b'{"a": ' * 50_000,
        b"null",
        b'{"hits": NaN}',
    ],
)
def test_an_answer_that_is_hostile_or_mad_is_no_answer(place: Repository, what: Consignment, answer: bytes) -> None:
    place.served.faults = [Fault(STEPS["search"], Reply(200, answer), times=9)]
    with closing(place.open()) as target:
        with pytest.raises(TargetUnreachable):
            target.look(what, {})
        with pytest.raises(TargetUnreachable):
            target.send(what, MemoryLog())
    assert not place.served.calls("POST|PUT|DELETE")
    assert not [asked for asked in place.served.asked if "admin" in asked.path]


def test_what_the_server_says_reaches_no_terminal_as_it_is(place: Repository, what: Consignment) -> None:
    said = b'{"message": "\\u001b]0;owned\\u0007 ' + TOKEN.encode() + b'"}'
    place.served.faults = [Fault(STEPS["draft"], Reply(400, said))]
    with closing(place.open()) as target, pytest.raises(DepositRefused) as caught:
        target.send(what, MemoryLog())
    assert "\x1b" not in caught.value.message
    assert "\\x1b]0;owned" in caught.value.message
    assert TOKEN not in caught.value.message
