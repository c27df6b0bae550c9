"""From a transfer to an AIP in storage: what the dashboard and the storage service say, as one sighting."""

from __future__ import annotations

from dataclasses import dataclass, replace

from preserve.deposit.http import Answer
from preserve.deposit.targets.archivematica.dashboard import Dashboard, Unit
from preserve.deposit.targets.archivematica.storage import Storage, Stored
from preserve.model.deposits import Sighting, Stage
from preserve.storage.names import shown

_REFUSING = {"FAILED": "failed", "REJECTED": "was rejected"}
_IN_STORAGE = frozenset(["UPLOADED", "VERIFIED"])
_GONE = frozenset(["DELETED"])


@dataclass(frozen=True, slots=True)
class Followed:
    """How far it has come; the *sip*, whose UUID the AIP has too, as soon as it is known; and the last answer."""

    sighting: Sighting
    sip: str = ""
    answer: Answer | None = None


def followed(dashboard: Dashboard, storage: Storage, transfer: str, sip: str = "") -> Followed:
    """What became of *transfer*; with *sip*, of which is known that it became this."""
    if not sip:
        unit = dashboard.transfer(transfer)
        told = _told(unit, "transfer")
        if unit is None or unit.status != "COMPLETE":
            return Followed(told, answer=unit.answer if unit else None)
        if unit.sip in ("", "BACKLOG"):
            where = "lies in the backlog" if unit.sip else "is done, and has not become a SIP"
            return Followed(replace(told, note=f"The transfer {where}; a person must go on there."), "", unit.answer)
        sip = unit.sip
    if (stored := storage.package(sip)) and stored.status:
        return Followed(_stored(storage, sip, stored), sip, stored.answer)
    unit = dashboard.ingest(sip)
    return Followed(replace(_told(unit, "ingest"), where=f"SIP {sip}"), sip, unit.answer if unit else None)


def _told(unit: Unit | None, what: str) -> Sighting:
    if unit is None:
        return Sighting(Stage.ACCEPTED, note=f"Archivematica cannot say how far the {what} is.")
    where = f"{what} {unit.uuid}"
    job = f" ({unit.job})" if unit.job else ""
    if unit.status in _REFUSING:
        return Sighting(Stage.REFUSED, where, f"The {what} {_REFUSING[unit.status]}{job}.")
    if unit.status == "USER_INPUT":
        return Sighting(Stage.ACCEPTED, where, f"The {what} waits for a person's decision{job}.")
    if unit.status == "COMPLETE":
        return Sighting(Stage.ACCEPTED, where, f"The {what} is done; the AIP is not in storage yet.")
    if unit.status == "PROCESSING":
        return Sighting(Stage.ACCEPTED, where, f"The {what} is being processed.")
    return Sighting(Stage.ACCEPTED, where, f"Archivematica says of the {what}: {shown(unit.status)[:40]}{job}.")


def _stored(storage: Storage, sip: str, stored: Stored) -> Sighting:
    where = f"{storage.client.base}api/v2/file/{sip}/"
    if stored.status in _IN_STORAGE:
        return Sighting(Stage.STORED, where, f"AIP {sip}")
    if stored.status in _GONE:
        return Sighting(None, where, "The AIP was deleted there.")
    if stored.status == "FAIL":
        return Sighting(Stage.REFUSED, where, "The storage service failed to store the AIP.")
    return Sighting(Stage.ACCEPTED, where, f"The storage service says of the AIP: {shown(stored.status)[:40]}.")
