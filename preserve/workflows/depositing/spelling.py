"""How a text may be spelled by whoever answers: raw, or as a part of a URL, of JSON, of HTML or XML, or all mixed.

Each character is spelled by itself, so that no encoder that does more, or less, than it must makes what is not found.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html.entities import html5

Spelling = tuple[bytes, bytes]
"""The first octet, and an expression for what follows it."""
Spelled = list[tuple[Spelling, ...]]
"""A text: the spellings of each of its characters."""
_SHORT_ESCAPES = {'"': '"', "'": "'", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_IN_JSON_AGAIN = rb"\\{0,3}"
_IN_A_URL_AGAIN = rb"(?:25){0,2}"
_IN_HTML_AGAIN = rb"(?:amp;){0,2}"
_MOST_BACKSLASHES = 4
"""For each, where JSON stands in JSON."""


def expression(text: Spelled) -> bytes:
    """What finds *text*, where its first octet was just passed: it is only looked back at."""
    head, *rest = text
    first = b"|".join(b"(?<=%b)%b" % (re.escape(octet), after) for octet, after in head)
    return b"(?:%b)%b" % (first, b"".join(map(_any, rest)))


def firsts(text: Spelled) -> set[bytes]:
    """The octets with which *text* may begin."""
    return {octet for octet, _ in text[0]}


def spelled(text: str) -> Spelled:
    """*text* in every spelling.  Backslashes in a row are taken as one: nobody can tell which of them is whose."""
    parts = re.findall(r"\\+|[^\\]", text)
    return [_backslashes(len(part)) if part[0] == "\\" else _spellings(part) for part in parts]


def spelled_in_base64(encoded: bytes) -> Spelled:
    """*encoded*, which is of Base64, in both its alphabets (RFC 4648); what is no letter is spelled as in a text."""
    others = {"+": (*_spellings("+"), *_spellings("-")), "/": (*_spellings("/"), *_spellings("_"))}
    return [others.get(character) or ((character.encode(), b""),) for character in encoded.decode("ascii")]


def any_of(characters: str) -> bytes:
    """What finds one of *characters* in every spelling."""
    return b"|".join(_any(each) for character in characters for each in spelled(character))


def _any(found: Iterable[Spelling]) -> bytes:
    return b"(?:%b)" % b"|".join(re.escape(octet) + after for octet, after in found)


@cache
def _spellings(character: str) -> tuple[Spelling, ...]:
    """All that stands for *character*, which is no backslash; what begins as another does, but is longer, first."""
    in_json = b"|".join([*_in_json(character), b"u0026" + _entity(character)])
    also = {" ": [(b"+", b"")], "\n": [(b"\r", rb"\n")]}
    return (
        *_in_a_url(character),
        (b"\\", b"%b(?:%b)" % (_IN_JSON_AGAIN, in_json)),
        (b"&", _entity(character)),
        *((octets[:1], re.escape(octets[1:])) for octets in _octets(character)),
        *also.get(character, ()),
    )


def _backslashes(count: int) -> tuple[Spelling, ...]:
    one = ((b"\\", b"(?:u005[cC])?"), *_in_a_url("\\"), (b"&", _entity("\\")))
    more = b"%b{%d,%d}" % (_any(one), count - 1, _MOST_BACKSLASHES * count - 1)
    return tuple((octet, after + more) for octet, after in one)


def _in_a_url(character: str) -> Iterator[Spelling]:
    for octets in _octets(character):
        quoted = b"".join(b"%%%b%b" % (_IN_A_URL_AGAIN, _hex(octet, 2)) for octet in octets)
        yield b"%", quoted[1:]


def _in_json(character: str) -> Iterator[bytes]:
    """Behind the backslash: JSON (RFC 8259 §7), also of those who escape more than they must; and JavaScript."""
    units = character.encode("utf-16-be", "surrogatepass")
    yield rb"\\{1,4}".join(b"u" + _hex(int.from_bytes(units[at : at + 2], "big"), 4) for at in range(0, len(units), 2))
    if character <= "\xff":
        yield b"x" + _hex(ord(character), 2)
    if short := _SHORT_ESCAPES.get(character):
        yield short.encode()
        if short == character:  # JSON within HTML
            yield b"&" + _entity(character)


def _entity(character: str) -> bytes:
    """Behind the ampersand: HTML and XML, by number, in either base, and by whatever name it has."""
    names = [re.escape(name.encode()) for name in _names().get(character, ())]
    known = [b"#0*%d" % ord(character), b"#[xX]0*" + _hex(ord(character), 0), *names]
    return b"%b(?:%b);?" % (_IN_HTML_AGAIN, b"|".join(known))


def _hex(number: int, digits: int) -> bytes:
    return re.sub(rb"[a-f]", lambda found: b"[%b%b]" % (found[0], found[0].upper()), b"%0*x" % (digits, number))


def _octets(character: str) -> Iterator[bytes]:
    """In UTF-8; and as the octet that it is, which is also Latin-1: that is old, and spoken still."""
    yield character.encode("utf-8", "surrogatepass")
    if "\udc80" <= character <= "\udcff":
        yield character.encode("utf-8", "surrogateescape")
    if "\x80" <= character <= "\xff":
        yield character.encode("latin-1")


@cache
def _names() -> Mapping[str, list[str]]:
    found = defaultdict(list)
    for name, value in html5.items():
        if name.endswith(";"):
            found[value].append(name[:-1])
    return {value: sorted(names, key=len, reverse=True) for value, names in found.items()}
