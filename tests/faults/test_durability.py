"""Nothing is relied on before it is on the disk; and the judge of that does find fault, where there is one."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.durability import Judgement, judge
from tests.faults.strace import SYNCS, Call, Strace, calls, preserve
from tests.faults.tally import FULL

Log = list[Call]


def arrive(home: Path, transfers: int = 3) -> None:
    for number in range(transfers):
        (home / "incoming" / f"box{number}" / "sub").mkdir(parents=True)
        for name in ("a.txt", "sub/b.txt"):
            (home / "incoming" / f"box{number}" / name).write_text(f"This is {name} of {number}.\n" * 20)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of an archive in which three folders have arrived."""
    home = tmp_path_factory.mktemp("home")
    (home / "packages").mkdir()
    arrive(home)
    return home / "packages"


@pytest.fixture(scope="module")
def log(store: Path, strace: Strace) -> Log:
    """The calls of an ingest into this store."""
    return strace.log(preserve(store.parent, "ingest", "--move", "--json"), store.parent / "log")


def test_nothing_is_relied_on_before_it_is_on_the_disk(log: Log, store: Path) -> None:
    judgement = judge(log, store, store.parent / "incoming")
    assert not judgement.faults
    packages = {path.name for path in store.iterdir() if path.is_dir() and path.name != ".preserve"}
    assert len(packages) == 3
    assert not (store.parent / "incoming" / "box0").exists()
    assert len(judgement.removed) == 3 * 5  # two files, two folders, and the one that they lay in meanwhile
    assert [packages] * 4 == [
        set(names) for names in (judgement.renamed, judgement.recorded, judgement.catalogued, judgement.told)
    ]


def test_a_source_is_out_of_sight_for_good_before_its_first_file_is_removed(log: Log, store: Path) -> None:
    hidings = [call for call in log if is_hiding(call)]
    assert len(hidings) == 3
    for hiding in hidings:
        removals = [call for call in log if call.name == "unlink" and call.path.startswith(hiding.paths[1])]
        assert len(removals) == 2
        synced = {call.path for call in log if call.name == "fsync" and hiding.ended < call.began < removals[0].began}
        assert {str(store.parent / "incoming"), os.path.dirname(hiding.paths[1])} <= synced


def first(log: Log, wanted: Callable[[Call], bool]) -> Call:
    return next(call for call in log if wanted(call))


def last(log: Log, wanted: Callable[[Call], bool]) -> Call:
    return first(log[::-1], wanted)


def is_rename(call: Call) -> bool:
    return call.name == "renameat2" and ".history" not in call.arguments and not is_hiding(call)


def is_hiding(call: Call) -> bool:
    return call.name == "renameat2" and "/.preserve-removing-" in call.paths[1]


def is_history(call: Call) -> bool:
    return call.name == "write" and call.path.endswith(".history.jsonl")


def is_catalogue(call: Call) -> bool:
    return call.name == "pwrite64" and call.path.endswith("catalog.sqlite") and "box" in call.text


def is_telling(call: Call) -> bool:
    return call.name == "write" and '"sealed"' in call.text and call.arguments.startswith("1<")


def is_payload(call: Call) -> bool:
    return call.name == "write" and "/data/" in call.path


def without_syncs(log: Log, after: int, before: int) -> Log:
    return [call for call in log if not (call.name in SYNCS and after < call.ended and call.began < before)]


def moved(log: Log, call: Call, began: int, ended: int) -> Log:
    others = [each for each in log if each is not call]
    return sorted([*others, replace(call, began=began, ended=ended)], key=lambda each: each.began)


def unsynced(log: Log) -> Log:
    return without_syncs(log, -1, first(log, is_rename).began)


def badly_synced(log: Log) -> Log:
    failed = "-1 EIO (Input/output error)"
    before = first(log, is_rename).began
    return [replace(call, result=failed) if call.name in SYNCS and call.ended < before else call for call in log]


def synced_file_by_file_but_not_their_folders(log: Log) -> Log:
    """As if each file had been synced by itself when it was written, and nothing else."""
    before = first(log, is_rename).began
    kept = without_syncs(log, -1, before)
    written = {call.path: call for call in kept if call.name in ("write", "utimensat") and call.ended < before}
    synced = [replace(call, name="fsync", result="0", began=before - 1, ended=before - 1) for call in written.values()]
    return sorted([*kept, *synced], key=lambda call: call.began)


def written_to_after_the_sync(log: Log) -> Log:
    rename = last(log, is_rename)
    return moved(log, last(log, is_payload), rename.began - 1, rename.began - 1)


def written_to_while_the_sync_ran(log: Log) -> Log:
    rename = last(log, is_rename)
    sync = last(log, lambda call: call.name in SYNCS and call.ended < rename.began)
    return moved(log, last(log, is_payload), sync.began - 1, sync.ended)


def store_unsynced(log: Log) -> Log:
    rename = last(log, is_rename)
    return without_syncs(log, rename.began, first(log, lambda c: is_history(c) and c.began > rename.began).began)


def history_unsynced(log: Log) -> Log:
    history = last(log, is_history)
    return without_syncs(log, history.began, first(log, lambda c: is_catalogue(c) and c.began > history.began).began)


def catalogue_unsynced(log: Log) -> Log:
    return without_syncs(log, last(log, is_catalogue).began, len(log) * 10)


def told_before_it_was_done(log: Log) -> Log:
    rename = first(log, is_rename)
    return moved(log, first(log, is_telling), rename.began - 1, rename.began - 1)


def told_between_rename_and_sync(log: Log) -> Log:
    """As if each package were called sealed when its rename returned."""
    rename = last(log, is_rename)
    return moved(log, last(log, is_telling), rename.ended, rename.ended)


def removed_before_it_was_sealed(log: Log) -> Log:
    rename = last(log, is_rename)
    return moved(log, last(log, lambda call: call.name == "unlink" and "/incoming/" in call.path), *[rename.ended] * 2)


@pytest.mark.parametrize(
    ("doctored", "expected"),
    [
        (unsynced, "renamed into the store before these were on the disk"),
        (badly_synced, "renamed into the store before these were on the disk"),
        (synced_file_by_file_but_not_their_folders, "renamed into the store before these were on the disk"),
        (written_to_after_the_sync, "renamed into the store before these were on the disk"),
        (written_to_while_the_sync_ran, "renamed into the store before these were on the disk"),
        (store_unsynced, "recorded in its history before these were on the disk"),
        (history_unsynced, "taken into the catalogue before these were on the disk"),
        (catalogue_unsynced, "called sealed before these were on the disk"),
        (told_before_it_was_done, "called sealed before it was renamed"),
        (told_between_rename_and_sync, "called sealed before these were on the disk"),
        (removed_before_it_was_sealed, "relied on for removing the source before these were on the disk"),
    ],
)
def test_a_step_taken_too_early_is_found(log: Log, store: Path, doctored: Callable[[Log], Log], expected: str) -> None:
    assert any(expected in fault for fault in judge(doctored(log), store, store.parent / "incoming").faults)


def test_a_log_without_steps_shows_none(store: Path) -> None:
    assert judge([], store, store) == Judgement((), (), (), (), (), ())


def test_calls_that_were_interrupted_by_others_are_put_together() -> None:
    told = (
        '7 write(3</s/a b>, "x\\"y\\n", 4 <unfinished ...>\n'
        '8 openat(AT_FDCWD</s>, "f\\303\\274", O_WRONLY|O_CREAT, 0644) = 4</s/f\\303\\274>\n'
        '8 renameat2(5</s>, "a", AT_FDCWD</>, "/t/b", RENAME_NOREPLACE) = -1 EIO (Input/output error) (INJECTED)\n'
        "7 <... write resumed>) = 4\n"
        "7 +++ killed by SIGKILL +++\n"
    )
    write, opened, rename = calls(told)
    assert (write.pid, write.path, write.text, write.succeeded) == (7, "/s/a b", 'x"y\n', True)
    assert (write.began, write.ended) == (0, 3)
    assert opened.path == "/s/fü"
    assert (rename.paths, rename.succeeded, rename.injected) == (("/s/a", "/t/b"), False, True)


@pytest.mark.slow
def test_a_large_batch_keeps_the_order_too(archive: Archive, strace: Strace) -> None:
    arrive(archive.home, transfers=60 if FULL else 20)
    log = strace.log(preserve(archive.home, "ingest", "--json"), archive.home / "log")
    judgement = judge(log, archive.packages, archive.incoming)
    assert not judgement.faults
    assert len(judgement.told) == (60 if FULL else 20)
