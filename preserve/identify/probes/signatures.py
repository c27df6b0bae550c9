"""The signatures of libmagic that a given plain text might match: few, so that they are soon tried.

libmagic tries its 3,340 signatures one after the other.  For a text of 20 KB that is 3.3 ms of work.

- A third of them want bytes that no plain text has, such as NUL.  They are left out.
- Nine tenths of the time go into sixty others: regular expressions and wide searches, for source code and mark-up.
  Each of them demands something that can be looked for in microseconds: no tag without ``<``, no table of alignments
  without a tabulator.  Where that is missing the signature is put to sleep: the bit that says that it is tried on
  texts is cleared, in our copy.

So the answer is the one that all signatures together would give: what is left out could not have matched.  A signature
that is not named below, as after an update, never sleeps; and a file that is laid out as we do not know it is refused.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

_HEAD = struct.Struct("<IIII")
"""What the file begins with: its mark, its version, and how many records of signatures and of shared parts follow."""
_MARK, _VERSION = 0xF11E041C, 16
_OCTETS = 376
"""Octets of a record in that version, also of the first, which is the head."""
_RECORD = struct.Struct("<HBxBBBxxBxx12xQ128s")
_PASSES = 2  # the place of the bits that say on what a signature is tried

_TEXT_PASS, _INDIRECT = 0x40, 0x01
_SEARCHES = (17, 20)  # regular expressions, and searches for a text
_ANY_CASE = 0x0C
_STRING, _WHERE = 5, 0x60  # and the modifiers of a text that say only on what it is tried
_WIDTHS = {1: 1, 2: 2, 7: 2, 10: 2, 4: 4, 8: 4, 11: 4, 24: 8, 25: 8, 26: 8}
"""Octets of the types of numbers."""

_WINDOW = 9 * 1024
"""Octets: what the signatures below look at (8,192), and some more."""

_PLAIN = bytes((7, 8, 9, 10, 12, 13, 27, *range(0x20, 0x7F), *range(0x80, 0x100)))
"""What libmagic looks at as it is: everything else might be UTF-16 or EBCDIC, which it translates first."""

_ASSEMBLER = tuple(f"^[ \t]{{0,50}}\\.{word}" for word in ("asciiz", "byte", "even", "file", "globl", "text", "type"))
_MAKEFILE = tuple(f"^\\.{word}" for word in ("BEGIN", "PRECIOUS", "endif", "include"))
_ELEMENTS = ("head", "html", "script", "style", "table", "title")
_TAGS = (
    *("<!doctype", "<!doctype html", "<!doctype svg", "<!subdoc", "<!--", "<a href="),
    *(f"<{name}{end}" for name in _ELEMENTS for end in "> "),
)
_POD = tuple(f"{start}={word}" for start in ("\n", "") for word in ("encoding ", "head1 ", "head2 ", "pod\n"))
_SISU = ("^%*[ \t]*sisu-[0-9.]+", *(f"^%?[ \t]*SiSU[ \t]{rest}" for rest in ("+insert", "+text", "[0-9.]+")))
_CLOJURE = ("^\\(ns[[:space:]]+\\^\\{:", "^\\(ns[[:space:]]+[a-z]", "^\\(defn-?[[:space:]]")
_FORTH = "[[:space:]]\\(([[:space:]].*)? -- (.*[[:space:]])?\\)"

_DEMANDS: tuple[tuple[tuple[bytes, ...], tuple[str, ...]], ...] = (
    ((rb"<",), _TAGS),
    ((rb"\t",), ("^[!-?A-~]{1,255}(\t[^\t]+){11}",)),  # alignments of sequences (SAM)
    ((rb"BEGIN",), ("^[ \t\f\r\n]{0,100}BEGIN[ \t\f\r\n]{0,100}[{]",)),  # awk
    ((rb"\.(?:asciiz|byte|even|file|globl|text|type|BEGIN|PRECIOUS|endif|include)",), (*_ASSEMBLER, *_MAKEFILE)),
    ((rb"class[ \t-\r][A-Z]", rb"module[ \t-\r][A-Z]"), ("^[[:space:]]*(class|module)[[:space:]][A-Z]",)),  # Ruby
    ((rb"SiSU", rb"sisu-"), _SISU),
    ((rb" -- ",), (_FORTH, f"^:[[:space:]].*{_FORTH}[[:space:]].*[[:space:]];$")),
    ((rb"=(?:encoding|head|pod)",), _POD),
    ((rb"SUBDIRS", rb"VPATH", rb"FLAGS", rb"all:"), ("^SUBDIRS", "^VPATH", "^CFLAGS", "^LDFLAGS", "^all:")),
    ((rb"\((?:;|ns|defn)",), ("\\(;.*GM\\[[0-9]{1,2}\\]", *_CLOJURE)),
)
"""What a file must contain, at least one of it, for these signatures to match.  No demand is for one case only where
the signature takes both, and the ``.`` of a regular expression is never relied on."""


class _Record(NamedTuple):
    """A line of a signature; the first has level 0, and the others are tried only where it matches.

    *modifiers* are the mask of a number, or what a text is searched with.
    """

    level: int
    flags: int
    relation: int
    length: int
    kind: int
    operation: int
    modifiers: int
    value: bytes

    def is_out_of_the_question(self) -> bool:
        """Whether the record wants, at a fixed place, a byte that plain text has not."""
        if self.relation != ord("=") or self.flags & (_TEXT_PASS | _INDIRECT) or self.operation:
            return False
        if self.kind == _STRING:
            wanted = b"" if self.modifiers >> 32 & ~_WHERE else self.value[: self.length]
        else:
            wanted = b"" if self.modifiers else self.value[: _WIDTHS.get(self.kind, 0)]
        return bool(wanted.translate(None, _PLAIN))

    def searched(self) -> str:
        """The text that is searched for, in one case or without letters; "" if the record is no such search."""
        if self.relation != ord("=") or not self.flags & _TEXT_PASS or self.kind not in _SEARCHES:
            return ""
        text = self.value.partition(b"\0")[0].decode("latin-1")
        return "" if self.modifiers >> 32 & _ANY_CASE and text[0] != "<" else text


@dataclass(slots=True)
class _Sleepers:
    """Signatures with one demand; *bits* are the places of the bits for their passes, and what these are if awake."""

    needs: tuple[re.Pattern[bytes], ...]
    bits: list[tuple[int, int]]
    awake: bool = True

    def may_match(self, head: bytes) -> bool:
        for need in self.needs:  # noqa: SIM110  in any() it would take twice as long, for every file
            if need.search(head, 0, _WINDOW):
                return True
        return False


class Signatures:
    """Those of the signatures in *file* (``magic.mgc``) that plain texts can match.

    ``ValueError`` for a file of another layout; ``OSError`` if it cannot be read.
    """

    def __init__(self, file: Path) -> None:
        data = file.read_bytes()
        mark, version, count, shared = _HEAD.unpack(data[: _HEAD.size].ljust(_HEAD.size, b"\0"))
        if (mark, version, len(data)) != (_MARK, _VERSION, _OCTETS * (1 + count + shared)):
            raise ValueError(f"{file} is laid out in a way that is not known")
        self._groups = [_Sleepers(tuple(map(re.compile, needs)), []) for needs, _ in _DEMANDS]
        self._data = bytearray(_OCTETS)
        for start, end in _signatures(data, count):
            first = _Record._make(_RECORD.unpack_from(data, start))
            if not first.is_out_of_the_question():
                self._note(first)
                self._data += data[start:end]
        _HEAD.pack_into(self._data, 0, mark, version, len(self._data) // _OCTETS - 1, shared)
        self._data += data[_OCTETS * (1 + count) :]

    def _note(self, first: _Record) -> None:
        """Remember where the bit is of a signature that can be put to sleep, and that comes next."""
        text = first.searched()
        for group, (_, texts) in zip(self._groups, _DEMANDS, strict=True):
            if text in texts:
                group.bits.append((len(self._data) + _PASSES, first.flags))

    def load_into(self, library: Any, cookie: Any) -> bool:
        """Have *library* use these signatures for *cookie*; false if it will not."""
        buffers = (ctypes.c_void_p * 1)(ctypes.addressof(ctypes.c_char.from_buffer(self._data)))
        sizes = (ctypes.c_size_t * 1)(len(self._data))
        return bool(library.magic_load_buffers(ctypes.c_void_p(cookie), buffers, sizes, ctypes.c_size_t(1)) == 0)

    def suit(self, content: bytes) -> bool:
        """Wake the signatures that a file with this *content* might match, while the others sleep.

        False where they are not enough, because it is not plain text.
        """
        if content.translate(None, _PLAIN):
            return False
        for group in self._groups:
            awake = group.may_match(content)
            if awake != group.awake:
                group.awake = awake
                for at, bits in group.bits:
                    self._data[at] = bits if awake else bits & ~_TEXT_PASS
        return True


def _signatures(data: bytes, count: int) -> Iterator[tuple[int, int]]:
    """Where each signature begins and ends: from a record of level 0 to the next."""
    levels = data[_OCTETS : _OCTETS * (1 + count) : _OCTETS]
    starts = [_OCTETS * number for number, level in enumerate(levels, 1) if level == 0]
    return zip(starts, [*starts[1:], _OCTETS * (1 + count)], strict=True)
