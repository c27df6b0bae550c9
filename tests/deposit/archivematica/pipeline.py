"""A far end for tests: servers that do what Archivematica is documented to do, and the folder from which it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from preserve.deposit.given import Given
from preserve.deposit.targets.archivematica import KIND
from preserve.ports.depositing import DepositTarget, Secret
from tests.deposit.servers.archivematicalike import KEY, LOCATION, STORAGE_KEY, ArchivematicaLike
from tests.deposit.servers.scripted import Served, serving

DEFAULTS = {setting.key: setting.default for setting in KIND.settings}
KEYS = {"api_key": KEY, "storage_api_key": STORAGE_KEY}


class Pipeline:
    """One pipeline, as targets and tests reach it."""

    def __init__(self, archivematica: ArchivematicaLike, dashboard: Served, storage: Served, home: Path) -> None:
        self.archivematica = archivematica
        self.dashboard = dashboard
        self.storage = storage
        self.home = home

    def open(self, keys: dict[str, str] = KEYS, **settings: Any) -> DepositTarget:
        values = {
            **DEFAULTS,
            "url": self.dashboard.url,
            "storage_url": self.storage.url,
            "user": "archivist",
            "transfer_source": str(self.archivematica.source),
            "location": LOCATION,
            "timeout": 2,
            **settings,
        }
        secrets = {name: Secret(key) for name, key in keys.items()}
        return KIND.open(Given("archivematica", values, self.home, self.home / "scratch", secrets))

    def whole(self) -> Sequence[str]:
        return [each.name for each in self.archivematica.transfers if each.aip_status == "UPLOADED"]

    def damage(self, label: str) -> bool:
        del label
        return False  # the AIP is in nobody's reach but its own

    def occupy(self, label: str) -> bool:
        (self.archivematica.source / label).mkdir()
        (self.archivematica.source / label / "bagit.txt").write_text("Somebody else's.\n")
        return True

    def secrets(self) -> Sequence[str]:
        return [KEY, STORAGE_KEY]


@contextmanager
def running(folder: Path) -> Iterator[Pipeline]:
    """A pipeline whose transfer source lies in *folder*."""
    (folder / "transfers").mkdir()
    (folder / "home").mkdir()
    archivematica = ArchivematicaLike(folder / "transfers")
    with serving(archivematica.dashboard) as dashboard, serving(archivematica.storage) as storage:
        yield Pipeline(archivematica, dashboard, storage, folder / "home")
