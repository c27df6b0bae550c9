"""What is kept of a text so that its other versions are found."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote_from_bytes, unquote_to_bytes

VERSION = "1"
"""Of the fingerprint.  Those of other versions cannot be compared with ours; they are kept and passed over."""


@dataclass(frozen=True, slots=True)
class TextPrint:
    """The fingerprint of the text of a package: of the one payload file *path* that a person reads.

    *form* (``plain`` or ``page``) and *charset* say how it is read, *words* how many it has.  *same* is equal where
    all words are, in their order; *sketch* are up to eight numbers of 32 bits, most of them equal where most words are.
    """

    path: str
    form: str
    charset: str
    words: int
    same: str
    sketch: tuple[int, ...] = ()

    @property
    def key(self) -> int:
        """A number of 60 bits that is equal where ``same`` is, and hardly ever elsewhere."""
        return int(self.same[:15], 16)

    @property
    def line(self) -> str:
        """The fingerprint as one line of ASCII without a blank at risk, as it stands in bag-info.txt."""
        packed = base64.b64encode(bytes.fromhex(self.same) + struct.pack(f">{len(self.sketch)}I", *self.sketch))
        path = quote_from_bytes(self.path.encode("utf-8", "surrogateescape"))
        charset = quote_from_bytes(self.charset.encode(), safe="")
        return f"{VERSION} {self.form} {charset or '-'} {self.words} {packed.decode()} {path}"

    @classmethod
    def of(cls, line: str) -> Self | None:
        """The fingerprint that *line* is, or None if it is none of this version."""
        parts = line.split(" ")
        if len(parts) != 6 or parts[0] != VERSION:
            return None
        _, form, charset, words, packed, path = parts
        try:
            data = base64.b64decode(packed, validate=True)
            sketch = struct.unpack(f">{(len(data) - 16) // 4}I", data[16:])
            return cls(
                unquote_to_bytes(path).decode("utf-8", "surrogateescape"),
                form,
                "" if charset == "-" else unquote_to_bytes(charset).decode("ascii"),
                int(words[:18]),
                data[:16].hex(),
                sketch,
            )
        except (binascii.Error, struct.error, ValueError):
            return None
