"""What the catalogue answers, on every database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.catalog.store import Catalog
from preserve.errors import CatalogError, UnknownPackage
from preserve.model import Package, PinnedDigest
from tests.catalog.samples import SEALED, package, packages


def test_a_package_comes_back_as_it_went_in(catalog: Catalog) -> None:
    one = package(1, external_identifier="MS 17", group="Letters")
    assert catalog.add(one) is True
    assert catalog.get(one.id) == one
    assert catalog.by_name(one.name) == one
    assert catalog.get("00000000-0000-4000-8000-000000000000") is None
    assert catalog.by_name("nothing") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(news=st.lists(packages, unique_by=(lambda p: p.id, lambda p: p.name), max_size=4))
def test_any_text_and_any_number_survives(catalog: Catalog, news: list[Package]) -> None:
    catalog.replace_all(news)
    for one in news:
        assert catalog.get(one.id) == one
        assert catalog.by_name(one.name) == one
        assert one in catalog.from_transfer(one.transfer)
    assert set(catalog.packages()) == set(news)
    assert catalog.check_integrity() == ()


def test_times_of_other_zones_are_the_same_moment(catalog: Catalog) -> None:
    there = SEALED.astimezone(timezone(timedelta(hours=5, minutes=30)))
    catalog.add(package(1, sealed=there))
    catalog.add(package(1, sealed=SEALED))  # equal: nothing happens
    found = catalog.get(package(1).id)
    assert found is not None
    assert (found.sealed, found.sealed.utcoffset()) == (SEALED, timedelta(0))


def test_adding_the_same_again_changes_nothing(catalog: Catalog) -> None:
    one = package(1)
    catalog.add(one)
    before = catalog.snapshot()
    assert catalog.add(one) is False
    assert catalog.add(replace(one, pinned=one.pinned[::-1])) is False, "pinned digests have no order of their own"
    assert catalog.snapshot() == before


@pytest.mark.parametrize(
    "other",
    [
        package(1, title="Another title"),
        package(1, name="another-name"),
        package(1, pinned=()),
        package(2, name=package(1).name),
    ],
)
def test_an_id_or_name_is_never_given_to_other_content(catalog: Catalog, other: Package) -> None:
    catalog.add(package(1))
    with pytest.raises(CatalogError, match="already belongs to another") as caught:
        catalog.add(other)
    assert "preserve catalog rebuild" in caught.value.hint
    assert list(catalog.packages()) == [package(1)]


def test_a_batch_is_added_whole_or_not_at_all(catalog: Catalog) -> None:
    catalog.add(package(1))
    assert catalog.add_all([package(1), package(2), package(3)]) == 2
    with pytest.raises(CatalogError):
        catalog.add_all([package(4), package(1, title="Another")])
    assert catalog.count() == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (package(1, id="letter"), "not a UUID"),
        (package(1, id=package(1).id.upper()), "not a UUID"),
        (package(1, name=""), "not the name of a folder"),
        (package(1, files=-1), "out of range"),
        (package(1, bytes=2**63), "out of range"),
        (package(1, sealed=datetime(2026, 1, 1)), "from UTC"),  # noqa: DTZ001  that is what is wrong with it
        (package(1, sealed=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))), "time is out of range"),
        (package(1, pinned=package(1).pinned * 2), "given twice"),
    ],
)
def test_what_no_catalogue_can_hold_is_refused_in_words(catalog: Catalog, wrong: Package, said: str) -> None:
    for change in (catalog.add, catalog.update, lambda p: catalog.replace_all([p])):
        with pytest.raises(CatalogError, match=said):
            change(wrong)
    assert catalog.count() == 0


def test_a_changed_description_takes_the_place_of_the_former(catalog: Catalog) -> None:
    catalog.add_all([package(1), package(2)])
    changed = package(1, title="The right title", title_stands_in=False, pinned=package(7).pinned)
    catalog.update(changed)
    assert catalog.get(changed.id) == changed
    assert catalog.same_content(package(1).pinned) == ()
    with pytest.raises(CatalogError, match="already belongs"):
        catalog.update(package(1, name=package(2).name))
    with pytest.raises(UnknownPackage):
        catalog.update(package(3))


def test_a_removed_package_leaves_nothing_behind(catalog: Catalog) -> None:
    catalog.add_all([package(1), package(2)])
    assert catalog.remove(package(1).id) is True
    assert catalog.remove(package(1).id) is False
    assert catalog.same_content(package(1).pinned) == ()
    assert list(catalog.packages()) == [package(2)]


def test_packages_come_by_time_then_by_code_point_of_the_name(catalog: Catalog) -> None:
    same_time = [package(n, name=name, sealed=SEALED) for n, name in enumerate(["Z", "a", "Ä", "é", "\uffee", "😀"])]
    catalog.replace_all([package(9), *reversed(same_time)])
    assert [p.name for p in catalog.packages()] == ["Z", "a", "Ä", "é", "\uffee", "😀", package(9).name]


def test_many_packages_are_listed_once_each_over_all_portions(catalog: Catalog) -> None:
    many = [package(n, sealed=SEALED + timedelta(microseconds=n // 7), group=f"g{n % 2}") for n in range(2000)]
    assert catalog.replace_all(iter(many)) == 2000
    listed = list(catalog.packages())
    assert len(listed) == 2000
    assert set(listed) == set(many)
    assert all((a.sealed, a.name) < (b.sealed, b.name) for a, b in pairwise(listed))
    assert list(catalog.packages(with_pins=False)) == [replace(p, pinned=()) for p in listed]
    assert list(catalog.packages(group="g1")) == [p for p in listed if p.group == "g1"]
    assert catalog.count() == 2000
    assert catalog.totals() == (2000, sum(p.files for p in many), sum(p.bytes for p in many), 1000)


def test_a_reader_in_the_middle_of_a_list_does_not_keep_a_writer_waiting(url: str) -> None:
    with Catalog.open(url, wait=1) as one, Catalog.open(url, wait=1) as other:
        one.replace_all(package(n) for n in range(1500))
        listing = one.packages()
        next(listing)
        assert other.add(package(5000)) is True
        assert sum(1 for _ in listing) >= 1499


def test_an_empty_catalogue_answers_too(catalog: Catalog) -> None:
    assert list(catalog.packages()) == []
    assert (catalog.count(), catalog.totals(), catalog.snapshot()) == (0, (0, 0, 0, 0), [])
    assert catalog.check_integrity() == ()
    assert catalog.same_content([]) == ()


def test_totals_beyond_64_bits_do_not_fail_on_sums_that_fit(catalog: Catalog) -> None:
    catalog.add_all([package(1, bytes=2**62), package(2, bytes=2**62 - 1)])
    assert catalog.totals().bytes == 2**63 - 1


def test_the_same_payload_is_found_by_any_of_its_manifests(catalog: Catalog) -> None:
    catalog.add_all([package(1), package(2), package(3, pinned=package(1).pinned)])
    one, three = package(1), package(3, pinned=package(1).pinned)
    assert catalog.same_content(one.pinned) == (one, three)
    assert catalog.same_content(one.pinned[1:2]) == (one, three)
    assert catalog.same_content(one.pinned[2:]) == (), "tag manifests differ with every package and say nothing"
    stranger = PinnedDigest("manifest-sha256.txt", "sha512", one.pinned[0].value)
    assert catalog.same_content([stranger]) == ()


def test_a_transfer_is_recognised_by_its_exact_name(catalog: Catalog) -> None:
    nfc, nfd = package(1, transfer="caf\u00e9"), package(2, transfer="cafe\u0301")
    catalog.add_all([nfc, nfd, package(3, transfer="caf\udce9"), package(4, transfer="\\udce9caf")])
    assert catalog.from_transfer("caf\u00e9") == (nfc,)
    assert [p.transfer for p in catalog.from_transfer("caf\udce9")] == ["caf\udce9"]
    assert catalog.from_transfer("CAF\u00c9") == ()


def test_replacing_all_is_whole_or_not_at_all(catalog: Catalog) -> None:
    catalog.add_all([package(1), package(2)])

    def broken() -> Iterator[Package]:
        yield package(3)
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        catalog.replace_all(broken())
    for twin in (package(3, name="other"), package(4, name=package(3).name)):
        with pytest.raises(CatalogError, match="Two packages have the same id or name"):
            catalog.replace_all([package(3), twin])
    assert list(catalog.packages()) == [package(1), package(2)]
    assert catalog.replace_all([package(2), package(5)]) == 2
    assert list(catalog.packages()) == [package(2), package(5)]
    assert catalog.replace_all([]) == 0
    assert catalog.same_content(package(5).pinned) == ()


def test_a_rebuilt_catalogue_is_equal_whatever_the_order(catalog: Catalog) -> None:
    for n in (3, 1, 2):
        catalog.add(package(n))
    grown = catalog.snapshot()
    catalog.replace_all(package(n, pinned=package(n).pinned[::-1]) for n in (1, 2, 3))
    assert catalog.snapshot() == grown
    catalog.update(package(1, group="another"))
    assert catalog.snapshot() != grown
