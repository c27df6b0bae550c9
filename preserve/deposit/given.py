"""What a target is made from: the kinds of targets there are, and what ``[targets.NAME]`` said of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from preserve.config.settings import Setting, Value
from preserve.ports.depositing import DepositTarget, Secret


@dataclass(frozen=True, slots=True)
class Given:
    """One table ``[targets.NAME]``, checked: every setting of its kind is in *values*, with its default if not given.

    *home* is what relative paths count from.  *scratch* is a folder of this target's own, on the package store's disk,
    that is emptied when nobody uses it.  *secrets* holds those that were found; the environment, a file that only its
    owner may read, and the keyring are asked, in this order.
    """

    name: str
    values: Mapping[str, Value]
    home: Path
    scratch: Path
    secrets: Mapping[str, Secret] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A value that is text."""
        return str(self.values[key])

    def number(self, key: str) -> int:
        """A value that is a whole number."""
        value = self.values[key]
        assert isinstance(value, int)  # noqa: S101  its Setting said so
        return value

    def path(self, key: str) -> Path:
        """A value that is a path."""
        return self.home / self.text(key)

    def secret(self, key: str) -> Secret:
        """A credential, an empty one if there is none."""
        return self.secrets.get(key, Secret(""))


@dataclass(frozen=True, slots=True)
class TargetKind:
    """A kind of target, as ``type = "…"`` names it, and as an entry point in ``preserve.targets`` gives it.

    *settings* are its keys in ``[targets.NAME]``; the keys that all kinds have are not among them.  One whose name is
    in *required* must be given.  *secrets* are its credentials, each with what it is.  *forms* are those of
    ``ports.depositing.FORMS`` that it takes, its default first.
    """

    name: str
    meaning: str
    forms: tuple[str, ...]
    open: Callable[[Given], DepositTarget]
    settings: tuple[Setting, ...] = ()
    required: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
