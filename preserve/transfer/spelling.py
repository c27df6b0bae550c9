"""Which file a name in somebody's list means.  Pure: names are only compared, never looked up on a disk.

Producers write lists with many tools.  The literal name always wins; only where no such file is there are other
readings tried: ``./`` and doubled slashes, backslashes of Windows, a list or a disk in an old code page, accents
composed or decomposed, blanks around the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from preserve.storage import names

_OLD_CODE_PAGES = ("cp1252", "cp850", "mac_roman")
_PERCENT = re.compile(r"%(0[aAdD]|25)")


def unpercent(name: str) -> str:
    """*name* with the three escapes of RFC 8493 §2.1.3 undone: ``%0A``, ``%0D`` and ``%25``."""
    return _PERCENT.sub(lambda found: chr(int(found[1], 16)), name)


def readings(listed: str) -> Iterator[str]:
    """Every name that *listed* may stand for, the most literal first, some of them twice."""
    yield listed
    for name in (listed, listed.strip(" \t")):
        yield _plain(name)
        if "\\" in name:
            yield _plain(name.replace("\\", "/"))
        if not name.isascii():
            for other in _other_code_pages(name):
                yield _plain(other)
                yield _plain(other.replace("\\", "/"))
        if "%" in name:
            yield _plain(unpercent(name))


def _plain(name: str) -> str:
    """Without ``.`` steps and doubled slashes.  Absolute stays absolute, and ``..`` is never resolved."""
    if "./" not in name and "//" not in name:
        return name
    start = "/" if name.startswith("/") else ""
    return start + "/".join(part for part in name.split("/") if part not in ("", "."))


def _other_code_pages(name: str) -> Iterator[str]:
    if names.is_utf8(name):  # the list is in UTF-8; the files may have come from an older system
        for page in _OLD_CODE_PAGES:
            try:
                yield unicodedata.normalize("NFC", name).encode(page).decode("utf-8", "surrogateescape")
            except UnicodeError:
                continue
        return
    for page in _OLD_CODE_PAGES:
        try:
            yield names.raw(name).decode(page)
        except UnicodeError:
            continue


def leads_out(listed: str) -> bool:
    """Whether *listed* is absolute, for Unix or Windows, or climbs with ``..``."""
    path = listed.strip(" \t").replace("\\", "/")
    return path.startswith("/") or re.match(r"[A-Za-z]:", path) is not None or ".." in path.split("/")


class Names:
    """The names that are really there, to be found by what a list calls them."""

    __slots__ = ("_exact", "_folded")

    def __init__(self, paths: Iterable[str]) -> None:
        self._exact = frozenset(paths)
        self._folded: dict[str, str | None] = {}
        for path in self._exact:
            if not path.isascii():
                key = names.fold_normalisation(path)
                self._folded[key] = None if key in self._folded else path

    def __contains__(self, path: str) -> bool:
        return path in self._exact

    def find(self, listed: str, *, below: Sequence[str] = ("",), without: Sequence[str] = ()) -> str | None:
        """The name that *listed* means, or None.

        It may stand *below* one of these prefixes, and may begin with one that is to be taken off (*without*).
        """
        if below[0] + listed in self._exact:
            return below[0] + listed
        candidates = list(_candidates(listed, below, without))
        literal = next((name for name in candidates if name in self._exact), None)
        return literal or next(filter(None, map(self._by_accents, candidates)), None)

    def find_first(self, listed: str) -> tuple[str, str] | None:
        """The name that is the first step of *listed*, and what follows it; or None."""
        steps = [name.partition("/")[::2] for name in readings(listed)]
        for first, rest in steps:
            if first in self._exact:
                return first, rest
        return next(((name, rest) for first, rest in steps if (name := self._by_accents(first))), None)

    def _by_accents(self, name: str) -> str | None:
        return None if name.isascii() else self._folded.get(names.fold_normalisation(name))


def _candidates(listed: str, below: Sequence[str], without: Sequence[str]) -> Iterator[str]:
    for name in readings(listed):
        for prefix in below:
            yield prefix + name
    for name in readings(listed):
        for prefix in without:
            if name.startswith(prefix):
                yield below[0] + name[len(prefix) :]
