"""What a person may type to name a package."""

from dataclasses import replace

import pytest

from preserve.catalog.store import Catalog
from preserve.errors import UnknownPackage
from tests.catalog.samples import package

ID = "3f2a91c4-0b7d-4e11-9a55-6c0d1e2f3a4b"
ONE = package(1, id=ID, name="lettre-été-3f2a91c4", external_identifier="MS 17")


@pytest.mark.parametrize(
    "typed",
    [
        ID,
        ID.upper(),
        f"urn:uuid:{ID}",
        f"URN:UUID:{ID.upper()}",
        ID.replace("-", ""),
        f"  {ID}\n",
        "3f2a",
        "3F2A9",
        "3f2a91c4",
        "3f2a91c4-",
        "3f2a91c4-0b",
        "3f2a91c40b7d4",
        "urn:uuid:3f2a91c4-0b7d",
        ID[:-1],
        "lettre-été-3f2a91c4",
        "lettre-e\u0301te\u0301-3f2a91c4",
        " lettre-été-3f2a91c4 ",
        "MS 17",
    ],
)
def test_a_package_answers_to_all_its_names(catalog: Catalog, typed: str) -> None:
    catalog.add_all([ONE, package(2), package(3)])
    assert catalog.find(typed) == ONE


@pytest.mark.parametrize(
    "typed",
    ["", " ", "3f2", "3f2a91c5", "3f-2a", "3f2a91c40-b7", "MS", "ms 17", "lettra", "%", "____", "\udcff", "\0", "-"],
)
def test_what_names_nothing_is_said_to_name_nothing(catalog: Catalog, typed: str) -> None:
    catalog.add(ONE)
    with pytest.raises(UnknownPackage, match="no package called") as caught:
        catalog.find(typed)
    assert caught.value.message.isprintable()


def test_an_ambiguous_beginning_lists_up_to_five_candidates(catalog: Catalog) -> None:
    twins = [package(n, id=f"3f2a91c{n}{ID[8:]}", name=f"letter-{n}") for n in range(7)]
    catalog.add_all(twins[:3])
    with pytest.raises(UnknownPackage, match=r"several packages: letter-0 .*, letter-1 .*, letter-2 ") as caught:
        catalog.find("3f2a")
    assert "more" not in caught.value.message
    catalog.add_all(twins)
    with pytest.raises(UnknownPackage, match=r"letter-4 .*, and more") as caught:
        catalog.find("3f2a91c")
    assert "letter-5" not in caught.value.message
    assert catalog.find("3f2a91c5") == twins[5]


def test_a_whole_id_or_name_is_never_hidden_by_what_others_call_theirs(catalog: Catalog) -> None:
    thief = package(2, external_identifier=ID)
    namesake = package(3, external_identifier=ONE.name)
    catalog.add_all([ONE, thief, namesake])
    assert catalog.find(ID) == ONE
    assert catalog.find(ONE.name) == ONE


def test_an_identifier_that_looks_like_the_beginning_of_an_id_is_ambiguous(catalog: Catalog) -> None:
    catalog.add_all([ONE, package(2, external_identifier="3f2a")])
    with pytest.raises(UnknownPackage, match="several"):
        catalog.find("3f2a")


def test_a_name_beats_the_beginning_of_an_id(catalog: Catalog) -> None:
    called = package(2, name="3f2a")
    catalog.add_all([ONE, called])
    assert catalog.find("3f2a") == called


def test_a_name_that_is_no_utf8_can_be_typed(catalog: Catalog) -> None:
    odd = replace(package(2), name="caf\udce9\\ud800")
    catalog.add(odd)
    assert catalog.find("caf\udce9\\ud800") == odd


def test_a_name_may_be_shortened_to_its_beginning_if_that_is_unique(catalog: Catalog) -> None:
    catalog.add(ONE)
    assert catalog.find(ONE.name[:6]) == ONE
