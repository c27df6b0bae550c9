"""The Library of Congress conformance suite: every case right, but for the two that the suite itself gets wrong."""

from pathlib import Path

import pytest

from preserve.bag.validate import validate
from preserve.model import Severity
from tests.conftest import SHARED

SUITE = SHARED / "reference" / "bagit-conformance-suite"
CASES = sorted(str(path.relative_to(SUITE)) for path in SUITE.glob("v*/*/*") if path.is_dir())
DEFECTS = {
    "v0.97/warning/duplicate-file-with-different-case": "data/HELLO.txt",
    "v0.97/warning/special-system-files": "data/.DS_Store",
}
"""Cases that list a file which the suite's repository does not hold."""


@pytest.fixture(scope="module")
def suite(shared: Path) -> Path:
    folder = shared / "reference" / "bagit-conformance-suite"
    if not folder.is_dir():
        pytest.skip("the conformance suite is not at hand")
    return folder


def test_the_whole_suite_is_there(suite: Path) -> None:
    assert len([path for path in suite.glob("v*/*/*") if path.is_dir()]) == 60


@pytest.mark.parametrize("case", [case for case in CASES if case not in DEFECTS])
def test_the_suite_is_judged_as_it_says(suite: Path, case: str) -> None:
    report = validate(suite / case)
    expected = case.split("/")[1]
    assert report.valid is (expected in ("valid", "warning")), [problem.message for problem in report.errors]
    assert report.complete or not report.valid
    if expected == "warning":
        assert any(problem.severity is Severity.WARNING for problem in report.problems)


@pytest.mark.parametrize("case", DEFECTS)
def test_the_defects_of_the_suite_are_bags_with_a_missing_file(suite: Path, case: str) -> None:
    report = validate(suite / case)
    assert not report.complete
    missing = [problem.path for problem in report.errors if problem.code == "missing"]
    assert missing == [DEFECTS[case]]
    assert {"names-differ-in-case", "system-file"} & {problem.code for problem in report.problems}


def test_a_bag_in_the_suite_says_what_it_holds(suite: Path) -> None:
    report = validate(suite / "v0.97/valid/duplicate-metadata-entries")
    assert (report.bag_version, report.files, report.bytes) == ("0.97", 2, 58)
    assert report.info["Contact-Email"] == ("cadams@loc.gov", "jsca@loc.gov")
    assert report.info["contact-name"] == ("Chris Adams", "John Scancella")
