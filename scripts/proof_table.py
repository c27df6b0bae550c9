"""The fault table: what the long proofs tried and what failed.

    scripts/proof_table.py build/proofs.jsonl                           print it
    scripts/proof_table.py build/proofs.jsonl --into docs/reliability.md    and put it between the marks in that page

The exit status is 1 if anything failed, or if nothing was tried.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

BEGIN, END = "<!-- proofs: made by scripts/proof_table.py -->", "<!-- end of proofs -->"


class Row(NamedTuple):
    """One proof; several tallies of one name are one proof."""

    name: str
    tried: int
    failed: int
    note: str


def rows(tallies: str) -> list[Row]:
    """The proofs in a file of tallies, by name."""
    found: dict[str, Row] = {}
    for line in tallies.splitlines():
        one = json.loads(line)
        name = one["name"][:1].upper() + one["name"][1:]
        former = found.get(name, Row(name, 0, 0, ""))
        note = "; ".join(dict.fromkeys(filter(None, (former.note, one["note"]))))
        found[name] = Row(name, former.tried + one["tried"], former.failed + one["failed"], note)
    return [found[name] for name in sorted(found)]


def table(proofs: list[Row]) -> str:
    """The proofs as a table of Markdown, with their sums."""
    total = Row("**Together**", sum(row.tried for row in proofs), sum(row.failed for row in proofs), "")
    lines = ["| Proof | Points tried | Failures | |", "|---|---:|---:|---|"]
    lines += [f"| {row.name} | {row.tried:,} | {row.failed:,} | {row.note} |" for row in [*proofs, total]]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tallies", type=Path)
    parser.add_argument("--into", type=Path, metavar="PAGE")
    meant = parser.parse_args()
    proofs = rows(meant.tallies.read_text("utf-8")) if meant.tallies.exists() else []
    made = table(proofs)
    print(made, end="")
    if meant.into is not None:
        page = meant.into.read_text("utf-8")
        before, _, rest = page.partition(BEGIN)
        after = rest.partition(END)[2]
        meant.into.write_text(f"{before}{BEGIN}\n{made}{END}{after}", "utf-8")
    return 0 if proofs and not any(row.failed for row in proofs) else 1


if __name__ == "__main__":
    sys.exit(main())
