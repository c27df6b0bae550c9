"""However an answer is lost, one package becomes one transfer, or a person is asked; and no lie between."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.deposit.targets.archivematica.marks import Mark, Marks
from preserve.errors import AccessRefused, ConfigError, DepositRefused, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from preserve.workflows.depositing.driving import Patience
from tests.deposit.archivematica.pipeline import KEYS, Pipeline
from tests.deposit.servers.scripted import Fault, Reply, serving

ONCE = Patience(attempts=1)
START = "POST /api/v2beta/package"
LOST: dict[str, dict[str, object]] = {
    "500": {"reply": Reply(500, b'{"error": true, "message": "Package cannot be created"}')},
    "504": {"reply": Reply(504, b"<html>Gateway Time-out</html>")},
    "garbage": {"reply": b"\x00\xff garbage\r\n\r\n"},
    "a page": {"reply": Reply(200, b"<html>Please log in</html>")},
    "a mad answer": {"reply": Reply(202, b'{"id": "../../../etc"}')},
    "nothing": {"reply": None},
    "cut in the answer": {"reply": Reply(202, b'{"id": "5a1f', cut=5)},
}


@pytest.mark.parametrize("fault", LOST)
def test_an_answer_that_was_lost_is_found_among_what_is_done_and_nothing_is_asked_again(
    place: Pipeline, what: Consignment, tmp_path: Path, fault: str
) -> None:
    place.archivematica.quick = False
    place.dashboard.faults = [Fault(START, happens=True, **LOST[fault])]  # type: ignore[arg-type]
    done = deposit(place, what, tmp_path / "journal", ONCE)
    assert isinstance(done.error, TargetUnreachable)
    assert done.stage is Stage.UNKNOWN  # it is being processed, and Archivematica lists it nowhere
    for again in ("journal", "journal lost"):
        assert deposit(place, what, tmp_path / again, ONCE).stage is Stage.UNKNOWN
    place.archivematica.finish(place.archivematica.transfers[0])
    for again in ("journal", "journal lost"):
        assert deposit(place, what, tmp_path / again).stage is Stage.VERIFIED
    assert list(place.whole()) == [what.label]
    assert len(place.dashboard.calls("POST")) == 1


@pytest.mark.parametrize("fault", LOST)
def test_where_nothing_can_be_known_a_person_decides(
    place: Pipeline, what: Consignment, tmp_path: Path, fault: str
) -> None:
    place.dashboard.faults = [Fault(START, **LOST[fault])]  # type: ignore[arg-type]
    done = deposit(place, what, tmp_path / "journal", Patience(attempts=2, first_pause=0.01))
    assert done.stage is Stage.UNKNOWN
    entry = read(tmp_path / "journal")
    assert entry is not None
    mark = place.archivematica.source / ".preserve-transfers" / f"{what.label}.json"
    assert str(mark) in entry.story.note
    mark.unlink()
    assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert list(place.whole()) == [what.label]


REFUSED: dict[str, Reply] = {
    "400": Reply(400, b'{"error": true, "message": "Parameter \\"path\\" cannot be decoded."}'),
    "403": Reply(403, b'{"message": "API key not valid.", "error": true}'),
    "a redirect": Reply(302, b"", {"Location": "/administration/accounts/login/"}),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_was_refused_was_not_begun(place: Pipeline, what: Consignment, tmp_path: Path, fault: str) -> None:
    place.dashboard.faults = [Fault(START, REFUSED[fault])]
    done = deposit(place, what, tmp_path / "journal")
    assert isinstance(done.error, DepositRefused)
    assert not place.archivematica.transfers
    assert deposit(place, what, tmp_path / "again").stage is Stage.VERIFIED
    assert list(place.whole()) == [what.label]


def test_a_dashboard_that_is_busy_or_away_was_not_asked(place: Pipeline, what: Consignment, tmp_path: Path) -> None:
    place.dashboard.faults = [Fault(START, Reply(503, b"", {"Retry-After": "0"}), times=2)]
    assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED
    other = of_files("letters-1902", {"bagit.txt": b"other"})
    away = place.dashboard.url
    started: list[str] = []

    def unplugged(_: object) -> Reply:
        started.append("x")
        return Reply(500)

    with serving(unplugged) as gone:
        place.dashboard.url = gone.url
    done = deposit(place, other, tmp_path / "other")
    assert isinstance(done.error, TargetUnreachable)
    assert "Nothing was sent" in done.error.message
    place.dashboard.url = away
    assert deposit(place, other, tmp_path / "other").stage is Stage.VERIFIED
    assert not started
    assert list(place.whole()) == [what.label, other.label]


ASKING = ("processing-configuration", "transfer/status", "api/v2/location", "api/v2/file", "check_fixity")


@pytest.mark.parametrize("step", ASKING)
@pytest.mark.parametrize("reply", [Reply(500), Reply(200, b"<html>"), Reply(200, b"[]"), None, b"\x00\r\n\r\n"])
def test_questions_that_go_wrong_are_asked_again_and_decide_nothing(
    place: Pipeline, what: Consignment, tmp_path: Path, step: str, reply: Reply | bytes | None
) -> None:
    for served in (place.dashboard, place.storage):
        served.faults = [Fault(f"GET .*{step}", reply, times=2)]
    for _ in range(4):
        done = deposit(place, what, tmp_path / "journal")
        assert done.error is None or isinstance(done.error, TargetUnreachable)
        if done.stage is Stage.VERIFIED:
            break
    assert done.stage is Stage.VERIFIED
    assert list(place.whole()) == [what.label]
    assert len(place.archivematica.transfers) == 1


@pytest.mark.parametrize("garbage", [b"", b"[", b"null", b"{}", b'{"asked": 1}', b"[" * 4000, b"x" * 5000])
def test_a_mark_that_cannot_be_read_means_that_it_was_asked(
    place: Pipeline, what: Consignment, tmp_path: Path, garbage: bytes
) -> None:
    marks = place.archivematica.source / ".preserve-transfers"
    marks.mkdir()
    (marks / f"{what.label}.json").write_bytes(garbage)
    done = deposit(place, what, tmp_path / "journal")
    assert done.error is not None
    assert done.stage is not Stage.STORED
    assert not place.dashboard.calls("POST")


def test_the_marks_of_packages_that_are_sent_at_once_do_not_mix(place: Pipeline) -> None:
    source = place.archivematica.source
    each = [of_files(f"letters-{number}", {"bagit.txt": b"x"}) for number in range(4)]

    def write(what: Consignment) -> set[Mark | None]:
        marks = Marks("archivematica", source, place.home)
        found = set()
        for _ in range(25):
            marks.write(what, Mark("now", what.label))
            found.add(marks.read(what))
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, each)) == [{Mark("now", what.label)} for what in each]
    assert [path.name for path in source.iterdir()] == [".preserve-transfers"]


def test_an_unknown_processing_configuration_is_refused_for_it_would_become_the_default(
    place: Pipeline, what: Consignment
) -> None:
    with closing(place.open(processing_config="automted")) as target:
        [problem] = target.plan(what)
        assert problem.code == "deposit-processing-unknown"
        assert "automated, default" in problem.message
        with pytest.raises(DepositRefused, match="automted"):
            target.send(what, MemoryLog())
    assert not place.dashboard.calls("POST")
    assert not (place.archivematica.source / what.label).exists()


def test_a_location_that_is_no_transfer_source_is_refused(place: Pipeline, what: Consignment) -> None:
    with closing(place.open(location="00000000-0000-4000-8000-000000000000")) as target:
        assert [problem.code for problem in target.plan(what)] == ["deposit-location-unknown"]
        with pytest.raises(DepositRefused, match="no transfer source"):
            target.send(what, MemoryLog())
    assert not place.dashboard.calls("POST")


def test_rubbish_of_a_file_system_is_told_in_a_bag_and_refused_in_a_zip(place: Pipeline) -> None:
    with closing(place.open()) as target:
        bag = of_files("letters", {"bagit.txt": b"", "data/.DS_Store": b"x", "data/a": b"y"})
        assert [(each.code, each.path) for each in target.plan(bag)] == [("deposit-file-dropped", "data/.DS_Store")]
        made = BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("letters/data/.DS_Store", b"x")
        zipped = of_files("letters", {"letters.zip": made.getvalue()}, form="zip")
        with pytest.raises(DepositRefused, match=r"letters/data/\.DS_Store"):
            target.send(zipped, MemoryLog())
    assert not place.dashboard.calls("POST")
    assert not (place.archivematica.source / "letters.zip").exists()


@pytest.mark.parametrize("which", KEYS)
def test_a_wrong_key_is_refused_and_not_shown(place: Pipeline, what: Consignment, tmp_path: Path, which: str) -> None:
    wrong = "a-key-from-some-other-day"
    with closing(place.open({**KEYS, which: wrong})) as target:
        actions: list[Callable[[], object]] = [target.check, lambda: target.send(what, MemoryLog())]
        for action in actions:
            with pytest.raises(AccessRefused) as caught:
                action()
            assert wrong not in caught.value.message
    assert not place.dashboard.calls("POST")
    assert deposit(place, what, tmp_path / "journal").stage is Stage.VERIFIED


@pytest.mark.parametrize("lacking", [*KEYS, "user"])
def test_without_a_user_and_keys_it_is_an_error_of_configuration(place: Pipeline, lacking: str) -> None:
    keys = {name: key for name, key in KEYS.items() if name != lacking}
    with pytest.raises(ConfigError, match="needs a user and an API key"):
        place.open(keys, **({"user": ""} if lacking == "user" else {}))
