"""Send the only package of an archive to a folder or a storage root: ``send_local.py KIND HOME FOLDER [verify]``.

There is no such command.  What is measured is what ``preserve deposit`` does between validating and verifying: copied,
synced, read back from the disk, renamed; with *verify*, what it does after that, too.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from preserve.config import load
from preserve.deposit.given import Given
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.testing.logs import MemoryLog
from preserve.workflows.archive import opened
from preserve.workflows.depositing.consignments import consign, label_of
from preserve.workflows.depositing.kinds import kind_named


def main(kind_name: str, home: Path, folder: Path, *, verify: bool) -> None:
    """Send the package as a bag; ``SystemExit`` if it does not arrive."""
    kind = kind_named(kind_name)
    values = {setting.key: setting.default for setting in kind.settings} | {"path": str(folder)}
    with opened(load(home, environment={})) as archive:
        (package,) = archive.catalog.packages()
        label, state, key = label_of(archive, package)
        what = consign(archive, package, "bag", label=label, state=state, key=key)
        log = MemoryLog()
        with closing(kind.open(Given("far", values, folder.parent, folder.parent))) as target:
            if target.send(what, log).stage is not Stage.STORED:
                raise SystemExit("it did not arrive")
            if verify and not target.verify(what, log, Silent()).good:
                raise SystemExit("it is not the same")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), verify="verify" in sys.argv[4:])
