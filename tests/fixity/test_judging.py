"""Failing files are told once, by kind, and no error of a report is lost on the way."""

from collections.abc import Sequence

import pytest

from preserve.bag import rules as bag_rules
from preserve.bag.fetching import rules as fetching_rules
from preserve.bag.profiles import rules as profile_rules
from preserve.bag.serialized import rules as serialized_rules
from preserve.catalog import rules as catalog_rules
from preserve.fixity.judging import failures
from preserve.fixity.kinds import BESIDE, KINDS
from preserve.history import rules as history_rules
from preserve.model import Digest, Failure, Kind, Mismatch, Problem, Rule, Severity, Traces
from preserve.workflows import rules as workflow_rules

RULES = [
    *bag_rules.ALL,
    *fetching_rules.ALL,
    *profile_rules.ALL,
    *serialized_rules.ALL,
    *catalog_rules.ALL,
    *history_rules.ALL,
    *workflow_rules.ALL,
]
ONE, TWO = (Digest("sha256", "1" * 64), Digest("sha512", "1" * 128)), (Digest("sha256", "2" * 64),)


def error(code: str, path: str = "", mismatch: Mismatch | None = None) -> Problem:
    return Problem(code, Severity.ERROR, path, "A sentence.", mismatch=mismatch)


def kinds(found: Sequence[Failure]) -> dict[str, Kind]:
    return {failure.path: failure.kind for failure in found}


def test_it_is_decided_of_every_error_what_kind_of_failure_it_is() -> None:
    errors = {rule.code for rule in RULES if rule.severity is Severity.ERROR}
    assert errors <= KINDS.keys() | BESIDE
    assert not KINDS.keys() & BESIDE


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.severity is Severity.ERROR], ids=lambda r: r.code)
@pytest.mark.parametrize("path", ["", "data/a.txt"])
def test_behind_every_error_stands_a_failure(rule: Rule, path: str) -> None:
    assert bool(failures([rule.at(path, "A sentence.")])) is (rule.code not in BESIDE)


def test_an_error_that_nobody_thought_of_is_not_lost() -> None:
    assert kinds(failures([error("new", "data/a"), error("newer")])) == {"data/a": Kind.ALTERED, "": Kind.TAMPERED}


def test_warnings_are_no_failures() -> None:
    assert failures([bag_rules.NAME_WINDOWS.at("data/con", "A sentence.")]) == ()


def test_a_file_is_told_once_with_its_strongest_digest() -> None:
    found = failures(
        [
            error("checksum-mismatch", "data/a", Mismatch("sha512", "aa", "bb")),
            error("checksum-mismatch", "data/a", Mismatch("md5", "cc", "dd")),
        ]
    )
    assert found == (Failure("data/a", Kind.ALTERED, "sha512", "aa", "bb"),)


def test_a_forged_manifest_is_tampered_with_and_tells_the_pinned_digest() -> None:
    found = failures(
        [
            error("checksum-mismatch", "manifest-sha256.txt", Mismatch("sha512", "tag", "now")),
            error("manifest-tampered", "manifest-sha256.txt", Mismatch("sha256", "pin", "new")),
        ]
    )
    assert found == (Failure("manifest-sha256.txt", Kind.TAMPERED, "sha256", "pin", "new"),)


def test_a_downgrade_is_told_with_the_digests_of_the_declaration() -> None:
    mismatch = Mismatch("sha256", "aa", "bb")
    found = failures([error("checksum-mismatch", "bagit.txt", mismatch), error("version-downgraded", "bagit.txt")])
    assert found == (Failure("bagit.txt", Kind.DOWNGRADED, "sha256", "aa", "bb"),)


def test_a_declaration_that_is_gone_was_not_downgraded() -> None:
    errors = [error(code, "bagit.txt") for code in ("missing", "declaration-missing", "version-downgraded")]
    assert kinds(failures(errors, Traces({"bagit.txt": ONE}))) == {"bagit.txt": Kind.MISSING}


def test_a_link_in_the_place_of_a_file_is_a_missing_file() -> None:
    found = failures([error("link-listed", "data/a")], Traces({"data/a": ONE}))
    assert found == (Failure("data/a", Kind.MISSING, "sha512", "1" * 128),)
    assert kinds(failures([error("link-found", "data/b")])) == {"data/b": Kind.UNEXPECTED}


def test_a_file_that_cannot_be_read_is_neither_missing_nor_altered() -> None:
    errors = [error("tag-file-unreadable", "bag-info.txt"), error("profile-info-required", "bag-info.txt")]
    assert kinds(failures(errors)) == {"bag-info.txt": Kind.UNREADABLE}


def test_a_file_whose_bytes_stand_elsewhere_was_moved() -> None:
    errors = [error("missing", "data/a"), error("unlisted", "data/b"), error("oxum-mismatch", "bag-info.txt")]
    found = failures(errors, Traces({"data/a": ONE}, {"data/b": ONE}))
    assert found == (Failure("data/a", Kind.MOVED, "sha512", "1" * 128, "1" * 128, "data/b"),)


def test_a_file_that_was_moved_over_another_is_found_there() -> None:
    moved, lost = ONE[0], TWO[0]
    errors = [
        error("missing", "data/a"),
        error("checksum-mismatch", "data/b", Mismatch("sha256", lost.value, moved.value)),
    ]
    found = failures(errors, Traces({"data/a": (moved,)}))
    assert found == (
        Failure("data/a", Kind.MOVED, "sha256", moved.value, moved.value, "data/b"),
        Failure("data/b", Kind.ALTERED, "sha256", lost.value, moved.value),
    )


def test_of_equal_files_each_is_found_at_one_place_and_by_its_name_first() -> None:
    lost = {f"data/{name}": ONE for name in "abc"}
    errors = [error("missing", path) for path in lost]
    errors += [error("unlisted", path) for path in ("data/x/b", "data/x/z", "data/x/y")]
    strangers = {"data/x/b": ONE, "data/x/z": ONE, "data/x/y": ONE}
    found = failures(errors, Traces(lost, strangers))
    assert {failure.path: failure.moved_to for failure in found} == {
        "data/a": "data/x/y",
        "data/b": "data/x/b",
        "data/c": "data/x/z",
    }
    assert failures(reversed(errors), Traces(lost, dict(reversed(strangers.items())))) == found


def test_of_two_lost_files_that_are_found_once_one_stays_lost() -> None:
    lost = {"data/a": ONE, "data/b": ONE}
    errors = [*(error("missing", path) for path in lost), error("unlisted", "data/c"), error("unlisted", "data/d")]
    found = failures(errors, Traces(lost, {"data/c": ONE, "data/d": TWO}))
    assert kinds(found) == {"data/a": Kind.MOVED, "data/b": Kind.MISSING, "data/d": Kind.UNEXPECTED}


def test_a_sum_that_is_wrong_is_no_failure_beside_the_file_that_makes_it_so() -> None:
    assert kinds(failures([error("oxum-mismatch", "bag-info.txt")])) == {"bag-info.txt": Kind.TAMPERED}
    beside = [error("oxum-mismatch", "bag-info.txt"), error("checksum-mismatch", "metadata/x")]
    assert kinds(failures(beside)) == {"bag-info.txt": Kind.TAMPERED, "metadata/x": Kind.ALTERED}
    explained = [error("oxum-mismatch", "bag-info.txt"), error("missing", "data/a")]
    assert kinds(failures(explained)) == {"data/a": Kind.MISSING}


def test_of_the_whole_package_every_kind_is_told() -> None:
    found = failures([error("history-chain", "name"), error("package-unreadable", "name"), error("pins-disagree")])
    assert found == (Failure("", Kind.TAMPERED), Failure("", Kind.UNREADABLE))
