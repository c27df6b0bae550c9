"""A storage root for tests."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from preserve.deposit.disk.held import Held
from preserve.deposit.given import Given
from preserve.deposit.targets.ocfl import KIND
from preserve.deposit.targets.ocfl.layouts import layout
from preserve.deposit.targets.ocfl.validating import validate
from preserve.ports.depositing import Consignment, DepositTarget
from preserve.testing.conformance import consignment
from preserve.testing.logs import MemoryLog


class Library:
    """A storage root on this machine as the far end."""

    def __init__(self, folder: Path, **values: str) -> None:
        self.path = folder / "ocfl"
        self.path.mkdir(exist_ok=True)
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)
        self.values = {setting.key: str(setting.default) for setting in KIND.settings} | {"path": str(self.path)}
        self.values |= values

    def open(self) -> DepositTarget:
        return KIND.open(Given("library", self.values, self.home, self.home / "scratch"))

    def put(self, what: Consignment) -> None:
        with closing(self.open()) as target:
            target.send(what, MemoryLog())

    def place_of(self, what: Consignment) -> Path:
        identifier = self.values["id_prefix"] + what.package.id
        return self.path / layout(self.values["layout"], {}).path(identifier)

    def objects(self) -> list[Path]:
        """All objects; those that are being put together are none yet."""
        return sorted(
            found.parent for found in self.path.glob("**/0=ocfl_object_1.*") if "preserve-staging" not in str(found)
        )

    def inventory(self, place: Path) -> dict[str, Any]:
        said = json.loads((place / "inventory.json").read_bytes())
        assert isinstance(said, dict)
        return said

    def versions(self) -> list[tuple[Path, str]]:
        """Each version of each object, with the label with which its message begins."""
        return [
            (place, version["message"].partition(":")[0])
            for place in self.objects()
            for version in self.inventory(place)["versions"].values()
        ]

    def whole(self) -> list[str]:
        return [label for _, label in self.versions()]

    def damage(self, label: str) -> bool:
        place = next(place for place, found in self.versions() if found == label)
        file = max(place.glob("v*/content/**/*"), key=lambda path: path.stat().st_size if path.is_file() else -1)
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        return True

    def occupy(self, label: str) -> bool:
        """The object of another package at the place of this one."""
        other = consignment("tar", "somebody-elses")
        self.put(other)
        mine = self.place_of(consignment("tar", label))
        mine.parent.mkdir(parents=True)
        shutil.copytree(self.place_of(other), mine)
        return True

    def secrets(self) -> tuple[str, ...]:
        return ()


def findings(place: Path) -> list[str]:
    """What our validator finds in the object at *place*."""
    with Held.at(place) as held:
        return [problem.message for problem in validate(held, lambda _: None)[1]]
