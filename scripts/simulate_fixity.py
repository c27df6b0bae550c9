"""Run the nights of two years through the audit's own policy, and print what came of the promise.

    scripts/simulate_fixity.py [SEEDS]        ten different chances by default, about one second each

The worlds are those of ``preserve/fixity/simulation.py``; docs/decisions/0018-level-nights.md has the figures.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from preserve.fixity.choosing import Load, Past, Share
from preserve.fixity.simulation import Story, World, simulate

DAY = timedelta(days=1)
YEAR_TWO = range(365, 730)
SEVERAL = (30 * DAY, 90 * DAY, 365 * DAY)
ENDLESS = 10_000
WORLDS: dict[str, tuple[World, bool]] = {
    "10,000 packages, two years, 20 % of nights down": (World(), True),
    "the same, no night down": (World(down=0.0), True),
    "the same, 40 % of nights down": (World(down=0.4), True),
    "the same, down for ten nights at a time": (World(row=10), True),
    "intervals of 30, 90 and 365 days, 6 h a night": (World(intervals=SEVERAL, hours=6), True),
    "four months at a fifth of the speed": (World(slow=range(250, 370), slowness=0.2), True),
    "without reading ahead": (World(), False),
    "without reading ahead, nights without an end": (World(hours=ENDLESS), False),
}


def nothing_ahead(_loads: Iterable[Load], _past: Past, _now: datetime) -> Share:
    """The share of an audit that reads what is due, and nothing else."""
    return Share()


def figures(stories: list[Story]) -> str:
    """One row of the table."""
    late = max(story.latest for story in stories) / DAY
    some = max(sum(one > timedelta(0) for one in story.late.values()) for story in stories)
    backlog = max(max(story.overdue.values()) for story in stories)
    left = max(list(story.overdue.values())[-1] for story in stories)
    level = max(story.levelness(YEAR_TWO) for story in stories)
    octets = sum(sum(story.octets.values()) for story in stories) / len(stories)
    return f"{late:8.1f} d {some:8,} {backlog:8,} {left:6,} {level:9.1f} {octets / 1e12:8,.0f} TB"


def main() -> int:
    """Print the table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"The worst of {seeds} seeds; packages after two years: {len(simulate(World()).readings):,}")
    print(f"{'':50}    latest     late  backlog at end p99/mean     read")
    for title, (world, spread) in WORLDS.items():
        worlds = [replace(world, seed=seed) for seed in range(1, seeds + 1)]
        stories = [simulate(one) if spread else simulate(one, sharing=nothing_ahead) for one in worlds]
        print(f"{title:50}{figures(stories)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
