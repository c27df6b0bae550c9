"""The journal of audits holds what was written, whatever a crash or a hand did to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.config import Config, load
from preserve.model import AuditRun
from preserve.workflows.auditing.runs import append_run, journal, read_runs

NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)
RUN = AuditRun(NIGHT, NIGHT + timedelta(hours=1), "due", packages=3, files=9, bytes=81, seconds=2.5, good=3)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "packages" / ".preserve").mkdir(parents=True)
    return load(tmp_path, environment={})


def test_what_was_written_is_read(config: Config) -> None:
    later = replace(RUN, started=NIGHT + timedelta(days=1), chosen="sample", seed="é\n7", stopped="max-bytes", left=4)
    append_run(config, RUN)
    append_run(config, later)
    assert read_runs(config) == (RUN, later)


def test_where_no_audit_ran_there_is_none(config: Config) -> None:
    assert read_runs(config) == ()


@pytest.mark.parametrize("torn", [b'{"started":"20', b"\xff\xfe", b"[]", b'{"started":3}', b"[" * 9000, b"{}"])
def test_a_line_that_is_no_run_costs_only_itself(config: Config, torn: bytes) -> None:
    append_run(config, RUN)
    with journal(config).open("ab") as stream:
        stream.write(torn)
    append_run(config, RUN)
    assert read_runs(config) == (RUN, RUN)


def test_what_a_later_version_adds_is_passed_over(config: Config) -> None:
    append_run(config, RUN)
    line = journal(config).read_text().replace('{"', '{"weather":"rain","', 1)
    journal(config).write_text(line)
    assert read_runs(config) == (RUN,)
