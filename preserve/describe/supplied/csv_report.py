"""What is wrong with the rows of a table: the same fault in many rows is one finding that counts them."""

from __future__ import annotations

from dataclasses import dataclass, field

from preserve.model import Problem, Rule, Severity
from preserve.storage.names import shown

MOST = 1000
"""Findings of one table.  What is wrong in a thousand ways is wrong as a whole."""


@dataclass(slots=True)
class _Told:
    row: int
    where: str
    more: int = 0
    last: int = 0


@dataclass(slots=True)
class Report:
    """Findings about rows, in the order in which each was first met; *faulty* are the numbers of rows with an error."""

    source: str
    faulty: set[int] = field(default_factory=set)
    _told: dict[tuple[Rule, str, str], _Told] = field(default_factory=dict)

    def add(self, rule: Rule, row: int, where: str, what: str) -> None:
        """*what* is the sentence, or the rest of one after "Row 3 of metadata.csv"; *where* the column, or ""."""
        if rule.severity is Severity.ERROR:
            self.faulty.add(row)
        key = (rule, where, what)
        told = self._told.get(key)
        if told is None:
            self._told[key] = _Told(row, where)
        else:
            told.more += 1
            told.last = row

    def problems(self) -> list[Problem]:
        """The findings; errors first if there are too many, so that the worst is not what is cut off."""
        entries = list(self._told.items())
        if len(entries) > MOST:
            entries.sort(key=lambda entry: entry[0][0].severity is not Severity.ERROR)
        return [self._problem(key, told) for key, told in entries[:MOST]]

    def _problem(self, key: tuple[Rule, str, str], told: _Told) -> Problem:
        rule, where, what = key
        of = f"of {shown(self.source)}"
        place = f"Row {told.row}, {where} {of}: " if where else f"Row {told.row} {of} "
        also = f" The same in {told.more:,} more rows, the last of them row {told.last:,}." if told.more > 1 else ""
        also = f" The same in row {told.last:,}." if told.more == 1 else also
        return rule.at(self.source, f"{place}{what}{also}")
