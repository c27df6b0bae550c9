"""What led to an error of the network, however deep the libraries nest it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_MOST = 30


def causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and what led to it: in arguments, reasons and contexts, and in the fields where botocore keeps it."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            fields = getattr(each, "kwargs", None)
            nested = fields.get("error") if isinstance(fields, Mapping) else None
            waiting += [nested, *each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
