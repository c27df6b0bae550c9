"""Send one file as a target does, without a package: ``send_only.py KIND PORT KEYS FOLDER FILE``.

There is no such command.  What is measured is what ``preserve deposit`` does between validating and verifying: the
file is sent to FOLDER, compared there by SHA-256, and gets its name.  KEYS is where ``key`` and ``known_hosts`` lie.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from preserve.deposit.given import Given
from preserve.model.deposits import Stage
from preserve.testing.consignments import MadePiece, single
from preserve.testing.logs import MemoryLog
from preserve.workflows.depositing.kinds import kind_named


def main(kind_name: str, port: int, keys: Path, folder: str, file: Path) -> None:
    """Send *file* as a consignment of the form tar; ``SystemExit`` if it does not arrive."""
    kind = kind_named(kind_name)
    values = {setting.key: setting.default for setting in kind.settings} | {
        "host": "127.0.0.1",
        "port": port,
        "path": folder,
        "key_file": str(keys / "key"),
        "known_hosts": str(keys / "known_hosts"),
    }
    number = os.open(file, os.O_RDONLY)
    piece = MadePiece("file.tar", file.stat().st_size, lambda at, count: os.pread(number, count, at))
    what = replace(single("file", "tar", 0), made=(piece,))
    with closing(kind.open(Given("far", values, keys, Path(f"{folder}.scratch")))) as target:
        if target.send(what, MemoryLog()).stage is not Stage.STORED:
            raise SystemExit("it did not arrive")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], Path(sys.argv[5]))
