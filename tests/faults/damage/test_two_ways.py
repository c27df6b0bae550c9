"""Two ways to one judgement: whatever is wrong with a bag, the fast one and the exact one say the same.

So do the folder and a tar of it, which come to the judge by other readers.
"""

import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.bag import judge as exact_way
from preserve.bag.folders.source import FolderSource
from preserve.bag.plain import judge as fast_way
from preserve.bag.plain import payload
from preserve.bag.validate import Options, validate
from preserve.model import PinnedDigest, Problem
from preserve.storage.crew import Crew
from tests.faults.damage.bends import BENDS, bent, small_bag
from tests.faults.tally import FULL, tally

BENT = st.lists(st.tuples(st.sampled_from(sorted(BENDS)), st.integers(0, 1000)), min_size=1, max_size=4)
VERSION = st.sampled_from(["0.97", "1.0"])
PINNED = (PinnedDigest("manifest-sha256.txt", "sha256", "0" * 64),)


@pytest.fixture(scope="module", params=["alone", "together"])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    """A crew of nobody, and of two, who share even the work that is too small for it."""
    with pytest.MonkeyPatch.context() as patch, Crew(1 if request.param == "alone" else 2) as crew:
        patch.setattr(payload, "_FEW", 0)
        yield crew


def assert_same(one: exact_way.Judgement, other: exact_way.Judgement) -> None:
    assert set(one.problems) == set(other.problems)
    assert one.inspection.info == other.inspection.info
    assert one.inspection.tag_files == other.inspection.tag_files
    assert one.inspection.payload_files == other.inspection.payload_files
    assert one.inspection.payload_octets == other.inspection.payload_octets


def judged_both_ways(bag: Path, crew: Crew) -> None:
    """Judge *bag* by the exact way, and by the fast one, which the exact one goes on from where it gives up."""
    with closing(FolderSource(bag, crew)) as source:
        exact = exact_way.judge(source, pinned=PINNED, expected_version="1.0")
    with closing(FolderSource(bag, crew)) as source:
        outcome = fast_way.judge(source, pinned=PINNED, expected_version="1.0", progress=None)
        if outcome.judgement is not None:
            assert_same(outcome.judgement, exact)
        else:
            known = outcome.known
            assert_same(exact_way.judge(source, pinned=PINNED, expected_version="1.0", known=known), exact)


def try_many(name: str, examples: int, judge: Callable[[Path], object]) -> None:
    """Bend so many bags in so many ways, *judge* each, and record how many were tried."""
    tried, failed = 0, 1

    @settings(max_examples=examples, database=None)
    @given(bends=BENT, version=VERSION)
    def try_one(bends: list[tuple[str, int]], version: str) -> None:
        nonlocal tried
        tried += 1
        with TemporaryDirectory() as folder:
            bag = small_bag(Path(folder, "bag"), version)
            bent(bag, bends)
            judge(bag)

    try:
        try_one()
        failed = 0
    finally:
        tally(name, tried, failed)


HOW_MANY = [pytest.param(12, id="a-few"), pytest.param(4000 if FULL else 400, id="many", marks=pytest.mark.slow)]


@pytest.mark.parametrize("examples", HOW_MANY)
def test_the_fast_way_says_what_the_exact_way_says(crew: Crew, examples: int) -> None:
    try_many("bent bags, judged by the fast and by the exact way", examples, lambda bag: judged_both_ways(bag, crew))


def told(problems: tuple[Problem, ...]) -> set[tuple[str, str]]:
    """What a tar must tell as its folder does; a tar of files has no links, and names its own troubles besides."""
    return {(p.code, p.path) for p in problems if not p.code.startswith("archive-")}


def judged_as_folder_and_as_tar(bag: Path) -> None:
    for path in [path for path in bag.rglob("*") if path.is_symlink() or not (path.is_file() or path.is_dir())]:
        path.unlink()
    with tarfile.open(f"{bag}.tar", "w") as tar:
        tar.add(bag, "bag")
    options = Options(pinned=PINNED)
    folder, archive = (validate(path, options=options).problems for path in (bag, Path(f"{bag}.tar")))
    assert told(folder) == told(archive)


@pytest.mark.parametrize("examples", HOW_MANY)
def test_a_tar_is_judged_as_the_folder_that_it_was_made_of(examples: int) -> None:
    try_many("bent bags, judged as a folder and as a tar", examples, judged_as_folder_and_as_tar)
