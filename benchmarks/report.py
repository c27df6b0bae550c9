"""The results in words: for the terminal, and as ``docs/benchmarks.md``."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import COLD, Comparison, Results
from benchmarks.tables import goals_table, table_of

_HOW_TO_READ = """
Each command ran in turn with the others (all of them once, then all of them again), so that whatever else the machine
did met all of them alike. *median* is of the rounds, *from – to* their extremes; *× ours* is how many times as long as
the first line a line takes: above 1, ours is faster. *processor* is the user and system time of all processes of the
command, by the kernel's own account: it says what the work costs, where the seconds say how long it lasts.
*largest process* is the most resident memory of any one process in any round (the runner that starts them, some
30 MiB, is the least that can be seen); *all* is the most that all processes of the command held at the same time,
shared pages counted once, looked at every 10 ms in a run of its own that is not timed. Before each run everything
written earlier is on the disk, and what a command writes goes to a fresh folder.
"""

_WITH_COLD = """
Before each run with an emptied cache, the kernel's cache of pages, names and inodes is dropped; then the command runs
once on a bag of one file, so that the program is back in memory and the corpus is not.
"""

_WITHOUT_COLD = """
Everything was measured with a warm cache: this run did not, or was not allowed to, empty it.
"""


def for_terminal(results: Results) -> str:
    """Every table, then the goals."""
    tables = [table_of(one) for one in results.comparisons]
    words = [table.for_terminal() for table in (*tables, goals_table(results))]
    failed = [f"{name} could not be run: {reason}" for name, reason in results.failures.items()]
    return "\n\n".join([*words, *failed])


def page(results: Results) -> str:
    """The page for readers."""
    return "\n".join(_page(results)).rstrip() + "\n"


def _page(results: Results) -> Iterator[str]:
    yield "# Benchmarks: ours and the peers, side by side\n"
    yield "<!-- Written by the run itself; do not edit. -->\n"
    yield f"Everything here was measured in one run of `{results.command}`,"
    yield f"which took {results.seconds / 60:.0f} minutes on this machine:\n"
    yield "| | |\n|---|---|"
    yield from (f"| {what} | {value} |" for what, value in results.machine.items())
    if results.sizes != "full":
        yield f"\n**The {results.sizes} sizes show that everything works; the goals are for the full ones.**"
    yield "\n## Goal by goal\n"
    yield goals_table(results).in_markdown()
    yield from (f"\n**{name} could not be run:** {reason}" for name, reason in results.failures.items())
    cold = any(one.cache == COLD for one in results.comparisons)
    yield f"\n## How to read the tables\n{_HOW_TO_READ}{_WITH_COLD if cold else _WITHOUT_COLD}"
    yield "How the corpora are made, and what else there is to know: [benchmarks/README.md](../benchmarks/README.md)."
    for comparison in results.comparisons:
        yield from _section(comparison)


def _section(comparison: Comparison) -> Iterator[str]:
    if comparison.cache != COLD:
        yield f"\n## {comparison.name}"
    table = table_of(comparison)
    yield f"\n{table.title}:\n"
    yield table.in_markdown()
    if comparison.cache != COLD:
        width = max(len(one.name) for one in comparison.measured)
        lines = (f"{one.name:{width}}  {one.line}" for one in comparison.measured)
        yield "\n```text\n" + "\n".join(lines) + "\n```"
