"""libmagic's signatures, of which those sleep that the file before it cannot match.

libmagic tries its signatures one after the other.  For a text of 20 KB that is 3.3 ms of work, and nine tenths of it go
into sixty of the 3,340: regular expressions and wide searches, for source code and mark-up, that no ordinary text
matches.  Each of them demands something that can be looked for in microseconds: no tag without ``<``, no table of
alignments without a tabulator.  Where that is missing the signature is put to sleep: the bit that says that it is tried
on texts is cleared, in a private mapping of the signatures' file.

So the answer is the one that all signatures together would give: what sleeps could not have matched.  A signature that
is not named below, as after an update, never sleeps, and none does where the file is laid out as we do not know it.
"""

from __future__ import annotations

import ctypes
import mmap
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEAD = struct.Struct("<IIII")
"""What the file begins with: its mark, its version, and how many records of signatures and of shared parts follow."""
_MARK, _VERSION = 0xF11E041C, 16
_RECORD = 376
"""Octets of a record in that version, also of the first, which is the head; and the places of some of its fields."""
_LEVEL, _PASSES, _RELATION, _TYPE, _MODIFIERS, _TEXT = 0, 2, 4, 6, 28, 32
_LONGEST_TEXT = 128
_SEARCHES = (17, 20)  # regular expressions, and searches for a text
_TEXT_PASS = 0x40
_ANY_CASE = 0x0C

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


@dataclass(slots=True)
class _Sleepers:
    """Signatures with one demand; *bits* are the places of the bits for their passes, and what these are if awake."""

    needs: tuple[re.Pattern[bytes], ...]
    bits: tuple[tuple[int, int], ...]
    awake: bool = True

    def may_match(self, head: bytes) -> bool:
        for need in self.needs:  # noqa: SIM110  in any() it would take twice as long, for every file
            if need.search(head, 0, _WINDOW):
                return True
        return False


class Signatures:
    """The signatures in *file* (``magic.mgc``), mapped so that what is changed in them is changed for us alone.

    ``ValueError`` for a file of another layout; ``OSError`` if it cannot be read.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb") as stream:
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
        mark, version, count, shared = _HEAD.unpack(self._map[: _HEAD.size].ljust(_HEAD.size, b"\0"))
        if (mark, version, len(self._map)) != (_MARK, _VERSION, _RECORD * (1 + count + shared)):
            raise ValueError(f"{file} is laid out in a way that is not known")
        found = list(self._searches(count))
        self._groups = [
            _Sleepers(tuple(map(re.compile, needs)), tuple((at, bits) for at, bits, text in found if text in texts))
            for needs, texts in _DEMANDS
        ]

    def _searches(self, count: int) -> Iterator[tuple[int, int, str]]:
        """The signatures that search a text: where the bits for their passes are, these bits, and the text."""
        end = _RECORD * (1 + count)
        columns = (self._map[_RECORD + field : end : _RECORD] for field in (_LEVEL, _PASSES, _TYPE))
        for number, (level, passes, kind) in enumerate(zip(*columns, strict=True), 1):
            if level == 0 and passes & _TEXT_PASS and kind in _SEARCHES:
                at = number * _RECORD
                text = self._map[at + _TEXT : at + _TEXT + _LONGEST_TEXT].partition(b"\0")[0].decode("latin-1")
                any_case = self._map[at + _MODIFIERS] & _ANY_CASE and text[0] != "<"
                if self._map[at + _RELATION] == ord("=") and not any_case:
                    yield at + _PASSES, passes, text

    def load_into(self, library: Any, cookie: Any) -> bool:
        """Have *library* use these signatures for *cookie*; false if it will not."""
        buffers = (ctypes.c_void_p * 1)(ctypes.addressof(ctypes.c_char.from_buffer(self._map)))
        sizes = (ctypes.c_size_t * 1)(len(self._map))
        return bool(library.magic_load_buffers(ctypes.c_void_p(cookie), buffers, sizes, ctypes.c_size_t(1)) == 0)

    def rouse(self, head: bytes) -> None:
        """Wake the signatures that a file which begins with *head* might match; the others sleep."""
        is_plain = not head.translate(None, _PLAIN)
        for group in self._groups:
            awake = not is_plain or group.may_match(head)
            if awake != group.awake:
                group.awake = awake
                for at, bits in group.bits:
                    self._map[at] = bits if awake else bits & ~_TEXT_PASS
