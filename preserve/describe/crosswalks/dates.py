"""What a date says for certain: its calendar part and its year.

All functions are pure.
"""

from __future__ import annotations

from preserve.describe.record.values import is_w3cdtf, lacks_seconds


def plain_date(value: str) -> str:
    """The calendar date of a W3CDTF value (``2019``, ``2019-12``, ``2019-12-27``), or "" if it is none."""
    text = value.strip()
    return text.partition("T")[0] if is_w3cdtf(text) or lacks_seconds(text) else ""


def plain_range(value: str) -> str:
    """*value* if it is ``start/end`` with two plain dates in their order (EDTF level 0), else ""."""
    start, slash, end = value.strip().partition("/")
    good = slash and plain_date(start) == start and plain_date(end) == end and start and end and start[:4] <= end[:4]
    return f"{start}/{end}" if good else ""


def plain_date_or_range(value: str) -> str:
    """The date or the range that *value* certainly is, without a time of day, or ""."""
    return plain_date(value) or plain_range(value)


def year_of(value: str) -> str:
    """The one year that *value* lies in, or "" if there is a doubt: ``2019~``, ``19XX`` and ``2018/2020`` have none."""
    dates = plain_date_or_range(value).split("/")
    years = {date[:4] for date in dates}
    return years.pop() if len(years) == 1 else ""
