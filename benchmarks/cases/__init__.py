"""Every benchmark by its name.  Asking for one makes the corpora that it needs."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.cases import asking, auditing, growing, ingesting, sealing, starting, validating
from benchmarks.corpora import Corpora
from benchmarks.rounds import Benchmark

CASES: dict[str, Callable[[Corpora], Benchmark]] = {
    "validate-A": validating.validate_a,
    "validate-B": validating.validate_b,
    "validate-C": validating.validate_c,
    "validate-D": validating.validate_d,
    "validate-E": validating.validate_e,
    "validate-single": validating.validate_single,
    "validate-tar": validating.validate_tar,
    "growth": growing.growth,
    "seal-A": sealing.seal_a,
    "seal-B": sealing.seal_b,
    "ingest-B": ingesting.ingest_b,
    "audit-B": auditing.audit_b,
    "audit-D": auditing.audit_d,
    "start": starting.start,
    "ask": asking.ask,
}
"""In the order in which they run."""
