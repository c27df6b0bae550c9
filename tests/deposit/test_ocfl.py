"""An OCFL storage root as a target: the shared suite, states as versions, roots that are there already."""

import json
import os
import uuid
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from preserve.deposit.disk.marks import MARK
from preserve.errors import DepositRefused, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.ports.depositing import DepositTarget
from preserve.testing.conformance import PAYLOAD, TargetConformance, consignment
from preserve.testing.consignments import MadeConsignment, of_files
from preserve.testing.logs import MemoryLog
from tests.deposit.ocfl_places import Library, findings

LAYOUTS = ("0003", "0004", "0007")


class TestOcfl(TargetConformance):
    forms = ("bag", "tar", "zip", "payload", "saf", "eark", "eark-zip")

    @pytest.fixture
    def place(self, tmp_path: Path) -> Library:
        (folder := tmp_path / uuid.uuid4().hex).mkdir()
        return Library(folder)


def states(number: int, label: str = "letters") -> list[MadeConsignment]:
    """The first so many states of a package: the payload stays, the description changes."""
    return [
        of_files(
            label if state == 1 else f"{label}.v{state}",
            PAYLOAD | {"metadata/dc.xml": f"<dc>{state}</dc>".encode(), "data/copy.txt": PAYLOAD["data/letter.txt"]},
            state=state,
        )
        for state in range(1, number + 1)
    ]


def files_below(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def state_of(place: Path, version: str) -> dict[str, bytes]:
    """Logical path → octets, put together from the inventory by hand."""
    said = json.loads((place / "inventory.json").read_bytes())
    return {
        path: (place / said["manifest"][digest][0]).read_bytes()
        for digest, paths in said["versions"][version]["state"].items()
        for path in paths
    }


@pytest.mark.parametrize("number", LAYOUTS)
def test_each_state_is_a_version_that_brings_only_what_is_new(tmp_path: Path, number: str) -> None:
    library = Library(tmp_path, layout=number, user="A. Archivist", address="mailto:archive@example.org")
    made = states(3)
    for what in made:
        library.put(what)
    (place,) = library.objects()
    assert place == library.place_of(made[0])
    assert [label for _, label in library.versions()] == ["letters", "letters.v2", "letters.v3"]
    for what, version in zip(made, ("v1", "v2", "v3"), strict=True):
        assert state_of(place, version) == {piece.path: b"".join(piece.blocks()) for piece in what.pieces()}
    stored = files_below(place)
    assert [path for path in stored if path.startswith("v2/content/")] == ["v2/content/metadata/dc.xml"]
    assert list(stored.values()).count(PAYLOAD["data/letter.txt"]) == 1
    assert all(path.stat().st_nlink == 1 for path in place.rglob("*") if path.is_file()), "no links in an object"
    assert not (library.path / "extensions/preserve-staging").exists()
    assert not findings(place)


def test_a_state_that_is_there_is_not_sent_again_and_each_is_verified(tmp_path: Path) -> None:
    library = Library(tmp_path)
    made = states(2)
    for what in (*made, *made):
        library.put(what)
    assert library.whole() == ["letters", "letters.v2"]
    before = files_below(library.path)
    for what in made:
        with closing(library.open()) as target:
            assert target.look(what, {}).stage is Stage.STORED
            assert target.verify(what, MemoryLog(), Silent()).good
    assert files_below(library.path) == before


def test_the_first_form_of_a_root_is_what_the_specification_asks_for(tmp_path: Path) -> None:
    library = Library(tmp_path, layout="0004")
    library.put(states(1)[0])
    assert (library.path / "0=ocfl_1.1").read_text() == "ocfl_1.1\n"
    assert json.loads((library.path / "ocfl_layout.json").read_bytes()).keys() == {"extension", "description"}
    config = json.loads((library.path / "extensions/0004-hashed-n-tuple-storage-layout/config.json").read_bytes())
    assert config["extensionName"] == "0004-hashed-n-tuple-storage-layout"
    first = files_below(library.path)
    assert {path for path in first if "/" not in path} == {"0=ocfl_1.1", "ocfl_layout.json", MARK}


def test_a_root_that_is_there_is_respected(tmp_path: Path) -> None:
    """Another layout than the configured one, with its own parameters, and OCFL 1.0, whose objects stay 1.0."""
    library = Library(tmp_path, layout="0003")
    name = "0004-hashed-n-tuple-storage-layout"
    (library.path / "0=ocfl_1.0").write_text("ocfl_1.0\n")
    (library.path / "ocfl_layout.json").write_text(json.dumps({"extension": name, "description": "tuples"}))
    (library.path / "extensions" / name).mkdir(parents=True)
    config = {"extensionName": name, "digestAlgorithm": "md5", "tupleSize": 2, "numberOfTuples": 4}
    (library.path / "extensions" / name / "config.json").write_text(json.dumps(config | {"shortObjectRoot": True}))
    before = files_below(library.path)
    for what in states(2):
        library.put(what)
    (place,) = library.objects()
    assert [len(part) for part in place.relative_to(library.path).parts] == [2, 2, 2, 2, 24]
    assert (place / "0=ocfl_object_1.0").read_text() == "ocfl_object_1.0\n"
    assert not findings(place)
    assert {path: data for path, data in files_below(library.path).items() if path in before} == before


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"letter.txt": "A letter."}, "has no declaration of OCFL, and holds letter.txt"),
        ({"0=ocfl_2.0": "ocfl_2.0\n"}, "OCFL 2.0"),
        ({"0=ocfl_1.1": "ocfl_1.0\n"}, "calls itself"),
        ({"0=ocfl_1.1": "ocfl_1.1\n", "0=ocfl_1.0": "ocfl_1.0\n"}, "calls itself"),
        ({"0=ocfl_object_1.1": "ocfl_object_1.1\n"}, "calls itself"),
        ({"0=ocfl_1.1": "ocfl_1.1\n"}, "does not say which layout"),
        ({"0=ocfl_1.1": "ocfl_1.1\n", "ocfl_layout.json": '{"extension": "0002-flat-direct-storage-layout"}'}, "0002"),
        ({"0=ocfl_1.1": "ocfl_1.1\n", "ocfl_layout.json": '{"extension": "../../etc"}'}, "names no layout"),
        ({"0=ocfl_1.1": "ocfl_1.1\n", "ocfl_layout.json": "[" * 50_000}, "is not JSON"),
        (
            {
                "0=ocfl_1.1": "ocfl_1.1\n",
                "ocfl_layout.json": '{"extension": "0004-hashed-n-tuple-storage-layout"}',
                "extensions/0004-hashed-n-tuple-storage-layout/config.json": '{"tupleSize": 99}',
            },
            "tupleSize",
        ),
    ],
)
def test_what_is_no_root_that_is_known_here_is_refused_and_not_touched(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    library = Library(tmp_path)
    for name, text in files.items():
        (library.path / name).parent.mkdir(parents=True, exist_ok=True)
        (library.path / name).write_text(text)
    before = files_below(library.path)
    what = states(1)[0]
    acts: tuple[Callable[[DepositTarget], object], ...] = (
        lambda target: target.check(),
        lambda target: target.look(what, {}),
        lambda target: target.send(what, MemoryLog()),
    )
    for act in acts:
        with closing(library.open()) as target, pytest.raises(DepositRefused, match=said) as refused:
            act(target)
        assert refused.value.hint
    assert files_below(library.path) == before


def test_a_root_that_vanishes_is_unreachable_and_nothing_is_made_in_its_place(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.put(states(1)[0])
    library.path.rename(tmp_path / "unplugged")
    for what in states(2):
        with closing(library.open()) as target, pytest.raises(TargetUnreachable, match="no such file"):
            target.send(what, MemoryLog())
    library.path.mkdir()
    for what in states(2):
        with closing(library.open()) as target, pytest.raises(TargetUnreachable, match="what preserve left in it"):
            target.send(what, MemoryLog())
    assert not os.listdir(library.path)
    library.path.rmdir()
    (tmp_path / "unplugged").rename(library.path)
    library.put(states(2)[1])
    assert library.whole() == ["letters", "letters.v2"]


def test_a_name_that_is_not_utf8_is_told_before_and_refused(tmp_path: Path) -> None:
    library = Library(tmp_path)
    what = of_files("letters", {"data/caf\udce9.txt": b"odd\n"})
    with closing(library.open()) as target:
        assert [problem.code for problem in target.plan(what)] == ["ocfl-name-not-utf8"]
        with pytest.raises(DepositRefused, match=r"caf\\xe9"):
            target.send(what, MemoryLog())
    assert not library.objects()


def test_an_object_with_other_habits_keeps_them(tmp_path: Path) -> None:
    """sha256, padded version numbers, another content folder, digests in capitals, logs: made by another program."""
    library = Library(tmp_path)
    what, following = states(2)
    library.put(consignment("tar", "another"))
    place = library.place_of(what)
    written_by_hand(place, what)
    assert not findings(place)
    with closing(library.open()) as target:
        assert target.look(what, {}).stage is Stage.STORED
        assert target.verify(what, MemoryLog(), Silent()).good
        target.send(following, MemoryLog())
        assert target.verify(following, MemoryLog(), Silent()).good
    said = library.inventory(place)
    assert (said["head"], said["digestAlgorithm"], said["contentDirectory"]) == ("v0002", "sha256", "data")
    assert (place / "v0002/data/metadata/dc.xml").is_file()
    assert (place / "logs/what.log").is_file()
    assert not findings(place)


def written_by_hand(place: Path, what: MadeConsignment) -> None:
    manifest: dict[str, list[str]] = {}
    state: dict[str, list[str]] = {}
    for piece in what.pieces():
        data = b"".join(piece.blocks())
        (place / "v0001/data" / piece.path).parent.mkdir(parents=True, exist_ok=True)
        (place / "v0001/data" / piece.path).write_bytes(data)
        digest = sha256(data).hexdigest().upper()
        manifest.setdefault(digest, []).append(f"v0001/data/{piece.path}")
        state.setdefault(digest, []).append(piece.path)
    said = {
        "id": f"urn:uuid:{what.package.id}",
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha256",
        "head": "v0001",
        "contentDirectory": "data",
        "manifest": manifest,
        "versions": {"v0001": {"created": "2020-01-01T00:00:00+01:00", "state": state}},
    }
    inventory = json.dumps(said).encode()
    for folder in (place, place / "v0001"):
        (folder / "inventory.json").write_bytes(inventory)
        (folder / "inventory.json.sha256").write_text(f"{sha256(inventory).hexdigest()}  inventory.json\n")
    (place / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n")
    (place / "logs").mkdir()
    (place / "logs/what.log").write_text("Made by hand.\n")
