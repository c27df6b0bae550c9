"""Every finding has a code of its own, a severity, and a word on what to do."""

import re

from scripts.make_reference import rules

ALL = [rule for found in rules().values() for rule in found]


def test_no_two_findings_share_a_code() -> None:
    codes = [rule.code for rule in ALL]
    assert sorted(set(codes)) == sorted(codes)


def test_codes_are_words_and_every_finding_says_what_to_do() -> None:
    for rule in ALL:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.code), rule.code
        assert len(rule.hint.split()) >= 3, rule.code
