"""Our validator of OCFL objects: everything that may be wrong with one is found."""

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.deposit.targets.ocfl.inventory import judge
from tests.deposit.ocfl_places import Library, findings
from tests.deposit.test_ocfl import states

Change = Callable[[Path], object]
Said = dict[str, Any]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An object with two versions."""
    library = Library(tmp_path_factory.mktemp("library"))
    for what in states(2):
        library.put(what)
    return library.objects()[0]


def write_inventory(place: Path, data: bytes, folders: tuple[str, ...]) -> None:
    for folder in folders:
        (place / folder / "inventory.json").write_bytes(data)
        (place / folder / "inventory.json.sha512").write_text(f"{sha512(data).hexdigest()} inventory.json\n")


def saying(edit: Callable[[Said], object], *folders: str) -> Change:
    """Change what the inventories say, with digests that agree."""

    def change(place: Path) -> None:
        said = json.loads((place / "inventory.json").read_bytes())
        edit(said)
        write_inventory(place, json.dumps(said).encode(), folders or ("", "v2"))

    return change


def raw(edit: Callable[[bytes], bytes]) -> Change:
    return lambda place: write_inventory(place, edit((place / "inventory.json").read_bytes()), ("", "v2"))


def without(key: str) -> Change:
    return saying(lambda said: said.pop(key))


def with_value(key: str, value: object) -> Change:
    return saying(lambda said: said.update({key: value}))


def version(key: str, value: object, name: str = "v2") -> Change:
    return saying(lambda said: said["versions"][name].update({key: value}))


def first(said: Said, block: str = "manifest") -> str:
    return str(next(iter(said[block])))


def file(path: str, data: str = "odd\n") -> Change:
    def change(place: Path) -> None:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(data)

    return change


def rename(one: str, other: str) -> Change:
    return lambda place: (place / one).rename(place / other)


def remove(path: str) -> Change:
    return lambda place: shutil.rmtree(place / path) if (place / path).is_dir() else (place / path).unlink()


def flip(path: str) -> Change:
    def change(place: Path) -> None:
        data = bytearray((place / path).read_bytes())
        data[-1] ^= 1
        (place / path).write_bytes(data)

    return change


def drop_version(said: Said) -> None:
    said["versions"]["v3"] = said["versions"].pop("v2")
    said["head"] = "v3"


def former(edit: Callable[[Said], object]) -> Change:
    """Change what the inventory of the first version says of itself."""

    def change(place: Path) -> None:
        said = json.loads((place / "v1/inventory.json").read_bytes())
        edit(said)
        write_inventory(place, json.dumps(said).encode(), ("v1",))

    return change


LETTER = "v1/content/data/letter.txt"
FAULTS: dict[str, tuple[Change, str]] = {
    "a stray file": (file("stray.txt"), "E001"),
    "a stray folder": (file("stray/file.txt"), "E001"),
    "no declaration": (remove("0=ocfl_object_1.1"), "E003"),
    "two declarations": (file("0=ocfl_object_1.0", "ocfl_object_1.0\n"), "E003"),
    "a declaration of another kind": (rename("0=ocfl_object_1.1", "0=ocfl_object_9.9"), "E004"),
    "a declaration that says something else": (file("0=ocfl_object_1.1", "ocfl_object_1.0\n"), "E007"),
    "a version folder without a version": (file("v3/content/file.txt"), "E001"),
    "a version without a folder": (remove("v1"), "E010"),
    "versions that are not numbered on": (saying(drop_version), "E010"),
    "a version that is no version": (saying(lambda said: said["versions"].update({"two": {}})), "E046"),
    "no versions": (with_value("versions", {}), "E008"),
    "a head that is not the last": (with_value("head", "v1"), "E040"),
    "a file in a version folder": (file("v1/stray.txt"), "E015"),
    "a file that is not listed": (file("v1/content/stray.txt"), "E023"),
    "an empty folder": (lambda place: (place / "v1/content/empty").mkdir(), "E024"),
    "a missing file": (remove(LETTER), "E092"),
    "a changed file": (flip(LETTER), "E093"),
    "a longer file": (lambda place: (place / LETTER).write_bytes(b"x" * 100_000), "E093"),
    "no inventory": (remove("inventory.json"), "E063"),
    "an inventory that is no JSON": (raw(lambda data: data[:-10]), "E033"),
    "an inventory that is a list": (raw(lambda _: b"[]"), "E033"),
    "an inventory that is not UTF-8": (raw(lambda data: data.replace(b"letters:", b"l\xe9tters:", 1)), "E033"),
    "an inventory without end": (raw(lambda _: b"[" * 200_000), "E033"),
    "a key that is there twice": (raw(lambda data: data.replace(b"{", b'{"id": "urn:a:b",', 1)), "E033"),
    "no id": (without("id"), "E036"),
    "an id that is no text": (with_value("id", 7), "E037"),
    "no type": (without("type"), "E036"),
    "a type of something else": (with_value("type", "https://ocfl.io/1.0/spec/#inventory"), "E038"),
    "no digest algorithm": (without("digestAlgorithm"), "E036"),
    "a weak digest algorithm": (with_value("digestAlgorithm", "md5"), "E025"),
    "no manifest": (without("manifest"), "E041"),
    "a manifest that is a list": (with_value("manifest", []), "E106"),
    "versions that are a list": (with_value("versions", []), "E044"),
    "no block of versions": (without("versions"), "E043"),
    "a key that means nothing": (with_value("colour", "red"), "E102"),
    "a content folder that leads out": (with_value("contentDirectory", ".."), "E018"),
    "a content folder with a slash": (with_value("contentDirectory", "a/b"), "E017"),
    "a version that is no object": (saying(lambda said: said["versions"].update(v2="")), "E047"),
    "a version of no time": (version("created", "yesterday"), "E049"),
    "a time without a zone": (version("created", "2020-01-01T00:00:00"), "E049"),
    "a version without a time": (saying(lambda said: said["versions"]["v2"].pop("created")), "E048"),
    "a version without a state": (saying(lambda said: said["versions"]["v2"].pop("state")), "E048"),
    "a message that is no text": (version("message", 7), "E094"),
    "a user without a name": (version("user", {"address": "mailto:a@example.org"}), "E054"),
    "a state with an unknown digest": (version("state", {"a" * 128: ["a.txt"]}), "E050"),
    "a state that is a list": (version("state", []), "E050"),
    "a digest that is in no state": (
        saying(lambda said: said["manifest"].update({"b" * 128: ["v1/content/b"]})),
        "E107",
    ),
    "a digest in capitals too": (
        saying(lambda said: said["manifest"].update({first(said).upper(): ["v1/content/other"]})),
        "E096",
    ),
    "a digest that is none": (saying(lambda said: said["manifest"].update({"abc": ["v1/content/abc"]})), "E092"),
    "a content path that leads out": (
        saying(lambda said: said["manifest"][first(said)].append("v1/content/../x")),
        "E099",
    ),
    "an absolute content path": (saying(lambda said: said["manifest"][first(said)].append("/etc/passwd")), "E100"),
    "a content path elsewhere": (saying(lambda said: said["manifest"][first(said)].append("logs/file")), "E042"),
    "a content path that is there twice": (saying(lambda said: said["manifest"][first(said)].append(LETTER)), "E101"),
    "a content path that is a folder": (
        saying(lambda said: said["manifest"][first(said)].append(f"{LETTER}/x")),
        "E101",
    ),
    "paths that are no list": (saying(lambda said: said["manifest"].update({first(said): LETTER})), "E092"),
    "a logical path that leads out": (
        saying(lambda said: said["versions"]["v2"]["state"][first(said)].append("../../x")),
        "E052",
    ),
    "an absolute logical path": (
        saying(lambda said: said["versions"]["v2"]["state"][first(said)].append("/x")),
        "E053",
    ),
    "a logical path that is there twice": (
        saying(lambda said: said["versions"]["v2"]["state"][first(said)].append("data/letter.txt")),
        "E095",
    ),
    "fixity that is a list": (with_value("fixity", []), "E111"),
    "fixity by nobody's algorithm": (with_value("fixity", {"crc7": {}}), "E056"),
    "fixity that is wrong": (saying(lambda said: said.update(fixity={"sha256": {"c" * 64: [LETTER]}})), "E093"),
    "fixity of what is not there": (
        saying(lambda said: said.update(fixity={"sha256": {"c" * 64: ["v1/content/no"]}})),
        "E057",
    ),
    "no digest of the inventory": (remove("inventory.json.sha512"), "E058"),
    "the digest of another inventory": (file("inventory.json.sha512", "a" * 128 + " inventory.json\n"), "E060"),
    "a digest of the inventory without a name": (file("inventory.json.sha512", "a" * 128 + "\n"), "E061"),
    "a digest by another algorithm": (rename("inventory.json.sha512", "inventory.json.sha256"), "E059"),
    "a last version with another inventory": (
        saying(lambda said: said["versions"]["v2"].update(message="Other."), ""),
        "E064",
    ),
    "a file among the extensions": (file("extensions/file.txt"), "E067"),
    "a first version of another object": (former(lambda said: said.update(id="urn:uuid:other")), "E110"),
    "a first version that was another": (
        former(lambda said: said["versions"]["v1"]["state"][first(said)].append("more.txt")),
        "E066",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_an_object_is_found(name: str, good: Path, tmp_path: Path) -> None:
    change, code = FAULTS[name]
    place = tmp_path / "object"
    shutil.copytree(good, place)
    assert not findings(place)
    change(place)
    found = findings(place)
    assert any(message.endswith(f"({code}).") for message in found), found


def test_no_link_and_no_pipe_is_followed(good: Path, tmp_path: Path) -> None:
    for number, path in enumerate((LETTER, "inventory.json", "v1", "0=ocfl_object_1.1", "v1/content")):
        place = tmp_path / str(number)
        shutil.copytree(good, place)
        (place / path).rename(tmp_path / f"aside-{number}")
        (place / path).symlink_to(tmp_path / f"aside-{number}")
        assert findings(place), path
    place = tmp_path / "pipe"
    shutil.copytree(good, place)
    (place / LETTER).unlink()
    os.mkfifo(place / LETTER)
    assert any("something else than a file" in message for message in findings(place))


def test_a_file_of_a_million_octets_that_calls_itself_an_inventory_ends(good: Path, tmp_path: Path) -> None:
    place = tmp_path / "object"
    shutil.copytree(good, place)
    with (place / "inventory.json").open("wb") as stream:
        stream.truncate(1 << 40)  # a hole of a terabyte
    assert any("(E034)" in message for message in findings(place))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
        max_leaves=10,
    ),
    st.sampled_from(["id", "type", "digestAlgorithm", "head", "manifest", "versions", "fixity", "contentDirectory"]),
)
def test_whatever_an_inventory_says_it_is_judged(value: object, key: str) -> None:
    digest = sha512(b"").hexdigest()
    said = {
        "id": "urn:uuid:1",
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": "v1",
        "manifest": {digest: ["v1/content/a"]},
        "versions": {"v1": {"created": "2020-01-01T00:00:00Z", "state": {digest: ["a"]}}},
    }
    inventory, problems = judge(json.dumps(said | {key: value}).encode())
    assert (inventory is None) is bool(problems)


@given(st.binary(max_size=300))
def test_whatever_an_inventory_is_it_is_judged(data: bytes) -> None:
    inventory, problems = judge(data)
    assert inventory is None
    assert problems
