"""Certificates in the answer of a time stamp authority, put into the order that DER demands.  All functions are pure.

In a SET OF, DER wants the elements sorted (X.690 §11.6).  OpenSSL, and so many an authority, writes the certificates of
an answer as they come; a reader that insists takes such an answer for broken.  No signature covers their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_CERTIFICATES = 0xA0


class _Element(NamedTuple):
    """Where an element begins, where its content does, and where it ends."""

    tag: int
    start: int
    content: int
    end: int


def sorted_certificates(answer: bytes) -> bytes:
    """*answer*, a ``TimeStampResp`` (RFC 3161 §2.4.2), with its certificates sorted; as it is if it cannot be read."""
    try:
        (response,) = _elements(answer, 0, len(answer))
        _, token = _inside(answer, response)
        _, wrapped = _inside(answer, token)
        (signed,) = _inside(answer, wrapped)
        (certificates,) = [one for one in _inside(answer, signed) if one.tag == _CERTIFICATES]
        each = [answer[one.start : one.end] for one in _inside(answer, certificates)]
    except (ValueError, IndexError):
        return answer
    return answer[: certificates.content] + b"".join(sorted(each)) + answer[certificates.end :]


def _inside(data: bytes, outer: _Element) -> list[_Element]:
    return list(_elements(data, outer.content, outer.end))


def _elements(data: bytes, at: int, end: int) -> Iterator[_Element]:
    """The elements that follow each other.  ``ValueError`` or ``IndexError`` where they do not fill their place."""
    while at < end:
        length, content = data[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            content += octets
            length = int.from_bytes(data[at + 2 : content], "big") if octets else -1
        if length < 0 or content + length > end:
            raise ValueError("not DER")
        yield _Element(data[at], at, content, content + length)
        at = content + length
