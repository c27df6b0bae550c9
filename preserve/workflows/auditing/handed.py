"""With a package of the store, the record of its deposits is read: journals and receipts that nobody reads rot unseen.

What is wrong with them is told beside the result, and is none of the package itself: its bytes are another matter.
"""

from __future__ import annotations

import json
import os

from preserve.errors import CatalogError
from preserve.history import file as history
from preserve.model import Copy, Problem
from preserve.storage.names import DEPOSITS
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.journal import deposits_of
from preserve.workflows.depositing.proving import unproven
from preserve.workflows.depositing.recording import TRANSFER
from preserve.workflows.packages import read_file

_TOLD = f'"type":{json.dumps(TRANSFER)}'.encode()
"""What the history of a package says that was ever deposited."""


def deposits_amiss(archive: Archive, copy: Copy) -> tuple[Problem, ...]:
    """What is wrong with the record of the deposits of this package; nothing for a *copy* in another location."""
    package = copy.package
    if copy.location:
        return ()
    try:
        there = os.path.lexists(archive.store / (package.name + DEPOSITS))
        if not there and _TOLD not in read_file(archive.history_of(package.name)):
            return ()
        past = history.read(archive.history_of(package.name), package_id=package.id).events
        return tuple(unproven(package, deposits_of(archive, package.name), past))
    except (OSError, CatalogError) as error:
        text = f"The record of its deposits could not be read: {getattr(error, 'message', error)}"
        return (rules.DEPOSITS_UNREAD.at("", text),)
