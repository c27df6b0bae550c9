"""What a person may type to name a package; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from preserve.errors import UnknownPackage
from preserve.model import Package
from preserve.storage.names import shown

FEWEST_DIGITS = 4
SHOWN = 5
_HYPHENS = (8, 12, 16, 20)
_HEX = re.compile(r"[0-9a-f]+(?:-[0-9a-f]*)*")


@dataclass(frozen=True, slots=True)
class Query:
    """The ways to read what was typed: a whole *id*, exact *texts* (name or external identifier), an id's *prefix*."""

    typed: str
    id: str
    texts: tuple[str, ...]
    prefix: str


def understand(typed: str) -> Query:
    """All readings of *typed*.  Names are tried as typed and in NFC, which is how packages are named."""
    text = typed.strip()
    bare = re.sub(r"^urn:uuid:", "", text, flags=re.IGNORECASE).lower()
    digits = bare.replace("-", "")
    prefix = ""
    if _HEX.fullmatch(bare) and FEWEST_DIGITS <= len(digits) <= 32:
        hyphenated = "".join("-" * (n in _HYPHENS) + digit for n, digit in enumerate(digits))
        prefix = hyphenated if bare in (digits, hyphenated, hyphenated + "-") else ""
    whole = str(UUID(digits)) if prefix and len(digits) == 32 else ""
    texts = tuple(dict.fromkeys(t for t in (typed, text, unicodedata.normalize("NFC", text)) if t))
    return Query(typed, whole, texts, "" if whole else prefix)


def unknown(typed: str) -> UnknownPackage:
    """The error for something that names no package."""
    return UnknownPackage(
        f"There is no package called {shown(typed)!r}.",
        hint="preserve ls shows all; a name or an id may be shortened to its beginning, if that is unique.",
    )


def ambiguous(typed: str, candidates: Sequence[Package]) -> UnknownPackage:
    """The error for something that could be several packages; *candidates* may be one more than are shown."""
    listed = ", ".join(f"{shown(package.name)} ({package.id})" for package in candidates[:SHOWN])
    more = ", and more" if len(candidates) > SHOWN else ""
    return UnknownPackage(
        f"{shown(typed)!r} could be several packages: {listed}{more}.", hint="Give more of the id, or the whole name."
    )
