"""A package has one name at the far end, which it shares with nothing else."""

import re
import unicodedata
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import BagError
from preserve.model import Package, PinnedDigest
from preserve.storage.names import package_name
from preserve.testing import consignments
from preserve.workflows.archive import Archive as Opened
from preserve.workflows.depositing.consignments import label_of
from preserve.workflows.depositing.consignments.labels import LONGEST, key, label
from tests.acceptance.archive import Archive
from tests.workflows.depositing.consignments.ready import only

PACKAGE = consignments.of_files("letters", {"a": b"a"}).package
ANY_NAME = st.text(min_size=1, max_size=120).filter(lambda name: "/" not in name and "\0" not in name)


def called(name: str) -> Package:
    return replace(PACKAGE, name=name)


@given(st.one_of(ANY_NAME, st.text("\udcff\udc80ab.", min_size=1)), st.integers(1, 10**6))
def test_a_label_is_safe_whatever_a_package_is_called(name: str, state: int) -> None:
    found = label(called(name), state)
    assert len(found.encode()) <= LONGEST
    assert not found.startswith((".", "-", "_"))
    assert all(char in "._-" or unicodedata.category(char)[0] in "LMN" for char in found)
    assert unicodedata.is_normalized("NFC", found)
    assert found.endswith(f".v{state}") is (state > 1)


@given(st.text(min_size=1, max_size=60).filter(str.strip), st.uuids())
def test_a_name_that_preserve_gave_is_its_own_label(transfer: str, number: uuid.UUID) -> None:
    name = package_name(transfer, str(number))
    assert label(called(name), 1) == name


@given(ANY_NAME, ANY_NAME, st.integers(1, 3), st.integers(1, 3))
def test_two_states_never_share_a_label(one: str, other: str, first: int, second: int) -> None:
    if (one, first) != (other, second):
        assert label(called(one), first) != label(called(other), second)


def test_a_name_that_looks_like_a_later_state_is_told_apart() -> None:
    assert label(called("letters"), 2) == "letters.v2"
    assert re.fullmatch(r"letters\.v2-[0-9a-f]{16}", label(called("letters.v2"), 1))
    assert label(called("letters.v2"), 1) != label(replace(called("letters.v2"), id=str(uuid.uuid4())), 1)


def test_a_key_is_of_one_state_only() -> None:
    pins = (PinnedDigest("tagmanifest-sha256.txt", "sha512", "aa"), PinnedDigest("manifest-sha256.txt", "sha512", "bb"))
    assert key(PACKAGE.id, pins) == key(PACKAGE.id, tuple(reversed(pins)))
    assert key(PACKAGE.id, pins) != key(PACKAGE.id, (replace(pins[0], value="ab"), pins[1]))
    assert key(PACKAGE.id, pins) != key(str(uuid.uuid4()), pins)
    assert key(PACKAGE.id, pins).startswith("urn:uuid:")


def test_each_change_is_a_state_with_a_name_of_its_own(archive: Archive, store: Opened) -> None:
    name = only(store).name
    seen = [label_of(store, only(store))]
    for title in ("One", "Two"):
        archive.run("describe", name, "--set", f"dcterms:title={title}")
        seen.append(label_of(store, only(store)))
    assert [(found, state) for found, state, _ in seen] == [(name, 1), (f"{name}.v2", 2), (f"{name}.v3", 3)]
    assert len({found for _, _, found in seen}) == 3


def test_a_state_of_which_the_history_does_not_know_has_no_name(store: Opened) -> None:
    package = only(store)
    other = replace(package, pinned=(replace(package.pinned[0], value="00"), *package.pinned[1:]))
    with pytest.raises(BagError, match="does not tell which state"):
        label_of(store, other)
