"""What can be wrong with a catalogue that can be opened."""

from __future__ import annotations

from typing import Final

from preserve.catalog.guard import REBUILD
from preserve.model import Rule, Severity

DAMAGED: Final = Rule("catalog-damaged", Severity.ERROR, "", REBUILD)

ALL: Final[tuple[Rule, ...]] = (DAMAGED,)
