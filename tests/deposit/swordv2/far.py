"""A scripted SWORD v2 server as a far end, and a target that speaks to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from preserve.config.settings import Value
from preserve.deposit.given import Given
from preserve.deposit.targets.swordv2 import KIND
from preserve.deposit.targets.swordv2.target import SwordTarget
from preserve.ports.depositing import Secret
from tests.deposit.servers.swordish import PASSWORD, USER, Swordish


def given(home: Path, url: str, values: Mapping[str, Value], password: str = PASSWORD) -> Given:
    defaults: dict[str, Value] = {setting.key: setting.default for setting in KIND.settings}
    settings = defaults | {"url": url, "user": USER, "timeout": 5} | dict(values)
    return Given("repository", settings, home, home / "scratch", {"password": Secret(password)})


class Far:
    """Its deposits are looked at behind the target's back."""

    def __init__(self, server: Swordish, home: Path, **values: Value) -> None:
        self.server = server
        self.home = home
        self.values = values
        self.url = server.url
        self.password = PASSWORD

    def open(self) -> SwordTarget:
        return SwordTarget(given(self.home, self.url, self.values, self.password))

    def whole(self) -> list[str]:
        return self.server.whole()

    def damage(self, label: str) -> bool:
        (kept,) = (each for each in self.server.deposits.values() if each.slug == label)
        ((name, data),) = kept.files.items()
        kept.files[name] = data[:-1] + bytes([data[-1] ^ 1])
        return True

    def occupy(self, label: str) -> bool:
        terms = f"<dcterms:title>Letters ({label})</dcterms:title>"
        other = "<dcterms:identifier>urn:uuid:00000000-0000-4000-8000-000000000000</dcterms:identifier>"
        kept = self.server.make(label, (terms + other).encode(), 2)
        kept.files["other.zip"] = b"other"
        return True

    def secrets(self) -> tuple[str, ...]:
        return (PASSWORD,)
