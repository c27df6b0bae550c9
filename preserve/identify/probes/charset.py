"""The character encoding: a byte order mark, else strict UTF-8, else chardet's judgement.

UTF-8 that is well-formed to the last byte is no guess: other encodings do not come out so by chance.
"""

from __future__ import annotations

import codecs
import os
from dataclasses import replace
from pathlib import Path

import chardet

from preserve.identify import judge
from preserve.identify.reading import Reading, ran
from preserve.model import Agent, Identification, Outcome

READ_AT_MOST = 64 * 1024 * 1024
SAMPLE = 128 * 1024
_NOTHING_FITS = "nothing-fits"
_UTF8 = "utf-8"

_MARKS = (  # the longer mark first: UTF-32 little-endian begins like UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))


class CharsetProbe:
    """The encoding of a text, by its name at IANA in lower case; none for what is not text."""

    name = "charset"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.agent = Agent("chardet", str(chardet.__version__))

    def probe(self, file: Path, known: Identification) -> Identification:  # noqa: ARG002  the desk has it open
        """*known* with the charset; the note of the run says how it was found."""
        reading = self._reading
        if not reading.size:
            return ran(known, self, Outcome.NOT_DONE, "the file is empty")
        if not judge.may_hold_text(known.mime, reading.hint):
            return ran(known, self, Outcome.NOT_DONE, "the file is not text")
        codec, how = self._marked() or self._unmarked(known.mime)
        if not codec:
            return ran(known, self, Outcome.NOT_DONE, how)
        if reading.size > READ_AT_MOST:
            how += f"; judged by the first {READ_AT_MOST >> 20} MiB"
        return ran(replace(known, charset=judge.charset_name(codec)), self, Outcome.SUCCESS, how)

    def _marked(self) -> tuple[str, str] | None:
        for mark, codec in _MARKS:
            if self._reading.head.startswith(mark) and self._decodes(codec):
                return codec, "byte order mark"
        return None

    def _unmarked(self, mime: str) -> tuple[str, str]:
        head = self._reading.head
        if b"\0" not in head:
            broken_at = self._first_fault()
            if broken_at is None:
                return self._well_formed(mime)
            if self._reading.hint == "binary" or mime == "application/octet-stream":
                return "", "the file is not text"
            return self._guessed(self._sample(broken_at))
        codec, how = self._guessed(head[:SAMPLE])
        if codec in _WIDE and self._decodes(codec):
            return codec, how
        return "", "the file is not text"

    def _well_formed(self, mime: str) -> tuple[str, str]:
        head = self._reading.head
        if not mime.startswith("text/") and not judge.reads_as_text(head.decode(_UTF8, "ignore")):
            return "", "the file is not text"
        if all(block.isascii() for block in self._reading.blocks(READ_AT_MOST)):
            return "ascii", "ASCII only"
        return _UTF8, "well-formed UTF-8"

    def _first_fault(self) -> int | None:
        """The offset of the first byte that is not UTF-8, or None."""
        decoder = codecs.getincrementaldecoder(_UTF8)("strict")
        offset = 0
        try:
            for block in self._reading.blocks(READ_AT_MOST):
                decoder.decode(block)
                offset += len(block)
            decoder.decode(b"", final=self._reading.size <= READ_AT_MOST)
        except UnicodeDecodeError as error:
            return offset + error.start
        return None

    def _decodes(self, codec: str) -> bool:
        """Whether all of it can be decoded and is text."""
        decoder = codecs.getincrementaldecoder(codec)("strict")
        try:
            for block in self._reading.blocks(READ_AT_MOST):
                if not judge.reads_as_text(decoder.decode(block)):
                    return False
            decoder.decode(b"", final=self._reading.size <= READ_AT_MOST)
        except UnicodeDecodeError:
            return False
        return True

    def _sample(self, fault: int) -> bytes:
        """The beginning, and the surroundings of the first byte that is not UTF-8."""
        head = self._reading.head[:SAMPLE]
        if fault < SAMPLE // 2:
            return head
        around = os.pread(self._reading.fd, SAMPLE // 2, fault - SAMPLE // 4)
        return head[: SAMPLE // 2] + around

    def _guessed(self, sample: bytes) -> tuple[str, str]:
        found = chardet.detect(
            sample,
            max_bytes=2 * SAMPLE,
            prefer_superset=True,
            compat_names=False,
            no_match_encoding=_NOTHING_FITS,
        )
        encoding = found["encoding"] or ""
        if not encoding or encoding == _NOTHING_FITS:
            return "", "no known encoding fits"
        codec = judge.widest_twin(encoding, sample)
        return codec, f"chardet, confidence {found['confidence']:.2f}"
