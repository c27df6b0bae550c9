"""A deposit in a folder or a storage root, killed or refused at every call that changes something there.

At every point: what the far end has is whole, and is the former or the new; what was told is true; the next run
finishes, with nothing twice and no litter.  See docs/decisions/0022-ocfl-versions.md.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.errors import PreserveError
from preserve.model.deposits import Stage
from preserve.testing.conformance import deposit
from preserve.testing.consignments import MadeConsignment
from preserve.workflows.depositing.driving import Driven
from tests.conftest import REPOSITORY
from tests.deposit.ocfl_places import Library, findings
from tests.deposit.servers import ocfl_py
from tests.deposit.servers.ocfl_py import SecondOpinion
from tests.deposit.test_folder import Shelf
from tests.deposit.test_ocfl import state_of, states
from tests.faults.aftermath import assert_all_ended
from tests.faults.strace import Strace, Struck, changes
from tests.faults.tally import proof, sample

pytestmark = pytest.mark.slow

FAULTS = ("KILL", "ENOSPC", "EIO")
NO_EXCHANGE = ("-e", "inject=renameat2:error=EINVAL")
"""A file system that knows neither RENAME_EXCHANGE nor RENAME_NOREPLACE, such as NFS or exFAT."""
SHORT = 12
SECOND: SecondOpinion | None = None
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); from tests.faults.test_local_targets import main; main()"
)


@pytest.fixture(autouse=True, scope="module")
def second() -> Iterator[None]:
    global SECOND  # noqa: PLW0603  the scenes are made before it runs
    with ExitStack() as stack:
        with suppress(pytest.skip.Exception):
            SECOND = stack.enter_context(ocfl_py.running())
        yield
        SECOND = None


def place_of(kind: str, folder: Path) -> Shelf | Library:
    return Shelf(folder) if kind == "folder" else Library(folder)


def main() -> None:
    """The child: deposit state N of a package, and tell in one line what came of it."""
    folder, kind, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    try:
        done = deposit(place_of(kind, folder), states(number)[-1], folder / f"journal-{number}")
    except PreserveError as error:  # its journal cannot be written
        done = Driven(Stage.PLANNED, error)
    told = {"stage": done.stage, "error": done.error.message if done.error else ""}
    print(json.dumps(told))  # noqa: T201  the child tells its parent


@dataclass(frozen=True, slots=True)
class Scene:
    """A deposit of state *number*, of which the states before are there; *valid* is asked after every fault."""

    name: str
    kind: str
    number: int
    valid: Callable[[Path], None]
    always: tuple[str, ...] = ()


def prove(scene: Scene, folder: Path, strace: Strace) -> None:
    work, before, log = folder / "work", folder / "before", folder / "log"
    work.mkdir()
    place = place_of(scene.kind, work)
    for what in states(scene.number)[:-1]:
        assert deposit(place, what, work / f"journal-{what.state}").stage is Stage.VERIFIED
    shutil.copytree(work, before, symlinks=True)
    words = [sys.executable, "-B", "-c", PROGRAM, str(work), scene.kind, str(scene.number)]
    points = changes(strace.log(words, log, *scene.always), work)
    if scene.always:
        points = [point for point in points if point.name != "renameat2"]
    tries = sample([(fault, point) for fault in FAULTS for point in points], SHORT)
    reached = 0
    with proof(f"Every mutating call of a deposit ({scene.name}), killed or refused") as proved:
        for fault, point in tries:
            shutil.rmtree(work)
            shutil.copytree(before, work, symlinks=True)
            with proved.point(f"{fault} at {point}"):
                struck = strace.hit(words, point, fault, log, *scene.always)
                reached += struck.reached
                assert_all_ended(struck.session)
                judge(scene, work, struck)
        proved.note = f"{len(points)} calls × {len(FAULTS)} faults; {reached} were really hit"
    assert reached >= 0.9 * len(tries)


def judge(scene: Scene, work: Path, struck: Struck) -> None:
    assert "Traceback" not in struck.err, struck.err
    assert struck.status in (0, -9), struck.err
    labels = [what.label for what in states(scene.number)]
    place = place_of(scene.kind, work)
    scene.valid(work)
    told = json.loads(struck.out) if struck.out else {}
    if told.get("stage") in ("stored", "verified"):
        assert sorted(place.whole()) == labels, "a lie"
    assert not told.get("error") or told["error"].endswith("."), told
    journal = work / f"journal-{scene.number}"
    if journal.exists() and read(journal) is None:
        shutil.rmtree(journal)  # killed before its first line: the next run begins another
    done = deposit(place, states(scene.number)[-1], journal)
    assert done.stage is Stage.VERIFIED, done
    assert sorted(place.whole()) == labels, "not one whole deposit"
    assert_clean(place.path)
    scene.valid(work)


def assert_clean(far_end: Path) -> None:
    """No litter of ours, and no file that has a second name."""
    assert not list(far_end.rglob("*preserve-part*")), "litter"
    assert not list(far_end.rglob("*preserve-staging*")), "litter"
    assert all(path.stat().st_nlink == 1 for path in far_end.rglob("*") if path.is_file())


def content(what: MadeConsignment) -> dict[str, bytes]:
    return {piece.path: b"".join(piece.blocks()) for piece in what.pieces()}


def folder_is_whole(work: Path) -> None:
    """Under a label there is all of the package, or nothing."""
    place = Shelf(work)
    for label in place.whole():
        found = {
            str(path.relative_to(place.path / label)): path.read_bytes()
            for path in (place.path / label).rglob("*")
            if path.is_file()
        }
        assert found == content(next(what for what in states(2) if what.label == label))


def root_is_valid(work: Path) -> None:
    """Every object is valid, for ocfl-py too where it is at hand; each version is a state of the package, whole."""
    place = Library(work)
    known = {what.label: what for what in states(3)}
    for found, label in place.versions():
        assert not findings(found)
        if SECOND is not None:
            passed, remarks = SECOND.on(found)
            assert passed, remarks
        versions = list(place.inventory(found)["versions"])
        assert state_of(found, versions[known[label].state - 1]) == content(known[label])
    hierarchy = [path for path in place.path.rglob("*") if "extensions" not in path.parts and path.is_dir()]
    assert all(any(path.iterdir()) for path in hierarchy), "an empty folder in the hierarchy (E073)"


def root_is_valid_or_waits(work: Path) -> None:
    """Without an exchange: as above, unless a run was killed in the moving in, which leaves a note of that."""
    if not list(Library(work).path.glob("extensions/preserve-staging/*/content/publishing")):
        root_is_valid(work)


@pytest.mark.parametrize(
    "scene",
    [
        Scene("folder", "folder", 1, folder_is_whole),
        Scene("folder, no RENAME_NOREPLACE", "folder", 1, folder_is_whole, NO_EXCHANGE),
        Scene("OCFL, a new root and object", "ocfl", 1, root_is_valid),
        Scene("OCFL, a new version", "ocfl", 2, root_is_valid),
        Scene("OCFL, a new version, no RENAME_EXCHANGE", "ocfl", 2, root_is_valid_or_waits, NO_EXCHANGE),
    ],
    ids=lambda scene: scene.name,
)
def test_a_deposit_is_whole_or_not_at_all(scene: Scene, tmp_path: Path, strace: Strace) -> None:
    prove(scene, tmp_path, strace)


def test_a_new_version_on_a_file_system_without_links(tmp_path: Path, strace: Strace) -> None:
    first, second = states(2)
    place = Library(tmp_path)
    for what in (first, second):
        words = [sys.executable, "-B", "-c", PROGRAM, str(tmp_path), "ocfl", str(what.state)]
        run = strace.refused(words, ["linkat", "link"], "EPERM")
        assert json.loads(run.stdout)["stage"] == Stage.VERIFIED, run.stderr
    assert place.whole() == ["letters", "letters.v2"]
    root_is_valid(tmp_path)
    assert_clean(place.path)
