"""Names and links are judged by their letters alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.model import SourceLink
from preserve.transfer import rules
from preserve.transfer.hazards import link_target, of_links, of_name, of_names, said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("letter.txt", []),
        ("رسالة.txt", []),
        ("می‌خواهم", []),  # a zero-width non-joiner is orthography
        ("a:b", ["windows-name"]),
        ("trailing ", ["windows-name"]),
        ("folder/aux", ["windows-name"]),
        ("line\nbreak", ["control-characters", "windows-name"]),
        ("bell\x07", ["control-characters", "windows-name"]),
        ("next\x85line", ["control-characters"]),
        ("abc\u202ecba", ["bidi-override"]),
        ("caf\udce9", ["name-not-utf8"]),
        ("aux/letter.txt", []),  # the folder is judged by itself
    ],
)
def test_each_name_gets_the_warnings_it_deserves(name: str, expected: list[str]) -> None:
    assert sorted(problem.code for problem in of_name(name)) == expected


@given(st.lists(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1), unique=True))
def test_no_name_breaks_the_judge_and_every_sentence_can_be_printed(names: list[str]) -> None:
    for problem in of_names(lambda: sorted(names)):
        assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in problem.message)


def test_in_a_crowd_of_alike_names_each_is_told_once() -> None:
    crowd = ["E\u0301.txt", "e\u0301.txt", "É.txt", "é.txt"]
    found = of_names(lambda: crowd)
    assert sorted(problem.code for problem in found) == [
        "case-duplicate",
        "normalisation-duplicate",
        "normalisation-duplicate",
    ]
    assert len({problem.path for problem in found}) == 3


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        ("link", "a.txt", "a.txt"),
        ("b/link", "../a.txt", "a.txt"),
        ("b/link", "..", ""),
        ("b/link", "../..", None),
        ("link", "../letters/a.txt", None),
        ("link", "b/../../x", None),
        ("link", "/etc/passwd", None),
        ("link", ".", ""),
        ("link", "./b//c", "b/c"),
    ],
)
def test_a_links_target_is_found_by_its_letters(path: str, target: str, expected: str | None) -> None:
    assert link_target(SourceLink(path, target)) == expected


def test_a_link_to_something_there_deserves_no_word() -> None:
    links = [SourceLink("a", "b"), SourceLink("c", "nothing"), SourceLink("d", "a/beyond")]
    assert [problem.path for problem in of_links(links, {"a", "b", "c", "d"})] == ["c"]


def test_very_long_paths_are_cut_in_sentences() -> None:
    assert len(said("folder/" * 500)) < 300


def test_rules_have_distinct_stable_codes_and_a_hint_each() -> None:
    assert len({rule.code for rule in rules.ALL}) == len(rules.ALL) > 20
    for rule in rules.ALL:
        assert rule.hint.endswith(".")
        assert rule.code == rule.code.lower()
