"""Which package, and which file of it, the rows of a table are about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from preserve.describe import rules
from preserve.describe.formulas import unprotected
from preserve.describe.read_csv import Row
from preserve.model import Package, Problem
from preserve.storage.names import fold_normalisation, shown

_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A package, and the path of a file in it as a person wrote it, "" for the package as a whole."""

    package: Package
    path: str = ""


@dataclass(slots=True)
class AddressBook:
    """All packages of an archive by what people call them: name, id, and the name of the transfer.

    Names are found whichever way their accents are composed.
    """

    store: str
    _by_id: dict[str, Package] = field(default_factory=dict)
    _by_name: dict[str, Package] = field(default_factory=dict)
    _by_transfer: dict[str, list[Package]] = field(default_factory=dict)

    @classmethod
    def of(cls, packages: Iterable[Package], store: str) -> AddressBook:
        """The book of *packages*, which lie in the folder called *store*."""
        book = cls(store)
        for package in packages:
            book._by_id[package.id] = package
            book._by_name[fold_normalisation(package.name)] = package
            book._by_transfer.setdefault(fold_normalisation(package.transfer), []).append(package)
        return book

    def packages(self) -> Iterable[Package]:
        """All that are in it."""
        return self._by_id.values()

    def address(self, row: Row, source: str) -> Address | Problem:
        """What *row* of the table *source* is about, or why that is not known."""
        written = unprotected(row.name.strip())
        found = self._found(written) or self._found(written.replace("\\", "/"))
        by_id = self._with_id(row.id) if row.id else None
        if row.id and by_id is None:
            text = f"Row {row.number} of {shown(source)} has the id '{shown(row.id[:60])}', and no package has it."
            return rules.ROW_UNMATCHED.at(source, text)
        if by_id is not None:
            named = [each for each in found if each.package.id == by_id.id]
            if found and not named and not self._ambiguous(found):
                text = (
                    f"Row {row.number} of {shown(source)} names {shown(written)}, and its id is that of {by_id.name}."
                )
                return rules.ROW_AMBIGUOUS.at(source, text)
            found = named or [Address(by_id)]
        if not found:
            text = f"Row {row.number} of {shown(source)} is about '{shown(written)}', and there is no such package."
            return rules.ROW_UNMATCHED.at(source, text)
        if self._ambiguous(found):
            listed = ", ".join(shown(each.package.name) for each in found[:5])
            text = f"Row {row.number} of {shown(source)} is about '{shown(written)}', which may be any of {listed}."
            return rules.ROW_AMBIGUOUS.at(source, text)
        return found[0]

    def _ambiguous(self, found: list[Address]) -> bool:
        return len({each.package.id for each in found}) > 1

    def _with_id(self, written: str) -> Package | None:
        match = _UUID.fullmatch(written.strip())
        return self._by_id.get(match[1].lower()) if match else None

    def _found(self, written: str) -> list[Address]:
        """Everything that *written* may name: packages first, then transfers."""
        path = written.removeprefix("./").removeprefix(f"{self.store}/").strip("/")
        first, _, rest = path.partition("/")
        if package := self._with_id(first) or self._by_name.get(fold_normalisation(first)):
            return [Address(package, rest)]
        for name, inner in ((path, ""), (first, rest)):
            if packages := self._by_transfer.get(fold_normalisation(name)):
                return [Address(package, inner) for package in packages]
        return []
