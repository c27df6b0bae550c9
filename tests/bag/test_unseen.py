"""Unreadable is not missing: what nobody could look at is told once, and nothing is concluded from it."""

import pytest

from preserve.bag import rules
from preserve.bag.profiles import rules as profile_rules
from preserve.bag.unseen import without_guesses
from preserve.model import Rule

UNLISTED = rules.FOLDER_UNREADABLE


@pytest.mark.parametrize(
    ("folder", "rule", "path", "stays"),
    [
        ("data", rules.MISSING, "data/a.txt", False),
        ("data", rules.MISSING, "data/b/c.txt", False),
        ("data/b", rules.MISSING, "data/b/c.txt", False),
        ("data/b", rules.MISSING, "data/bc.txt", True),
        ("data/b", rules.MISSING, "data/a.txt", True),
        ("data/b", rules.OXUM_MISMATCH, "bag-info.txt", False),
        ("metadata", rules.OXUM_MISMATCH, "bag-info.txt", True),
        ("metadata", profile_rules.TAG_FILE_REQUIRED, "metadata/dc.xml", False),
        ("data/odd", rules.SPECIAL_FILE, "data/odd", False),
        ("data", rules.CHECKSUM_MISMATCH, "data/a.txt", True),
        ("", rules.DECLARATION_MISSING, "bagit.txt", False),
        ("", rules.MANIFEST_TAMPERED, "manifest-sha256.txt", False),
        ("", rules.UNREADABLE, "data/a.txt", True),
    ],
)
def test_nothing_is_concluded_from_a_folder_that_cannot_be_listed(
    folder: str, rule: Rule, path: str, stays: bool
) -> None:
    unlisted, other = UNLISTED.at(folder, "It cannot be listed."), rule.at(path, "It is so.")
    assert without_guesses([unlisted, other]) == ((unlisted, other) if stays else (unlisted,))


def test_what_is_missing_from_a_folder_that_was_listed_is_missing() -> None:
    missing = rules.MISSING.at("data/a.txt", "It is missing.")
    assert without_guesses([missing]) == (missing,)


def test_a_tag_manifest_that_cannot_be_read_may_list_anything() -> None:
    unread = rules.TAG_FILE_UNREADABLE.at("tagmanifest-sha256.txt", "It cannot be read.")
    unlisted = rules.TAG_FILE_UNLISTED.at("README.txt", "It is not listed.")
    other = rules.TAG_FILE_UNREADABLE.at("bag-info.txt", "It cannot be read.")
    assert without_guesses([unread, unlisted]) == (unread,)
    assert without_guesses([other, unlisted]) == (other, unlisted)
