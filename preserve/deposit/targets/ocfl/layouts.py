"""Where in a storage root the object of an identifier lies: three layouts of the OCFL community extensions.  Pure.

Each has a name, under which it stands in ``ocfl_layout.json``, and parameters, which stand in the ``config.json`` of
its folder in ``extensions/``; what is not given there has the default of the extension.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_SAFE = re.compile(r"[A-Za-z0-9_-]")
_LONGEST_NAME = 100
_MOST = 32
_DIGESTS: Mapping[str, Callable[[bytes], str]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
    "sha512": lambda data: hashlib.sha512(data).hexdigest(),
    "blake2b-512": lambda data: hashlib.blake2b(data).hexdigest(),
}

Parameters = Mapping[str, object]


class LayoutError(ValueError):
    """A layout that is not known here, parameters that it does not allow, or an identifier that it cannot place."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout with its parameters, all of them."""

    name: str
    meaning: str
    parameters: Parameters
    place: Callable[[str, Parameters], tuple[str, ...]]

    def path(self, identifier: str) -> str:
        """Where the object with this *identifier* lies, from the storage root.  ``LayoutError`` if it has no place."""
        parts = self.place(identifier, self.parameters)
        if any(part in ("", ".", "..", "extensions") or "/" in part or "\0" in part for part in parts):
            raise LayoutError(f"{self.name} gives {identifier!r} no safe place")
        return "/".join(parts)


def layout(name: str, given: Parameters) -> Layout:
    """The layout *name* (its number is enough) with the parameters *given* for it.  ``LayoutError``."""
    found = [known for known in _LAYOUTS if name in (known.name, known.name[:4])]
    if not found:
        raise LayoutError(f"the layout {name[:100]!r} is not one of {', '.join(known.name for known in _LAYOUTS)}")
    made = found[0]
    if given.get("extensionName", made.name) != made.name:
        raise LayoutError(f"the parameters of {made.name} call themselves those of something else")
    chosen = {key: given.get(key, default) for key, default in made.parameters.items()}
    for key, value in chosen.items():
        _check(made.name, key, value, made.parameters[key])
    _check_together(made.name, chosen)
    return Layout(made.name, made.meaning, chosen, made.place)


def _check(name: str, key: str, value: object, default: object) -> None:
    good = type(value) is type(default)
    if good and isinstance(value, int) and not isinstance(value, bool):
        good = (1 if name.startswith("0007") else 0) <= value <= _MOST
    elif key == "digestAlgorithm":
        good = value in _DIGESTS
    elif key == "zeroPadding":
        good = value in ("left", "right")
    elif key == "delimiter":
        good = bool(value)
    if not good:
        raise LayoutError(f"the parameter {key} of {name} is {str(value)[:100]!r}")


def _check_together(name: str, given: Parameters) -> None:
    if name.startswith("0007"):
        return
    size, number = _whole(given, "tupleSize"), _whole(given, "numberOfTuples")
    length = len(_DIGESTS[str(given["digestAlgorithm"])](b""))
    if (size == 0) != (number == 0) or size * number > length:
        raise LayoutError(f"the parameters tupleSize and numberOfTuples of {name} do not go together")
    if given.get("shortObjectRoot") and size * number == length:
        raise LayoutError(f"the parameters of {name} leave nothing for the name of an object")


def _whole(given: Parameters, key: str) -> int:
    value = given[key]
    assert isinstance(value, int)  # noqa: S101  _check has seen it
    return value


def _tuples(text: str, given: Parameters) -> tuple[str, ...]:
    size = _whole(given, "tupleSize")
    return tuple(text[at * size : (at + 1) * size] for at in range(_whole(given, "numberOfTuples")))


def _digest(identifier: str, given: Parameters) -> str:
    return _DIGESTS[str(given["digestAlgorithm"])](identifier.encode())


def _hash_and_id(identifier: str, given: Parameters) -> tuple[str, ...]:
    """0003: tuples of the identifier's digest, then the identifier itself, with all that is unsafe escaped."""
    digest = _digest(identifier, given)
    name = "".join(
        char if _SAFE.fullmatch(char) else "".join(f"%{octet:02x}" for octet in char.encode()) for char in identifier
    )
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}-{digest}"
    return (*_tuples(digest, given), name)


def _hashed(identifier: str, given: Parameters) -> tuple[str, ...]:
    """0004: tuples of the identifier's digest, then that digest, or what the tuples left of it."""
    digest = _digest(identifier, given)
    used = _whole(given, "tupleSize") * _whole(given, "numberOfTuples")
    return (*_tuples(digest, given), digest[used:] if given["shortObjectRoot"] else digest)


def _omit_prefix(identifier: str, given: Parameters) -> tuple[str, ...]:
    """0007: the identifier without what stands before the last delimiter, and tuples of that."""
    if not all(" " <= char <= "\x7f" for char in identifier):
        raise LayoutError(f"the layout 0007 takes identifiers in ASCII only, and this is {identifier!r}")
    delimiter = str(given["delimiter"])
    _, found, rest = identifier.lower().rpartition(delimiter.lower())
    rest = identifier[-len(rest) :] if rest else ""
    if not rest:
        raise LayoutError(
            f"nothing comes in {identifier!r} after the delimiter {delimiter!r}" if found else "no identifier"
        )
    length = _whole(given, "tupleSize") * _whole(given, "numberOfTuples")
    padded = rest.rjust(length, "0") if given["zeroPadding"] == "left" else rest.ljust(length, "0")
    return (*_tuples(padded[::-1] if given["reverseObjectRoot"] else padded, given), rest)


_TUPLES: Parameters = {"digestAlgorithm": "sha256", "tupleSize": 3, "numberOfTuples": 3}
_LAYOUTS = (
    Layout(
        "0003-hash-and-id-n-tuple-storage-layout",
        "Folders named after the digest of an object's identifier, then a folder named after the identifier.",
        _TUPLES,
        _hash_and_id,
    ),
    Layout(
        "0004-hashed-n-tuple-storage-layout",
        "Folders named after the digest of an object's identifier.",
        {**_TUPLES, "shortObjectRoot": False},
        _hashed,
    ),
    Layout(
        "0007-n-tuple-omit-prefix-storage-layout",
        "Folders named after an object's identifier without its prefix.",
        {"delimiter": ":", "tupleSize": 3, "numberOfTuples": 3, "zeroPadding": "left", "reverseObjectRoot": False},
        _omit_prefix,
    ),
)
NAMES: tuple[str, ...] = tuple(known.name for known in _LAYOUTS)
