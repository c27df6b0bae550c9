"""Which interval a copy has: the first rule that fits, else its location's, else the default."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from preserve.config import load
from preserve.errors import ConfigError
from preserve.fixity.intervals import Intervals, from_config

DAY = timedelta(days=1)
GB = 10**9

STATED = """
[fixity]
interval = "60d"

[fixity.rules.film]
interval = "1y"
larger_than = "10GB"

[fixity.rules.letters]
interval = "30d"
collection = "Letters"
smaller_than = "1GB"

[fixity.rules.tape]
interval = "2y"
location = "tape"

[fixity.rules.here]
interval = "80d"
location = "packages"
collection = "Maps"

[locations.tape]
path = "/mnt/tape"
interval = "5y"

[locations.disk]
path = "/mnt/disk"
interval = "45d"

[locations.other]
path = "/mnt/other"
"""


def stated(home: Path, text: str) -> Intervals:
    (home / "preserve.toml").write_text(text)
    return from_config(load(home, environment={}))


def test_without_rules_every_copy_has_the_default(tmp_path: Path) -> None:
    intervals = stated(tmp_path, "")
    assert intervals == Intervals(90 * DAY)
    assert intervals.of("any", 5, "anywhere") == 90 * DAY == intervals.longest


@pytest.mark.parametrize(
    ("collection", "size", "location", "days"),
    [
        ("", 1, "", 60),
        ("", 10 * GB, "", 60),  # not larger
        ("", 10 * GB + 1, "", 365),
        ("Letters", 10 * GB + 1, "", 365),  # the first that fits, though a later one fits too
        ("Letters", 1, "", 30),
        ("Letters", GB, "", 60),  # not smaller
        ("Letters", 1, "tape", 30),
        ("Maps", 1, "", 80),
        ("Maps", 1, "disk", 45),
        ("Maps", 1, "tape", 730),  # a rule for the location, and the location's own
        ("Maps", 1, "other", 60),
    ],
)
def test_the_first_rule_that_fits_counts_then_the_location_then_the_default(
    tmp_path: Path, collection: str, size: int, location: str, days: int
) -> None:
    assert stated(tmp_path, STATED).of(collection, size, location) == days * DAY


def test_the_longest_interval_counts_rules_and_locations(tmp_path: Path) -> None:
    assert stated(tmp_path, STATED).longest == 5 * 365 * DAY


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[fixity.rules.a]\ninterval = "1y"\nlarger_than = "2GB"\nsmaller_than = "1GB"', r"\[fixity.rules.a\] fits no"),
        ('[fixity.rules.a]\ninterval = "1y"\nlocation = "tapes"\n[locations.tape]\npath = "x"', "'tapes'"),
    ],
)
def test_a_rule_that_can_fit_nothing_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        stated(tmp_path, text)
    assert caught.value.hint
