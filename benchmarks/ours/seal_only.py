"""Seal as ``preserve ingest`` does, but identify and describe nothing: ``seal_only.py STORE PATH...``.

There is no such command.  What is measured is the line that ingest works on, with all its copies, digests, syncs,
reading back from the disk and renames; bagit is not asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from preserve.workflows.ingesting.bare import seal_bare
from preserve.workflows.results import Status


def main(store: Path, paths: Sequence[Path]) -> None:
    """Seal each of *paths* into *store*, a folder that is made; all of them, or it is an error."""
    store.mkdir()
    for result in seal_bare(paths, store):
        if result.status is not Status.SEALED:
            raise SystemExit(f"{result.transfer}: {', '.join(problem.message for problem in result.problems)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
