"""A folder as a target: the shared suite, and what a disk that others can write to may do."""

import os
import uuid
from pathlib import Path

import pytest

from preserve.deposit.given import Given
from preserve.deposit.targets.folder import KIND
from preserve.ports.depositing import DepositTarget
from preserve.testing.conformance import TargetConformance


class Shelf:
    """A folder of this machine as the far end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "drive"
        self.path.mkdir(exist_ok=True)
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)

    def open(self) -> DepositTarget:
        return KIND.open(Given("shelf", {"path": str(self.path)}, self.home, self.home / "scratch"))

    def whole(self) -> list[str]:
        return [name.removesuffix(".tar").removesuffix(".zip") for name in os.listdir(self.path) if name[0] != "."]

    def file_of(self, label: str) -> Path:
        place = next(self.path / name for name in (label, f"{label}.tar") if (self.path / name).exists())
        return place if place.is_file() else place / "data/letter.txt"

    def damage(self, label: str) -> bool:
        place = self.file_of(label)
        data = bytearray(place.read_bytes())
        data[-1] ^= 1
        place.write_bytes(data)
        return True

    def occupy(self, label: str) -> bool:
        (self.path / label).mkdir()
        (self.path / label / "bagit.txt").write_text("Somebody else's.\n")
        return True

    def secrets(self) -> tuple[str, ...]:
        return ()


class TestFolder(TargetConformance):
    forms = ("bag", "tar", "zip", "payload", "saf", "eark", "eark-zip")

    @pytest.fixture
    def place(self, tmp_path: Path) -> Shelf:
        (folder := tmp_path / uuid.uuid4().hex).mkdir()
        return Shelf(folder)
