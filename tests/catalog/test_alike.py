"""Packages are found by what their texts have in common, in either database, however many there are."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from preserve.catalog import alike, dialect, tables
from preserve.catalog.store import Catalog
from preserve.model import Package, TextPrint
from tests.catalog.samples import package


def _print(same: str, *sketch: int) -> TextPrint:
    return TextPrint("data/letter.txt", "plain", "utf-8", 100, same * 32, sketch)


def _with(number: int, one: TextPrint) -> Package:
    return package(number, text=one.line)


def _keys(catalog: Catalog) -> int:
    with dialect.reading(catalog._engine) as connection:
        return connection.execute(select(func.count()).select_from(tables.text_keys)).scalar_one()


def _names(found: Iterable[Package]) -> list[str]:
    return [one.name for one in found]


def test_all_words_come_before_some_and_much_before_little(catalog: Catalog) -> None:
    same, much, little, one_only, other = (
        _with(1, _print("a")),
        _with(2, _print("b", 1, 2, 3, 4)),
        _with(3, _print("c", 1, 2, 9)),
        _with(4, _print("d", 1, 8)),
        _with(5, _print("e", 11, 12)),
    )
    catalog.add_all([other, one_only, little, much, same])
    [found, nothing] = catalog.alike([_print("a", 1, 2, 3, 4), _print("f", 21, 22)])
    assert _names(found) == _names([same, much, little])
    assert nothing == ()
    assert catalog.alike([]) == []


def test_the_oldest_comes_first_and_no_more_than_some_are_named(catalog: Catalog) -> None:
    catalog.add_all([_with(number, _print("b", 1, 2, 3)) for number in (9, 7, 8, 6)])
    [found] = catalog.alike([_print("a", 1, 2, 3)])
    assert _names(found) == _names(map(package, (6, 7, 8)))


def test_what_every_form_says_is_passed_over(catalog: Catalog) -> None:
    catalog.add_all([_with(number, _print("b", 1, 2, number + 100)) for number in range(1, alike.USUAL + 2)])
    assert catalog.alike([_print("a", 1, 2, 3)]) == [()]
    catalog.remove(package(1).id)
    assert len(catalog.alike([_print("a", 1, 2, 3)])[0]) == alike.MOST


def test_a_new_state_is_found_by_its_own_text_only(catalog: Catalog) -> None:
    catalog.add(_with(1, _print("a", 1, 2)))
    catalog.update(_with(1, _print("b", 3, 4)))
    assert catalog.alike([_print("a", 1, 2)]) == [()]
    assert _names(catalog.alike([_print("c", 3, 4)])[0]) == _names([package(1)])
    assert _keys(catalog) == 3
    catalog.update(replace(package(1), text=""))
    assert _keys(catalog) == 0


def test_a_package_that_goes_takes_its_keys_along(catalog: Catalog) -> None:
    catalog.add_all([_with(1, _print("a", 1, 2)), _with(2, _print("a", 1, 2))])
    catalog.remove(package(1).id)
    assert _keys(catalog) == 3
    assert catalog.replace_all([_with(3, _print("a", 1, 2))]) == 1
    assert _names(catalog.alike([_print("a", 1, 2)])[0]) == _names([package(3)])
    assert catalog.check_integrity() == ()


def test_a_fingerprint_of_another_version_is_kept_and_passed_over(catalog: Catalog) -> None:
    later = package(1, text=_print("a", 1, 2).line.replace("1 ", "2 ", 1))
    catalog.add(later)
    assert catalog.get(later.id) == later
    assert catalog.alike([_print("a", 1, 2)]) == [()]


def test_many_questions_at_once(file: Path) -> None:
    with Catalog.open(f"sqlite:///{file}") as catalog:
        prints = [
            replace(_print("a", *range(number * 10, number * 10 + 8)), same=f"{number:032x}"[::-1])
            for number in range(300)
        ]
        catalog.add_all([package(number + 1, text=one.line) for number, one in enumerate(prints)])
        found = catalog.alike(prints)
        assert [_names(some) for some in found] == [[package(number + 1).name] for number in range(300)]
