"""The headings of a metadata table: which column is about which term, and which names the files.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from preserve.describe.record import rules
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import heading, nearest
from preserve.model import Problem, Statement
from preserve.storage.names import shown

NAME_HEADINGS = ("filename", "file", "path", "file_name", "file name", "filepath", "file path", "file_path")
"""What people call the column of names; the first is the right one."""

_OF_OUR_OWN = frozenset(["id", "sealed", "files", "bytes", "missing"])
_PROPOSED = "proposed."


@dataclass(frozen=True, slots=True)
class Column:
    """Column *number*, from 1: its *term* ("" if it has none) and its language."""

    number: int
    title: str
    term: str = ""
    lang: str = ""

    @property
    def shown(self) -> str:
        """How a finding names it."""
        return f"column {self.number} ({shown(self.title[:60])})" if self.title else f"column {self.number}"


def is_name(title: str) -> bool:
    """Whether a column of this title holds names of files."""
    return title.strip().lower() in NAME_HEADINGS


def is_our_own(title: str) -> bool:
    """Whether it is a column of a table that we exported, which says nothing that a person could change."""
    return title.lower() in _OF_OUR_OWN or title.lower().startswith(_PROPOSED)


def name_column(titles: Sequence[str], source: str, problems: list[Problem]) -> int | None:
    """The place of the column with the names, from 0; None if there is none."""
    names = [title.strip().lower() for title in titles]
    place = next((names.index(name) for name in NAME_HEADINGS if name in names), None)
    if place is None:
        text = f"{shown(source)} has no column 'filename'; its first column is '{shown(titles[0].strip()[:60])}'."
        problems.append(rules.TABLE_NO_FILENAME.at(source, text))
    elif place != 0 or names[place] != "filename":
        text = f"{shown(source)}: the file names were taken from column {place + 1}, '{shown(titles[place].strip())}'."
        problems.append(rules.TABLE_FILENAME_UNUSUAL.at(source, text))
    return place


def columns_of(titles: Sequence[str], names: int, source: str, problems: list[Problem]) -> list[Column]:
    """All columns; the one at *names* has no term.  What is no term is reported once, and so is a wrong language."""
    columns = []
    for place, title in enumerate(titles):
        column = _column(place + 1, title.strip(), source, problems)
        columns.append(replace(column, term="") if place == names else column)
    return columns


def _column(number: int, title: str, source: str, problems: list[Problem]) -> Column:
    found = heading(title)
    if not found.term:
        if title and not is_name(title) and not is_our_own(title):
            problems.append(_unknown(number, title, source))
        return Column(number, title)
    if not found.lang or found.lang == "*":  # DSpace writes [*] for any language
        return Column(number, title, found.term)
    # Settled here once, so that a wrong tag is not reported for each row.
    settled, findings = settle(Statement(found.term, "x", found.lang.replace("_", "-")))
    where = f"Column {number} of {shown(source)}, '{shown(title[:60])}': "
    problems.extend(
        rule.at(source, where + text) for rule, text in findings if rule in (rules.LANG_CORRECTED, rules.LANG_DROPPED)
    )
    return Column(number, title, found.term, settled.lang)


def _unknown(number: int, title: str, source: str) -> Problem:
    close = nearest(title)
    text = f"Column {number} of {shown(source)}, '{shown(title[:60])}', is not a Dublin Core term"
    return rules.COLUMN_UNKNOWN.at(source, text + (f"; did you mean {close}?" if close else "."))
