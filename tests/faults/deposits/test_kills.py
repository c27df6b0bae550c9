"""Each target with its real far end: the process that deposits is killed at any moment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from preserve.ports.depositing import Consignment
from preserve.testing.consignments import single
from tests.deposit.test_folder import Shelf
from tests.faults.deposits.campaign import OCTETS, kill_deposits

pytestmark = pytest.mark.slow


def one_file(folder: Path) -> Callable[[str], Consignment]:
    (files := folder / "files").mkdir()
    return lambda label: single(label, "tar", OCTETS, seed=len(label), folder=files)


def test_a_folder(tmp_path: Path) -> None:
    kill_deposits("folder", Shelf(tmp_path), one_file(tmp_path), tmp_path)
