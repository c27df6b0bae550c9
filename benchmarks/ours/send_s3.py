"""Send one file to an S3 bucket as the target does, without a package: ``send_s3.py URL BUCKET PREFIX FILE``.

There is no such command.  What is measured is what ``preserve deposit`` does between validating and verifying.  The
keys are in ``ACCESS_KEY`` and ``SECRET_KEY``.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from preserve.deposit.given import Given
from preserve.deposit.targets.s3 import KIND
from preserve.model.deposits import Stage
from preserve.ports.depositing import Secret
from preserve.testing.consignments import MadePiece, single
from preserve.testing.logs import MemoryLog


def main(url: str, bucket: str, prefix: str, file: Path) -> None:
    """Send *file* as a consignment of the form tar; ``SystemExit`` if it does not arrive."""
    values = {setting.key: setting.default for setting in KIND.settings}
    values |= {"url": url, "bucket": bucket, "prefix": prefix}
    secrets = {name: Secret(os.environ[name.upper()]) for name in ("access_key", "secret_key")}
    given = {"access_key_id": secrets["access_key"], "secret_access_key": secrets["secret_key"]}
    number = os.open(file, os.O_RDONLY)
    piece = MadePiece("file.tar", file.stat().st_size, lambda at, count: os.pread(number, count, at))
    what = replace(single("file", "tar", 0), made=(piece,))
    with closing(KIND.open(Given("far", values, file.parent, file.parent, given))) as target:
        if target.send(what, MemoryLog()).stage is not Stage.STORED:
            raise SystemExit("it did not arrive")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
