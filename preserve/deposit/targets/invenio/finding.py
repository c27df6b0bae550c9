"""Finding the record of a consignment again.

A record is known by the consignment's key among its identifiers, so that a draft whose creation was never answered is
found, and none is made twice.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime

from preserve.deposit.targets.invenio.answers import Record
from preserve.deposit.targets.invenio.api import Records
from preserve.deposit.targets.invenio.body import urn_of
from preserve.ports.depositing import Consignment


class Finder:
    """Looks through the records of our account; its search is *delay* seconds behind."""

    def __init__(self, records: Records, delay: float) -> None:
        self._records = records
        self._delay = delay

    def found(self, what: Consignment, handle: Mapping[str, str]) -> Record | None:
        """The record of *what*, published or not: by its id if that was noted, else by its key.

        Where a draft was asked for a moment ago and no answer came, it is waited for.
        """
        if record_id := handle.get("record"):
            record = self._read(record_id)
            if record and what.key in record.names:
                return record
        until = _moment(handle.get("asked", "")) + self._delay
        while (record := self._searched(what)) is None and (left := until - time.time()) > 0:
            time.sleep(min(left, 1.0))
        return record

    def former(self, what: Consignment) -> Record | None:
        """The published record of the package's last state that was deposited, if any."""
        urn = urn_of(what.package.id)
        kin = [record for record in self._records.find(urn) if record.published and urn in record.kin]
        return max(kin, key=lambda each: (each.latest, each.version), default=None)

    def _searched(self, what: Consignment) -> Record | None:
        """The oldest that bears the key, a published one first.

        The draft of a next version has what its forerunner has until it is rewritten: it is not the record of *what*.
        """
        hits = [record for record in self._records.find(what.key) if what.key in record.names]
        for hit in sorted(hits, key=lambda each: (not each.published, each.created)):
            if not hit.published and hit.status == "new_version_draft" and what.state == 1:
                continue
            fresh = self._read(hit.id)  # the search may be behind
            if fresh and what.key in fresh.names:
                return fresh
        return None

    def _read(self, record_id: str) -> Record | None:
        return self._records.published(record_id) or self._records.draft(record_id)


def _moment(text: str) -> float:
    """Seconds since the epoch, not later than now; 0 where nothing was noted."""
    try:
        return min(datetime.fromisoformat(text).timestamp(), time.time())
    except ValueError:
        return 0.0
