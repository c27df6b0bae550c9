"""The fingerprint of a text: small, and the same on every machine, so that a catalogue of many finds what is alike.

``same`` is a digest (BLAKE2b) of all words in their order.  ``sketch`` holds the smallest of the hashes (CRC-32) of
runs of four words, a bottom-k MinHash: of two texts that have a share *s* of these runs in common, about *s* of the
sketch is in common.  Only about every fourth run is hashed, chosen by its first word alone, so that the choice is the
same wherever the run stands.  A sketch only says which texts are worth comparing; ``compare`` reads both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from zlib import crc32

from preserve.describe.likeness.words import text_of
from preserve.model import TextPrint

RUN = 4
"""Words in a run."""

SKETCH = 8
FEWEST_WORDS = 50
"""A shorter text is told from others by all of its words only: too much of it is what every letter says."""

FEWEST_OCTETS = 20
"""A text of fewer letters is nobody's: "Thank you." has no first version."""

_CHOICES = 4
"""Words fall into so many kinds by their last octet; runs that begin with the first kind are hashed first."""


def text_print(path: str, data: bytes, charset: str, form: str) -> TextPrint | None:
    """The fingerprint of the payload file *path*; None if there is too little text in it.

    *form* is that of ``words.form_of``.  Only the first MiB is looked at.
    """
    found = text_of(data, charset, form).words
    joined = b" ".join(found)
    if len(joined) - len(found) < FEWEST_OCTETS:
        return None
    same = hashlib.blake2b(joined, digest_size=16).hexdigest()
    return TextPrint(path, form, charset, len(found), same, sketch(found))


def sketch(found: Sequence[bytes]) -> tuple[int, ...]:
    """The sketch of these words; none for fewer than ``FEWEST_WORDS``."""
    if len(found) < FEWEST_WORDS:
        return ()
    kept: list[int] = []
    for choice in range(_CHOICES):  # the first is enough for any text of some length
        chosen = [at for at, word in enumerate(found) if word[-1] % _CHOICES == choice]
        kept += sorted({crc32(b" ".join(found[at : at + RUN])) for at in chosen})[: SKETCH - len(kept)]
        if len(kept) == SKETCH:
            break
    return tuple(dict.fromkeys(kept))


def runs(found: Sequence[bytes]) -> list[int]:
    """A hash of 32 bits for each run of words, in their order."""
    return list(map(crc32, map(b" ".join, zip(found, found[1:], found[2:], found[3:], strict=False))))
