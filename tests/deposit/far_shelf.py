"""A folder at an sshd, as the suite of ``preserve.testing`` looks at it; and the targets that send there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from preserve.config.settings import Value
from preserve.deposit.given import Given, TargetKind
from preserve.ports.depositing import DepositTarget, Secret
from tests.deposit.servers.sshd import Sshd


@dataclass
class Shelf:
    """The far end: what lies at *server*, and a target of *kind* that speaks to it, perhaps over another *port*."""

    kind: TargetKind
    server: Sshd
    scratch: Path
    port: int = 0
    values: dict[str, Value] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    def open(self) -> DepositTarget:
        given: dict[str, Value] = {
            "host": "127.0.0.1",
            "port": self.port or self.server.port,
            "user": self.server.user,
            "path": str(self.server.deposits),
            "known_hosts": str(self.server.known_hosts),
            "key_file": str(self.server.key),
            "timeout": 20,
        }
        values = {setting.key: setting.default for setting in self.kind.settings} | given | self.values
        for setting in self.kind.settings:
            assert not setting.check(values[setting.key]), setting.key
        secrets = {name: Secret(value) for name, value in self.passwords.items()}
        self.scratch.mkdir(exist_ok=True)
        return self.kind.open(Given("shelf", values, self.scratch, self.scratch, secrets))

    def whole(self) -> Sequence[str]:
        return [name.removesuffix(".tar").removesuffix(".zip") for name in self.names() if not name.endswith(".part")]

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.server.deposits.iterdir())

    def damage(self, label: str) -> bool:
        [place] = self.server.deposits.glob(f"{label}*")
        file = place / "data/letter.txt" if place.is_dir() else place
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        return True

    def occupy(self, label: str) -> bool:
        for name in (label, f"{label}.tar", f"{label}.zip"):
            (self.server.deposits / name).write_bytes(b"something else")
        return True

    def secrets(self) -> Sequence[str]:
        return list(self.passwords.values())
