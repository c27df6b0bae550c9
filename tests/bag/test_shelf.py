"""A package takes its place whole, also where something lies there already, and whatever moment a run dies at."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from preserve.bag.sealing import seal
from preserve.bag.sealing.shelf import Shelf
from preserve.errors import BagError
from preserve.storage import durable
from tests.bag.builder import build


class Said(list[tuple[str, str]]):
    """What was recorded."""

    def __call__(self, *words: str) -> None:
        name, text = words
        self.append((name, text))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf.at(tmp_path / "store")
    made.workroom.prepare()
    return made


def folder(place: Path, **files: str) -> Path:
    place.mkdir(parents=True)
    for name, text in files.items():
        (place / name).write_text(text)
    return place


def decided(shelf: Shelf, aside: str = "") -> Path:
    """A new ``letter`` that shares ``same`` with what is there, decided and not yet in its place."""
    work = folder(shelf.store.parent / "work")
    new = folder(work / "bag", changed="new")
    if (shelf.store / "letter" / "same").exists():
        os.link(shelf.store / "letter" / "same", new / "same")
    shelf.decide(work, "letter", "what happened", aside)
    return shelf.store / "letter"


def old(shelf: Shelf) -> Path:
    return folder(shelf.store / "letter", same="same", changed="old", more="more")


def text_of(place: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in place.iterdir()}


def test_what_is_new_takes_its_place_where_nothing_was(shelf: Shelf) -> None:
    said = Said()
    place = decided(shelf)
    assert shelf.finish("letter", said) == ""
    assert text_of(place) == {"changed": "new"}
    assert said == [("letter", "what happened")]
    assert shelf.waiting() == ()


def test_what_was_there_gives_way_and_only_what_is_not_in_the_new_one_is_kept(shelf: Shelf) -> None:
    old(shelf)
    place = decided(shelf, "today")
    kept = shelf.finish("letter", lambda *_: None)
    assert text_of(place) == {"changed": "new", "same": "same"}
    assert text_of(Path(kept)) == {"changed": "old", "more": "more"}
    assert Path(kept) == shelf.store / ".preserve" / "set-aside" / "letter" / "today"


def test_nothing_is_kept_where_nothing_is_left_or_nobody_wants_it(shelf: Shelf) -> None:
    folder(shelf.store / "letter", same="same")
    decided(shelf, "today")
    assert shelf.finish("letter", lambda *_: None) == ""
    (shelf.store / "letter" / "more").write_text("more")
    decided(shelf)
    assert shelf.finish("letter", lambda *_: None) == ""
    assert not (shelf.store / ".preserve" / "set-aside").exists()


def test_what_was_kept_before_is_not_written_over(shelf: Shelf) -> None:
    kept = []
    for text in ("one", "two"):
        folder(shelf.store / "letter", changed=text)
        decided(shelf, "today")
        kept.append(shelf.finish("letter", lambda *_: None))
        os.rename(shelf.store / "letter", shelf.store / f"letter {text}")
    assert [text_of(Path(place)) for place in kept] == [{"changed": "one"}, {"changed": "two"}]


class Died(BaseException):
    """As SIGKILL, but only the function notices."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, at: int) -> Iterator[list[str]]:
    """Every change of a folder is counted; the one with this number does not happen any more, nor does any later."""
    done: list[str] = []

    def counted(module: object, name: str) -> None:
        real = getattr(module, name)

        def call(*words: object) -> object:
            done.append(name)
            if len(done) > at:
                raise Died
            return real(*words)

        monkeypatch.setattr(module, name, call)

    for name in ("rename_new", "exchange"):
        counted(durable, name)
    for name in ("unlink", "rmdir", "mkdir"):
        counted(os, name)
    yield done
    monkeypatch.undo()


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_run_that_dies_anywhere_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    at = 0
    while True:
        shelf = Shelf.at(tmp_path / str(at) / "store")
        shelf.workroom.prepare()
        old(shelf)
        place = decided(shelf, "today")
        said = Said()
        with monkeypatch.context() as patched:
            if not can_exchange:
                patched.setattr(durable, "exchange", lambda *_: False)
            with dying(patched, at) as done, suppress(Died):
                shelf.finish("letter", said)
            if can_exchange:
                assert text_of(place) in ({"changed": "new", "same": "same"}, text_of_old())
            for name in shelf.waiting():
                shelf.finish(name, said)
        assert text_of(place) == {"changed": "new", "same": "same"}
        assert set(said) == {("letter", "what happened")}
        assert shelf.waiting() == ()
        kept = shelf.store / ".preserve" / "set-aside" / "letter" / "today"
        assert text_of(kept) == {"changed": "old", "more": "more"}
        if len(done) <= at:
            return
        at += 1


def text_of_old() -> dict[str, str]:
    return {"changed": "old", "more": "more", "same": "same"}


def test_which_is_the_new_one_is_never_guessed(shelf: Shelf) -> None:
    old(shelf)
    place = decided(shelf)
    waiting = shelf.store / ".preserve" / "mending" / "letter"
    folder(shelf.store.parent / "copied", changed="new")
    (waiting / "bag").rename(shelf.store.parent / "elsewhere")
    (shelf.store.parent / "copied").rename(waiting / "bag")
    with pytest.raises(BagError, match="it is not known which of two is the new one"):
        shelf.finish("letter", lambda *_: None)
    assert text_of(place) == text_of_old()
    assert shelf.waiting() == ("letter",)


@pytest.mark.parametrize("swapped", [False, True])
def test_where_folders_got_other_numbers_their_bytes_tell_which_is_new(shelf: Shelf, swapped: bool) -> None:
    place = build(shelf.store / "letter")
    pinned = [seal.pin(file.name, file.read_bytes()) for file in sorted(place.glob("*manifest-*.txt"))]
    build(shelf.store.parent / "work" / "bag")
    (place / "data/letter.txt").write_bytes(b"Dead archive,\n")
    shelf.decide(shelf.store.parent / "work", "letter", "what happened", "today", pinned)
    new = shelf.store / ".preserve" / "mending" / "letter" / "bag"
    if swapped:
        durable.exchange(new, place)
    for folder_ in (new, place):  # as a file system may do that makes its numbers up
        shutil.copytree(folder_, folder_.with_name("copied"))
        shutil.rmtree(folder_)
        folder_.with_name("copied").rename(folder_)
    kept = shelf.finish("letter", lambda *_: None)
    assert (place / "data/letter.txt").read_bytes() == b"Dear archive,\n"
    assert (Path(kept) / "data/letter.txt").read_bytes() == b"Dead archive,\n"
    assert [path.name for path in Path(kept).rglob("*") if path.is_file()] == ["letter.txt"]
