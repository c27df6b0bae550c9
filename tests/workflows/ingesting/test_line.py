"""Many transfers at once: the same packages whatever the number of processes, in order, and none that was lost."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

import preserve
from preserve.config import load
from preserve.errors import StoreUnwritable
from preserve.model import Transfer
from preserve.ports import Silent
from preserve.transfer import size
from preserve.transfer.incoming import named
from preserve.workflows.archive import opened
from preserve.workflows.ingesting import making
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.bare import seal_bare
from preserve.workflows.ingesting.ingest import Ingest
from preserve.workflows.results import IngestResult, Status

MANY = 20


class Stopped:
    """A clock that always tells the same time."""

    def now(self) -> datetime:
        return datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture
def boxes(tmp_path: Path) -> list[Path]:
    """Transfers of two texts each."""
    found = []
    for number in range(MANY):
        box = tmp_path / "arrived" / f"box {number:02}"
        box.mkdir(parents=True)
        for name in ("one.txt", "two.txt"):
            (box / name).write_text(f"{name} of box {number}\n")
        found.append(box)
    return found


def ingest(home: Path, paths: list[Path], processes: int) -> list[IngestResult]:
    preserve.init(home)
    ids = (f"{number:08x}-0000-4000-8000-000000000000" for number in range(1000))
    with opened(load(home, environment={}), Stopped(), writing=True) as archive:
        run = Ingest(archive, Silent(), Said(), make_id=partial(next, ids), processes=processes)
        return list(run.run([named(path) for path in paths]))


def files_of(store: Path) -> dict[Path, bytes]:
    files = (p for p in sorted(store.rglob("*")) if p.is_file() and ".preserve" not in p.parts)
    return {path.relative_to(store): path.read_bytes() for path in files}


def staged(home: Path) -> list[str]:
    return os.listdir(home / "packages" / ".preserve" / "staging")


def test_packages_do_not_depend_on_the_number_of_processes(tmp_path: Path, boxes: list[Path]) -> None:
    stores = []
    for processes in (1, 2, 3):
        home = tmp_path / f"home {processes}"
        results = ingest(home, boxes, processes)
        assert [result.transfer for result in results] == [box.name for box in boxes]
        stores.append(files_of(home / "packages"))
        assert not staged(home)
    assert stores[0] == stores[1] == stores[2]
    assert len(stores[0]) > 10 * MANY


def test_a_large_transfer_does_not_depend_on_the_number_of_processes(
    tmp_path: Path, boxes: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "FILES", 3)
    monkeypatch.setattr("preserve.bag.sealing.copying.FILES", 3)
    monkeypatch.setattr("preserve.workflows.ingesting.insight.FILES", 3)
    stores = []
    for processes in (1, 2):
        home = tmp_path / f"home {processes}"
        results = ingest(home, [boxes[0], boxes[0].parent, boxes[1]], processes)
        assert [result.files for result in results] == [2, 2 * MANY, 2]
        stores.append(files_of(home / "packages"))
    assert stores[0] == stores[1]


def test_what_is_refused_stops_nobody_and_is_told_in_its_place(tmp_path: Path, boxes: list[Path]) -> None:
    (boxes[7] / "SHA256SUMS").write_text(f"{'0' * 64}  one.txt\n")
    os.mkfifo(boxes[11] / "pipe")
    results = ingest(tmp_path / "home", boxes, 2)
    assert [number for number, result in enumerate(results) if result.status is Status.REFUSED] == [7, 11]
    assert [result.transfer for result in results] == [box.name for box in boxes]
    assert not staged(tmp_path / "home")


def test_twins_in_one_run_make_one_package(tmp_path: Path, boxes: list[Path]) -> None:
    twins = []
    for place in ("here", "there", "elsewhere"):
        box = tmp_path / place / "box"
        box.mkdir(parents=True)
        (box / "letter.txt").write_text("The same letter.")
        twins.append(box)
    other = tmp_path / "here" / "other name"
    other.mkdir()
    (other / "letter.txt").write_text("The same letter.")
    results = ingest(tmp_path / "home", [*boxes[:3], *twins, other, *boxes[3:]], 2)
    statuses = [str(result.status) for result in results[3:7]]
    assert statuses == ["sealed", "already-packaged", "already-packaged", "sealed"]
    assert {result.id for result in results[3:6]} == {results[3].id}
    assert [problem.code for problem in results[6].problems] == ["duplicate-content"]


def _once(mark: Path, then: Callable[[], object]) -> None:
    if not mark.exists():
        mark.touch()
        then()


def _spoiling(mark: Path, spoil: Callable[[], object]) -> Callable[[Transfer], tuple[()]]:
    """In the place of the last look at a transfer: for box 09, and once, something happens to the process."""

    def look(transfer: Transfer) -> tuple[()]:
        if transfer.name == "box 09":
            _once(mark, spoil)
        return ()

    return look


def test_what_a_lost_helper_had_in_hand_is_done_all_the_same(
    tmp_path: Path, boxes: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_this_process() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(making, "changed_since", _spoiling(tmp_path / "mark", end_this_process))
    results = ingest(tmp_path / "home", boxes, 2)
    assert (tmp_path / "mark").exists()
    assert [result.status for result in results] == [Status.SEALED] * MANY
    assert not staged(tmp_path / "home")


def test_what_ends_a_run_ends_it_after_all_that_came_before_is_sealed(
    tmp_path: Path, boxes: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise StoreUnwritable("The disk is full.")

    monkeypatch.setattr(making, "changed_since", _spoiling(tmp_path / "mark", refuse))
    home = tmp_path / "home"
    with pytest.raises(StoreUnwritable, match="full"):
        ingest(home, boxes, 2)
    assert len([entry for entry in os.scandir(home / "packages") if entry.is_dir() and entry.name[0] != "."]) == 9
    assert not staged(home)
    assert [str(result.status) for result in ingest_again(home, boxes)] == ["already-packaged"] * 9 + ["sealed"] * 11


def ingest_again(home: Path, boxes: list[Path]) -> Iterator[IngestResult]:
    return preserve.ingest(boxes, home=home)


def test_bare_bags_are_valid_and_hold_only_what_came_and_its_checksums(tmp_path: Path, boxes: list[Path]) -> None:
    store = tmp_path / "store"
    store.mkdir()
    results = list(seal_bare(boxes, store, processes=2))
    assert [result.transfer for result in results] == [box.name for box in boxes]
    place = results[3].path
    assert place is not None
    assert preserve.validate(place).valid
    assert (place / "data" / "one.txt").read_text() == "one.txt of box 3\n"
    assert sorted(os.listdir(place)) == sorted(
        ["bagit.txt", "bag-info.txt", "data"]
        + [f"{kind}-{name}.txt" for kind in ("manifest", "tagmanifest") for name in ("sha256", "sha512")]
    )
