"""A far end for tests: a server that does what InvenioRDM is documented to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from preserve.deposit.given import Given
from preserve.deposit.targets.invenio import KIND
from preserve.ports.depositing import DepositTarget, Secret
from tests.deposit.servers.inveniolike import TOKEN, InvenioLike
from tests.deposit.servers.scripted import Served

DEFAULTS = {setting.key: setting.default for setting in KIND.settings}


class Repository:
    """One repository, as targets and tests reach it."""

    def __init__(self, invenio: InvenioLike, served: Served, folder: Path) -> None:
        self.invenio = invenio
        self.served = served
        self.folder = folder

    def open(self, *, token: str = TOKEN, **settings: Any) -> DepositTarget:
        values = {**DEFAULTS, "url": self.served.url, "timeout": 2, "search_delay": 0, **settings}
        secrets = {"token": Secret(token)} if token else {}
        return KIND.open(Given("zenodo", values, self.folder, self.folder, secrets))

    def whole(self) -> Sequence[str]:
        return self.invenio.whole()

    def damage(self, label: str) -> bool:
        for kept in self.invenio.records.values():
            for name, content in kept.content.items():
                if name.rpartition(".")[0] == label:
                    kept.content[name] = bytes([content[0] ^ 1]) + content[1:]
                    return True
        return False

    def occupy(self, label: str) -> bool:
        del label
        return False  # records have no names that could be taken

    def secrets(self) -> Sequence[str]:
        return [TOKEN]
