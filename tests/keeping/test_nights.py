"""Some weeks of nights with real packages, the real audit, and a clock that is turned by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from preserve.config import load
from preserve.model import Verdict
from preserve.ports import Silent
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.archive import opened
from preserve.workflows.auditing.audit import Audit
from preserve.workflows.auditing.wanted import Limits, Wanted
from tests.acceptance.archive import Archive

DAY = timedelta(days=1)
PACKAGES, INTERVAL = 16, 12


@dataclass
class Turned:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def one_night(archive: Archive, clock: Turned) -> list[str]:
    """The names of the packages that the nightly audit reads."""
    config = load(archive.home, environment={}, flags={"fixity.interval": f"{INTERVAL}d"})
    with opened(config, clock, writing=True) as home:
        found = list(Audit(home, Wanted(spread=True), Limits(), Silent(), Alerts.of(config)).run())
    assert all(one.outcome is Verdict.SUCCESS for one in found)
    return [one.name for one in found]


def test_packages_of_one_day_are_read_on_level_nights_and_each_in_time(archive: Archive) -> None:
    for number in range(PACKAGES):
        (archive.incoming / f"{number:02}.txt").write_text(f"This is letter number {number}.\n")
    archive.ingest("--each-file")
    clock = Turned(datetime.now(UTC).replace(microsecond=0))
    read: dict[int, list[str]] = {}
    for night in range(1, 2 * INTERVAL + 1):
        clock.moment += DAY
        if night not in (6, 7):  # the machine was off
            read[night] = one_night(archive, clock)
    assert max(map(len, read.values())) <= 4, "sixteen on one night is what this is for"
    last = dict.fromkeys((place.name for place in archive.sealed()), 0)
    for night, names in read.items():
        assert len(set(names)) == len(names)
        for name in names:
            assert night - last[name] <= INTERVAL
            last[name] = night
    assert all(2 * INTERVAL - night <= INTERVAL for night in last.values())
    assert set(Counter(name for names in read.values() for name in names).values()) <= {2, 3}
