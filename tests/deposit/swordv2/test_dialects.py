"""What differs from server to server: which calls are made, in which order, with what in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.targets.swordv2 import entry
from preserve.deposit.targets.swordv2.dialects import DIALECTS
from preserve.errors import ConfigError, TargetUnreachable
from preserve.model.deposits import Proof, Stage
from preserve.storage import safe_xml
from preserve.testing.conformance import consignment, deposit, journal_for
from preserve.testing.consignments import MadeConsignment, single
from preserve.testing.logs import MemoryLog
from preserve.workflows.depositing.driving import Patience
from tests.deposit.servers.swordish import MANNERS, PASSWORD, Swordish
from tests.deposit.swordv2.far import Far

ONCE = Patience(attempts=1, wait=0.0)


@pytest.fixture(params=sorted(MANNERS))
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Far]:
    with Swordish(request.param) as server:
        yield Far(server, tmp_path, dialect=request.param)


def changes(server: Swordish) -> list[tuple[str, str, Mapping[str, str]]]:
    """What was asked for that may change something."""
    return [each for each in server.requests if each[0] != "GET"]


def test_it_arrives_whole_and_the_journal_says_how_far(far: Far, tmp_path: Path) -> None:
    what = consignment("zip")
    with closing(far.open()) as target:
        assert not [problem for problem in target.plan(what) if problem.severity == "error"]
        proof = target.promises.proof
    done = deposit(far, what, tmp_path / "journal", ONCE)
    assert done.error is None, done.error
    draft = far.values["dialect"] == "dataverse"  # which only a curator publishes
    assert done.stage is (Stage.ACCEPTED if draft else Stage.STORED if proof is Proof.NONE else Stage.VERIFIED)
    (kept,) = far.server.deposits.values()
    sent = b"".join(block for piece in what.pieces() for block in piece.blocks())
    assert list(kept.files.values()) == [sent]


def test_checksums_are_in_hex_and_names_in_every_header(far: Far, tmp_path: Path) -> None:
    what = single("رسائل-1901", "zip", 5000)
    assert deposit(far, what, tmp_path / "journal", ONCE).error is None
    sent = hashlib.md5(b"".join(next(what.pieces()).blocks())).hexdigest()
    (headers,) = (told for _, _, told in changes(far.server) if "packaging" in told)
    assert headers["content-md5"] == sent
    assert headers["content-disposition"].isascii()
    assert "filename=" in headers["content-disposition"]
    assert headers["content-length"] == "5000"
    assert "transfer-encoding" not in headers
    assert all(told["in-progress"] in ("true", "false") for _, _, told in changes(far.server))


def test_it_is_found_by_another_run_that_knows_nothing(far: Far, tmp_path: Path) -> None:
    what = consignment("zip")
    deposit(far, what, tmp_path / "first", ONCE)
    before = len(changes(far.server))
    with closing(far.open()) as target:
        if not target.promises.askable:
            assert target.look(what, {}).stage is None
            return
        seen = target.look(what, {})
    if far.values["dialect"] == "dataverse":  # a draft there may be anything by now
        assert seen.stage is Stage.SENDING
        done = deposit(far, what, tmp_path / "second", ONCE)
        assert "the journal here does not tell of" in str(done.error)
    else:
        assert seen.stage is Stage.STORED
        assert deposit(far, what, tmp_path / "second", ONCE).error is None
    assert len(changes(far.server)) == before
    assert far.whole() == [what.label]


def test_the_next_state_of_a_package_is_another_deposit(far: Far, tmp_path: Path) -> None:
    first, second = single("letters-1901", "zip", 900), single("letters-1901.v2", "zip", 901)
    for what in (first, second, first):
        assert deposit(far, what, tmp_path / what.label, ONCE).error is None
    assert sorted(far.whole()) == ["letters-1901", "letters-1901.v2"]


class TestDans:
    @pytest.fixture
    def far(self, tmp_path: Path) -> Iterator[Far]:
        with Swordish("dans") as server:
            yield Far(server, tmp_path, dialect="dans", part_size="200000")

    def test_large_ones_go_in_numbered_parts(self, far: Far, tmp_path: Path) -> None:
        what = consignment("zip")
        assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.STORED
        (kept,) = far.server.deposits.values()
        assert list(kept.files) == [f"letters-1901.zip.{number}" for number in (1, 2, 3, 4)]
        assert b"".join(kept.files.values()) == b"".join(next(what.pieces()).blocks())
        assert [told["in-progress"] for _, _, told in changes(far.server)] == ["true", "true", "true", "false"]

    @pytest.mark.parametrize("how", ["lost", "nothing"])
    def test_a_lost_part_is_sent_again_and_no_other(self, far: Far, tmp_path: Path, how: str) -> None:
        far.server.fail("POST", "/edit/", "half")
        far.server.fail("POST", "/edit/", how)
        what = consignment("zip")
        for _ in range(2):
            assert isinstance(deposit(far, what, tmp_path / "journal", ONCE).error, TargetUnreachable)
        with closing(far.open()) as target, journal_for(what, tmp_path / "journal") as journal:
            seen = target.look(what, journal.handle)
            assert seen.stage is Stage.SENDING
            assert seen.received == 200_000
        assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.STORED
        (kept,) = far.server.deposits.values()
        assert b"".join(kept.files.values()) == b"".join(next(what.pieces()).blocks())

    def test_what_was_refused_was_not_begun(self, far: Far, tmp_path: Path) -> None:
        far.server.fail("POST", "/col/", "400")
        what = consignment("zip")
        assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.REFUSED
        assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.STORED
        assert len(far.server.deposits) == 1

    def test_what_nobody_can_tell_is_not_sent_again_but_told_to_a_person(self, far: Far, tmp_path: Path) -> None:
        what = consignment("zip")
        far.server.fail("POST", "/col/", "lost")
        for _ in range(3):
            done = deposit(far, what, tmp_path / "journal")
            assert isinstance(done.error, TargetUnreachable)
            assert done.stage is Stage.UNKNOWN
        assert what.key in str(done.error)
        assert len(far.server.deposits) == 1


class TestDataverse:
    @pytest.fixture
    def far(self, tmp_path: Path) -> Iterator[Far]:
        with Swordish("dataverse") as server:
            yield Far(server, tmp_path, dialect="dataverse")

    def test_the_token_is_the_user_name_and_the_draft_is_not_published(self, far: Far, tmp_path: Path) -> None:
        deposit(far, consignment("zip"), tmp_path / "journal", ONCE)
        assert [(method, path) for method, path, _ in changes(far.server)] == [
            ("POST", "/col/main"),
            ("POST", "/media/1"),
        ]
        done = deposit(far, consignment("zip"), tmp_path / "journal", ONCE)
        assert done.stage is Stage.ACCEPTED
        far.server.deposits[1].state = 2
        assert deposit(far, consignment("zip"), tmp_path / "journal", ONCE).stage is Stage.STORED

    def test_with_finish_it_is_published(self, far: Far, tmp_path: Path) -> None:
        far.values["finish"] = "yes"
        assert deposit(far, consignment("zip"), tmp_path / "journal", ONCE).stage is Stage.STORED

    def test_a_draft_with_who_knows_which_files_is_made_anew(self, far: Far, tmp_path: Path) -> None:
        """No file there can be replaced: the draft that this deposit made is deleted, and no other."""
        far.server.make("somebody else's", b"<dcterms:title>Letters</dcterms:title>", 0)
        far.server.fail("POST", "/media/", "lost")
        what = consignment("zip")
        assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.UNKNOWN
        assert deposit(far, what, tmp_path / "journal", ONCE).stage is Stage.ACCEPTED
        assert [path for method, path, _ in changes(far.server) if method == "DELETE"] == ["/edit/2"]
        assert far.whole() == [what.label]


def test_an_interrupted_file_is_replaced_and_not_added_to(tmp_path: Path) -> None:
    with Swordish() as server:
        far = Far(server, tmp_path)
        server.fail("POST", "/media/", "lost")
        what = consignment("zip")
        deposit(far, what, tmp_path / "journal", ONCE)
        assert deposit(far, what, tmp_path / "journal").stage is Stage.VERIFIED
        assert [method for method, path, _ in changes(server) if path.startswith("/media")] == ["POST", "PUT"]


@pytest.mark.parametrize(
    ("values", "form", "code"),
    [
        ({"dialect": "dspace", "packaging": "bagit"}, "zip", "sword-packaging"),
        ({"dialect": "plain", "packaging": "bagit"}, "tar", "sword-packaging"),
        ({"dialect": "plain", "packaging": "http://example.org/unheard-of"}, "zip", "sword-packaging"),
        ({"dialect": "plain"}, "zip", "sword-too-large"),
        ({"dialect": "plain", "lists": "no"}, "zip", "sword-cannot-be-asked"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    tmp_path: Path, values: dict[str, str], form: str, code: str
) -> None:
    with Swordish(values["dialect"]) as server:
        server.most = 500 if code == "sword-too-large" else 0
        with closing(Far(server, tmp_path, **values).open()) as target:
            assert code in [problem.code for problem in target.plan(consignment(form))]
        assert not changes(server)


def test_what_the_description_lacks_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    made = single("letters", "zip", 10)
    what = MadeConsignment(made.package, made.label, made.key, 1, "zip", made.made, {})
    with Swordish() as server, closing(Far(server, tmp_path).open()) as target:
        assert "description" in [problem.code for problem in target.plan(what)]


def test_parts_and_a_draft_do_not_go_together(tmp_path: Path) -> None:
    with Swordish() as server, pytest.raises(ConfigError, match="do not go together"):
        Far(server, tmp_path, order="parts", finish="no").open()


def test_a_statement_is_kept_when_it_says_something_new(tmp_path: Path) -> None:
    with Swordish() as server:
        server.archives = False
        log = MemoryLog()
        with closing(Far(server, tmp_path).open()) as target:
            what = consignment("zip")
            target.send(what, log)
            for _ in range(3):
                target.confirm(what, log)
            server.deposits[1].state = 2
            target.confirm(what, log)
    assert [name for name, _ in log.receipts].count("statement.http") == 2
    assert all(PASSWORD.encode() not in content for _, content in log.receipts)


def test_the_entry_holds_the_description_and_our_key() -> None:
    what = single("letters-1901", "zip", 10)
    root = safe_xml.parse(entry.atom(what, entry.described(what), labelled=True), source="the entry")
    terms = [(each.tag.rpartition("}")[2], each.text) for each in root if "dc/terms" in each.tag]
    assert ("title", "Letters (letters-1901)") in terms
    assert ("creator", "Ada Writer") in terms
    assert terms[-1] == ("identifier", what.key)  # receipts of DSpace show the last one only


def test_nothing_is_said_that_nobody_said() -> None:
    made = single("letters-1901", "zip", 10)
    record = b'<record xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Letters</dcterms:title></record>'
    what = MadeConsignment(made.package, made.label, made.key, 1, "zip", made.made, {"dcterms": record})
    root = safe_xml.parse(entry.atom(what, entry.described(what)), source="the entry")
    assert [each.tag.rpartition("}")[2] for each in root] == ["title", "id", "updated", "title", "identifier"]


def test_every_state_of_every_dialect_means_something() -> None:
    for name, manner in MANNERS.items():
        if name == "dataverse":
            continue
        stages = [DIALECTS[name].stage([(term, "")])[0] for term in manner.states]
        assert stages == [Stage.SENDING, Stage.ACCEPTED, Stage.STORED, Stage.REFUSED], name
