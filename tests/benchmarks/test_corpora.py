"""What is measured with: the same on every machine, made once, and whole in the eyes of an independent judge."""

import hashlib
from dataclasses import replace
from pathlib import Path
from random import Random

import bagit
import pytest

from benchmarks import words
from benchmarks.corpora import QUICK, Corpora, Sizes

SMALL = replace(
    QUICK, name="small", texts=12, text_folders=3, packages=3, c_files=2, c_size=3 << 20, tiny=7, single=1_234_567
)


def made(work: Path, name: str, sizes: Sizes = SMALL) -> Path:
    return Corpora(work, sizes, lambda _: None).place(name)


def contents(place: Path) -> dict[str, str]:
    files = (path for path in place.rglob("*") if path.is_file())
    return {str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("name", ["A", "B", "E", "single"])
def test_a_corpus_is_the_same_wherever_it_is_made(tmp_path: Path, name: str) -> None:
    assert contents(made(tmp_path / "here", name)) == contents(made(tmp_path / "there", name))


def test_a_text_is_the_same_as_ever() -> None:
    digest = hashlib.sha256(words.text(Random("preserve"), 20_000)).hexdigest()
    assert digest == "68e099debe1280658648b5f0c8d730aaf8a4bb204bb6ff3df3e91e1d337fa83a", (
        "raise corpora.VERSION, so that nobody compares with older corpora"
    )


def test_no_two_texts_are_alike(tmp_path: Path) -> None:
    payload = contents(made(tmp_path, "A") / "bag" / "data")
    assert len(set(payload.values())) == len(payload) == SMALL.texts


def test_texts_are_of_the_size_that_was_asked_for_and_in_utf_8() -> None:
    for number in range(200):
        text = words.text(Random(number), 1000 + number)
        assert 0 <= 1000 + number - len(text) < 3
        text.decode("utf-8")


@pytest.mark.parametrize("name", ["A", "C", "E", "single", "growth-5"])
def test_the_bag_is_valid_for_bagit(tmp_path: Path, name: str) -> None:
    bagit.Bag(str(made(tmp_path, name) / "bag")).validate()


def test_the_packages_are_valid_for_bagit_and_as_many_as_said(tmp_path: Path) -> None:
    packages = list((made(tmp_path, "B") / "bags").iterdir())
    assert len(packages) == SMALL.packages
    for package in packages:
        bagit.Bag(str(package)).validate()


@pytest.mark.parametrize("name", ["A", "B"])
def test_what_is_packaged_is_what_is_validated(tmp_path: Path, name: str) -> None:
    place = made(tmp_path, name)
    bags = [place / "bag"] if name == "A" else sorted((place / "bags").iterdir())
    inside = [digest for bag in bags for _, digest in sorted(contents(bag / "data").items())]
    assert inside == [digest for _, digest in sorted(contents(place / "plain").items())]


def test_a_corpus_is_made_once_and_made_anew_when_it_should_be_another(tmp_path: Path) -> None:
    bag = made(tmp_path, "E") / "bag"
    born = bag.stat().st_ino, bag.stat().st_ctime_ns
    made(tmp_path, "E")
    assert (bag.stat().st_ino, bag.stat().st_ctime_ns) == born
    made(tmp_path, "E", replace(SMALL, tiny=8))
    assert len(list((bag / "data").iterdir())) == 8


def test_half_a_corpus_is_never_used(tmp_path: Path) -> None:
    corpora = Corpora(tmp_path, SMALL, lambda _: None)

    def stopped(place: Path) -> None:
        (place / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpora.made("E", stopped)
    assert not (corpora.place("E") / "half").exists()
