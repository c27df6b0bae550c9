"""The character encoding: a byte order mark, else strict UTF-8, else chardet's judgement.

UTF-8 that is well-formed to the last byte is no guess: other encodings do not come out so by chance.
"""

from __future__ import annotations

import codecs
import os
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from preserve.identify import judge
from preserve.identify.reading import Reading, ran
from preserve.identify.versions import installed
from preserve.model import Agent, Identification, Outcome

READ_AT_MOST = 64 * 1024 * 1024
SAMPLE = 128 * 1024
_NOTHING_FITS = "ascii"  # what was ASCII never comes so far
_UTF8 = "utf-8"

_MARKS = (  # the longer mark first: UTF-32 little-endian begins like UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))


class Verdict(NamedTuple):
    """A codec or "", how it was found, and whether all of the file fits it."""

    codec: str
    how: str
    clean: bool = True


NOT_TEXT = Verdict("", "the file is not text")


class CharsetProbe:
    """The encoding of a text, by its name at IANA in lower case; none for what is not text."""

    name = "charset"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        if not find_spec("chardet"):
            raise ImportError("No module named 'chardet'")
        self._is_loaded = False
        self.agent = Agent("chardet", installed("chardet"))

    def probe(self, file: Path, known: Identification) -> Identification:  # noqa: ARG002  the desk has it open
        """*known* with the charset; the note of the run says how it was found."""
        reading = self._reading
        if not reading.size:
            return ran(known, self, Outcome.NOT_DONE, "the file is empty")
        if not judge.may_hold_text(known.mime, reading.hint):
            return ran(known, self, Outcome.NOT_DONE, "the file is not text")
        verdict = self._marked() or self._unmarked(known.mime)
        if not verdict.codec:
            return ran(known, self, Outcome.NOT_DONE, verdict.how)
        how = verdict.how
        if reading.size > READ_AT_MOST:
            how += f"; judged by the first {READ_AT_MOST >> 20} MiB"
        outcome = Outcome.SUCCESS if verdict.clean else Outcome.WARNING
        return ran(known, self, outcome, how, charset=judge.charset_name(verdict.codec))

    def _marked(self) -> Verdict | None:
        for mark, codec in _MARKS:
            if self._reading.head.startswith(mark) and self._fault(codec, text_only=True) is None:
                return Verdict(codec, "byte order mark")
        return None

    def _unmarked(self, mime: str) -> Verdict:
        head = self._reading.head
        if b"\0" in head:
            verdict = self._guessed(head[:SAMPLE])
            is_wide = verdict.codec in _WIDE and self._fault(verdict.codec, text_only=True) is None
            return verdict if is_wide else NOT_TEXT
        broken_at = self._fault(_UTF8)
        if broken_at is None:
            return self._well_formed(mime)
        if self._reading.hint == "binary" or mime == "application/octet-stream":
            return NOT_TEXT
        sample = head if self._reading.whole else self._sample(broken_at)
        if judge.is_damaged_utf8(sample, cut=self._reading.whole):
            return Verdict(_UTF8, f"UTF-8, but not well-formed at byte {broken_at:,}", clean=False)
        return self._fitting(self._guessed(self._sample(broken_at)))

    def _well_formed(self, mime: str) -> Verdict:
        head = self._reading.head
        if not mime.startswith("text/") and not judge.reads_as_text(head.decode(_UTF8, "ignore")):
            return NOT_TEXT
        if all(block.isascii() for block in self._reading.blocks(READ_AT_MOST)):
            return Verdict("ascii", "ASCII only")
        return Verdict(_UTF8, "well-formed UTF-8")

    def _fitting(self, guess: Verdict) -> Verdict:
        """*guess*, if the file can be decoded by it, but for a few bytes at most."""
        fault = self._fault(guess.codec) if guess.codec else None
        if fault is None:
            return guess
        if judge.mostly_fits(self._reading.head, guess.codec):
            return Verdict(guess.codec, f"{guess.how}; does not fit at byte {fault:,}", clean=False)
        return Verdict("", f"{guess.codec} was guessed, but does not fit at byte {fault:,}")

    def _fault(self, codec: str, *, text_only: bool = False) -> int | None:
        """About where the file ceases to be *codec*, or with *text_only* to be text; None if nowhere."""
        decoder = codecs.getincrementaldecoder(codec)("strict")
        offset = 0
        try:
            for block in self._reading.blocks(READ_AT_MOST):
                text = decoder.decode(block)
                if text_only and not judge.reads_as_text(text):
                    return offset
                offset += len(block)
            decoder.decode(b"", final=self._reading.size <= READ_AT_MOST)
        except UnicodeDecodeError as error:
            return max(0, min(offset + error.start, self._reading.size - 1))
        return None

    def _sample(self, fault: int) -> bytes:
        """The beginning, and the surroundings of the first byte that is not UTF-8."""
        head = self._reading.head[:SAMPLE]
        if fault < SAMPLE // 2:
            return head
        around = os.pread(self._reading.fd, SAMPLE // 2, fault - SAMPLE // 4)
        return head[: SAMPLE // 2] + around

    def _guessed(self, sample: bytes) -> Verdict:
        with nullcontext() if self._is_loaded else self._reading.loading():
            import chardet  # noqa: PLC0415  180 ms with the models that it loads for the first text, and seldom needed

            found = chardet.detect(
                sample,
                max_bytes=2 * SAMPLE,
                prefer_superset=True,
                compat_names=False,
                no_match_encoding=_NOTHING_FITS,
            )
        self._is_loaded = True
        encoding = found["encoding"] or ""
        if not judge.charset_name(encoding) or encoding == _NOTHING_FITS:
            return Verdict("", "no known encoding fits")
        return Verdict(judge.usual_twin(encoding, sample), f"chardet, confidence {found['confidence']:.2f}")
