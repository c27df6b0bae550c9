"""What the page says is what was measured, and what was not measured is said."""

import re

import pytest

from benchmarks.figures import COLD, WARM, Comparison, Measured, Results
from benchmarks.goals import GOALS
from benchmarks.measure import Sample
from benchmarks.report import for_terminal, page
from benchmarks.tables import goals_table, table_of

MIB = 1 << 20


def measured(name: str, *walls: float, together: int = 0, files: int = 0) -> Measured:
    return Measured(name, f"run {name}", tuple(Sample(wall, wall * 2, 30 * MIB) for wall in walls), together, files)


def results(*comparisons: Comparison, sizes: str = "full", failures: dict[str, str] | None = None) -> Results:
    return Results({"Cores": "2"}, "python -m benchmarks", sizes, 120.0, comparisons, failures or {})


A = Comparison(
    "validate-A",
    "A",
    WARM,
    (
        measured("preserve", 0.4, 0.5, 0.6, together=90 * MIB),
        measured("bagit, 1 process", 4.0, 4.0, 4.0),
        measured("bagit, 2 processes", 2.5, 9.0, 3.5),
        measured("sha512sum", 0.5, 0.5, 0.5),
    ),
)


def goals(found: Results) -> dict[tuple[str, str], tuple[str, str]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in goals_table(found).rows}


def test_a_goal_is_judged_by_medians_against_the_better_of_the_peers() -> None:
    said = goals(results(A))
    assert said["validate A", "≥ 6 × as fast as bagit's better time"] == ("7 ×", "yes")
    assert said["validate A", "≤ 1.4 × the time of xargs -P2 sha512sum"] == ("1 ×", "yes")


def test_a_goal_that_is_missed_is_said_to_be() -> None:
    slow = Comparison("validate-A", "A", WARM, (measured("preserve", 1.0), *A.measured[1:]))
    assert goals(results(slow))["validate A", "≥ 6 × as fast as bagit's better time"] == ("3.5 ×", "NO")


def test_what_was_not_run_is_said_and_never_reached() -> None:
    assert set(goals(results()).values()) == {("not run", "–")}
    assert len(goals(results())) == len(GOALS)


def test_rounds_with_an_emptied_cache_do_not_count_for_goals() -> None:
    cold = Comparison("validate-A", "A", COLD, A.measured)
    assert goals(results(cold))["validate A", "≥ 6 × as fast as bagit's better time"] == ("not run", "–")


def test_the_most_memory_of_any_corpus_counts_and_only_ours() -> None:
    peer = measured("bagit, 1 process", 1.0, together=200 * MIB)
    more = Comparison("validate-E", "E", WARM, (measured("preserve", 1.0, together=91 * MIB), peer))
    ingest = Comparison("ingest-B", "B", WARM, (measured("preserve", 1.0, together=101 * MIB), peer))
    said = goals(results(A, more, ingest))
    any_corpus = "≤ 100 MiB for any corpus, all processes together"
    assert said["peak memory of validate", any_corpus] == ("91 MiB", "yes")
    assert said["peak memory of ingest", any_corpus] == ("101 MiB", "NO")


def growth(*seconds: tuple[int, float]) -> Comparison:
    ours = [measured(f"preserve, {n} files", wall, files=n, together=(40 + n // 100_000) * MIB) for n, wall in seconds]
    return Comparison("growth", "Growth", WARM, (*ours, measured("bagit, 1 file", 0.1, files=1)))


@pytest.mark.parametrize(
    ("last", "figure", "verdict"),
    [(10.1, "1 ×", "yes"), (15.1, "1.5 ×", "NO"), (5.1, "0.5 ×", "yes")],
    ids=["constant", "growing", "shrinking"],
)
def test_growth_is_of_the_time_for_each_file_without_starting(last: float, figure: str, verdict: str) -> None:
    found = results(growth((1, 0.1), (1_001, 0.11), (1_000_001, last)))
    assert goals(found)["growth of validate", "≤ 1.3 × the time for each file, however many"] == (figure, verdict)


def test_memory_must_not_grow_from_ten_thousand_files_on() -> None:
    found = results(growth((1, 0.1), (10_000, 0.2), (1_000_000, 10.0)))
    assert goals(found)["memory is flat", "≤ 10 MiB more for the most files than for 10,000"] == ("10 MiB", "yes")


def test_a_table_gives_median_spread_and_ratio() -> None:
    row = next(row for row in table_of(A).rows if row[0] == "bagit, 2 processes")
    assert row == ("bagit, 2 processes", "3.50 s", "2.50 s – 9.00 s", "7.00", "7.00 s", "7.00", "30 MiB", "–")


def test_growth_is_shown_for_each_file_and_beside_ours_of_the_same_size() -> None:
    peer = measured("bagit, 1001 files", 2.1, files=1_001)
    found = growth((1, 0.1), (1_001, 1.1))
    table = table_of(Comparison("growth", "Growth", WARM, (*found.measured, peer)))
    row = dict(zip(table.head, next(row for row in table.rows if row[0] == peer.name), strict=True))
    assert row["× ours"] == "1.91"
    assert row["µs a file"] == "2000.0"


def test_results_survive_json() -> None:
    found = results(A, growth((1, 0.1), (1_001, 0.2)), failures={"ingest-B": "it fell over"})
    assert Results.from_json(found.to_json()) == found


def test_the_page_says_the_machine_the_commands_and_what_failed() -> None:
    text = page(results(A, failures={"ingest-B": "`preserve ingest` ended with 1"}))
    for words in ("| Cores | 2 |", "`python -m benchmarks`", "sha512sum           run sha512sum", "## Goal by goal"):
        assert words in text
    assert "**ingest-B could not be run:** `preserve ingest` ended with 1" in text
    assert "warm cache" in text
    assert not re.search(r"\n\n\n", text)
    assert "quick" not in text


def test_the_page_of_a_quick_run_says_so() -> None:
    assert "**The quick sizes show that everything works" in page(results(A, sizes="quick"))


def test_the_terminal_shows_every_table_and_the_goals() -> None:
    text = for_terminal(results(A))
    assert "bagit, 2 processes" in text
    assert re.search(r"validate A +≥ 6 × as fast as bagit's better time +7 × +yes", text)
