"""What servers do wrong, by their manner: there is one deposit or none afterwards, and nobody is told otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.targets.swordv2.dialects import DIALECTS
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import consignment, deposit
from preserve.testing.logs import MemoryLog
from preserve.workflows.depositing.driving import Driven, Patience
from tests.deposit.servers.certificates import certificate
from tests.deposit.servers.swordish import MANNERS, Swordish
from tests.deposit.swordv2.far import Far

ONCE = Patience(attempts=1, wait=0.0)
CALLS = [("POST", "/col/"), ("POST", "/media/"), ("POST", "/edit/"), ("GET", "/statement/")]
Begin = Callable[..., Far]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a server of a manner, and says how one speaks to it."""
    servers: list[Swordish] = []

    def start(manner: str = "plain", **values: str) -> Far:
        servers.append(Swordish(manner))
        servers[-1].__enter__()
        return Far(servers[-1], tmp_path, dialect=manner, **values)

    yield start
    for server in servers:
        server.__exit__(None, None, None)


@pytest.fixture
def what() -> Consignment:
    return consignment("zip")


def again(far: Far, what: Consignment, folder: Path) -> Driven:
    """Another run, after whatever was wrong is over."""
    far.server.faults.clear()
    return deposit(far, what, folder)


@pytest.mark.parametrize("how", ["500", "redirect", "nothing", "lost", "half", "garbage", "page", "bomb", "empty"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_an_answer_that_is_none_leads_to_one_deposit(
    begin: Begin, what: Consignment, tmp_path: Path, method: str, path: str, how: str
) -> None:
    far = begin()
    far.server.fail(method, path, how)
    first = deposit(far, what, tmp_path / "journal", ONCE)
    assert first.stage is not Stage.STORED or far.whole()
    if isinstance(first.error, DepositRefused):  # what would change something is not sent elsewhere
        assert how == "redirect"
        assert not far.whole()
    done = again(far, what, tmp_path / "journal")
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    assert far.whole() == [what.label]
    assert len(far.server.deposits) == 1


@pytest.mark.parametrize(("method", "path"), [("GET", "/sd"), ("GET", "/col/"), *CALLS])
def test_a_server_that_asks_to_come_later_is_asked_later(
    begin: Begin, what: Consignment, tmp_path: Path, method: str, path: str
) -> None:
    far = begin()
    far.server.fail(method, path, "503", times=2)
    assert deposit(far, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert far.whole() == [what.label]


@pytest.mark.parametrize("path", ["/col/", "/media/", "/edit/"])
def test_a_refusal_leaves_nothing_and_is_told_in_its_words(
    begin: Begin, what: Consignment, tmp_path: Path, path: str
) -> None:
    far = begin()
    far.server.fail("POST", path, "400")
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, DepositRefused)
    assert done.stage is Stage.REFUSED
    assert not far.server.deposits
    assert "lacks a subject" in done.error.message


@pytest.mark.parametrize("how", ["507", "quota"])
@pytest.mark.parametrize(
    ("manner", "path"), [("plain", "/col/"), ("plain", "/media/"), ("plain", "/edit/"), ("dans", "/col/")]
)
def test_a_server_without_room_has_refused_nothing_and_is_gone_on_with(
    begin: Begin, what: Consignment, tmp_path: Path, manner: str, path: str, how: str
) -> None:
    """Also one that cannot be asked: it said that it took nothing."""
    far = begin(manner)
    far.server.fail("POST", path, how, times=3)
    first = deposit(far, what, tmp_path / "journal")
    assert isinstance(first.error, NoRoom), first.error
    assert "preserve deposit --to repository --resume" in first.error.hint
    assert first.stage is Stage.UNKNOWN
    assert not far.whole()
    assert len(far.server.faults) == 2  # it was tried once
    done = again(far, what, tmp_path / "journal")
    assert done.error is None, done.error
    assert far.whole() == [what.label]
    assert len(far.server.deposits) == 1


def test_an_error_document_with_200_is_a_refusal(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    far.server.fail("POST", "/media/", "error with 200")
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, DepositRefused)
    assert "Nothing was done" in done.error.message
    assert not far.server.deposits


def test_what_a_refused_deposit_left_is_found_and_removed(begin: Begin, what: Consignment) -> None:
    """EPrints says in its service document that it takes Binary, refuses it, and keeps a draft of it."""
    far = begin("eprints", order="binary", packaging="binary")
    with closing(far.open()) as target:
        assert [problem.code for problem in target.plan(what)] == ["sword-packaging"]
        with pytest.raises(DepositRefused, match="draft of it was removed"):
            target.send(what, MemoryLog())
    assert not far.server.deposits


def test_what_cannot_be_removed_is_named(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    far.server.fail("POST", "/media/", "400")
    far.server.fail("DELETE", "/edit/", "500")
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, DepositRefused)
    assert f"{far.server.origin}/edit/1" in done.error.message


def test_a_statement_that_is_no_xml_is_asked_for_as_rdf(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin("dspace")
    far.server.fail("GET", "/statement/", "malformed", times=100)
    done = deposit(far, what, tmp_path / "journal")
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED


def test_without_any_statement_it_is_accepted_and_never_stored(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    far.server.fail("GET", "/statement/", "malformed", times=100)
    far.server.fail("GET", "/rdf/", "malformed", times=100)
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert done.stage is Stage.ACCEPTED
    assert again(far, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert far.whole() == [what.label]


def test_a_receipt_that_leads_to_another_server_is_not_followed(
    begin: Begin, what: Consignment, tmp_path: Path
) -> None:
    far = begin()
    far.server.fail("POST", "/col/", "foreign")
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, TargetUnreachable)
    assert done.stage is Stage.UNKNOWN
    assert again(far, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert far.whole() == [what.label]


def test_an_original_at_another_server_is_not_read(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin(order="multipart")
    far.server.original_at = "http://127.0.0.9:9/original"
    done = deposit(far, what, tmp_path / "journal")
    assert isinstance(done.error, TargetUnreachable)
    assert "was not read back" in done.error.message
    assert done.stage is Stage.STORED


def test_accepted_is_not_stored(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    far.server.archives = False
    assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.ACCEPTED
    (kept,) = far.server.deposits.values()
    kept.state = 2
    assert deposit(far, what, tmp_path / "journal").stage is Stage.VERIFIED


def test_what_is_refused_later_is_told(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    far.server.archives = False
    deposit(far, what, tmp_path / "journal", ONCE)
    (kept,) = far.server.deposits.values()
    kept.state = 3
    done = deposit(far, what, tmp_path / "journal")
    assert isinstance(done.error, DepositRefused)
    assert done.stage is Stage.REFUSED


def test_it_is_found_on_a_later_page_of_the_list(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin("eprints")
    assert deposit(far, what, tmp_path / "first").stage is Stage.STORED
    for number in range(45):
        far.server.make(f"other-{number}", b"<dcterms:title>Letters</dcterms:title>", 2)
    assert deposit(far, what, tmp_path / "second").stage is Stage.STORED
    assert far.whole().count(what.label) == 1


def test_a_list_without_end_is_no_answer(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    far.server.fail("GET", "/col/", "page")
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, TargetUnreachable)
    assert not far.server.deposits


def test_two_of_it_are_for_a_person(begin: Begin, what: Consignment, tmp_path: Path) -> None:
    far = begin()
    for _ in range(2):
        far.server.make(what.label, f"<dcterms:identifier>{what.key}</dcterms:identifier>".encode(), 1)
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, TargetUnreachable)
    assert "2 times" in done.error.message
    assert len(far.server.deposits) == 2


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_wrong_credentials_are_refused_with_a_sentence(
    begin: Begin, what: Consignment, tmp_path: Path, manner: str
) -> None:
    far = begin(manner)
    far.password = "something else altogether"  # noqa: S105  it is wrong
    done = deposit(far, what, tmp_path / "journal")
    assert isinstance(done.error, AccessRefused)
    assert far.password not in done.error.message
    assert not far.server.deposits


@pytest.mark.parametrize("days", [-1, 1])
def test_a_certificate_that_is_expired_or_of_a_stranger_is_refused(
    what: Consignment, tmp_path: Path, days: int
) -> None:
    context, trusted = certificate(tmp_path, days=days)
    with Swordish(tls=context) as server:
        server.origin = server.origin.replace("localhost", "127.0.0.1")
        far = Far(server, tmp_path, ca_file=str(trusted) if days < 0 else "")
        done = deposit(far, what, tmp_path / "journal", ONCE)
        assert isinstance(done.error, AccessRefused)
        assert "certificate" in done.error.message
        assert not server.requests
        far = Far(server, tmp_path, ca_file=str(trusted))
        done = deposit(far, what, tmp_path / "again", ONCE)
        assert done.stage is (Stage.VERIFIED if days > 0 else Stage.PLANNED)


def test_a_collection_that_is_not_there_is_said(begin: Begin) -> None:
    far = begin(collection="elsewhere")
    with closing(far.open()) as target, pytest.raises(ConfigError, match="offers no collection 'elsewhere'"):
        target.check()


def test_every_dialect_has_a_manner_or_a_real_server() -> None:
    assert set(DIALECTS) == {*MANNERS, "swh"}
