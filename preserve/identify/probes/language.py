"""The languages of a text as BCP 47 tags with their shares, by CLD2, which abstains where it is unsure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pycld2

from preserve.identify import judge
from preserve.identify.reading import Reading, ran
from preserve.model import Agent, Identification, LanguageShare, Outcome

ENOUGH = 4 * 1024
"""Characters by which languages and their shares are judged."""
_SLICES = 16

_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufffd]+")
_TAG = re.compile("<[^<>]*>")
_RENAMED = {"iw": "he", "jw": "jv"}
"""Codes of CLD2 that the registry of BCP 47 has replaced; all others are tags as they are."""


class LanguageProbe:
    """Languages of plain text, and of the visible text of documents."""

    name = "language"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        version = str(getattr(pycld2, "__version__", ""))
        self.agent = Agent("CLD2", f"{pycld2.VERSION} (pycld2 {version})")

    def probe(self, file: Path, known: Identification) -> Identification:  # noqa: ARG002  the desk has it open
        """*known* with the languages, the largest share first; none where the detector cannot tell."""
        if not self._reading.size:
            return ran(known, self, Outcome.NOT_DONE, "the file is empty")
        text, reason = self._text(known)
        if reason:
            return ran(known, self, Outcome.NOT_DONE, reason)
        languages, reliable = detect(sample(text))
        notes = ["no language could be told"] if not languages else [] if reliable else ["the detector is not sure"]
        if len(text) > ENOUGH:
            notes.append(f"judged by {ENOUGH:,} characters, taken evenly from the text that was read")
        return ran(known, self, Outcome.SUCCESS, "; ".join(notes), languages=languages)

    def _text(self, known: Identification) -> tuple[str, str]:
        """The text to look at, or the reason why there is none."""
        reading = self._reading
        if judge.document_kind(known.mime, reading.suffix, reading.head):
            return self._text_of_document(known)
        if known.mime in ("text/rtf", "application/rtf", "application/postscript"):
            return "", "the text of this format is not extracted"
        if not known.charset:
            return "", "the file is not text, or its charset is not known"
        text = reading.head.decode(known.charset, "ignore")
        markup = known.mime.endswith(("/xml", "+xml")) or known.mime == "text/sgml"
        return (_TAG.sub(" ", text) if markup else text), ""

    def _text_of_document(self, known: Identification) -> tuple[str, str]:
        reading = self._reading
        if reading.document is None and not reading.document_failed and "metadata" not in reading.skipped:
            with reading.loading():
                from preserve.identify.documents.readers import read  # noqa: PLC0415  heavy, and seldom needed
            read(reading, known)
        if reading.document is None:
            return "", "the document could not be read"
        if reading.document.text is None:
            return "", f"the text is not extracted from this format ({reading.document.kind})"
        return reading.document.text, ""


def sample(text: str) -> str:
    """*text*, or where it is long as much of it as is enough to tell, taken evenly from all of it."""
    if len(text) <= ENOUGH:
        return text
    size, step = ENOUGH // _SLICES, (len(text) - ENOUGH // _SLICES) // (_SLICES - 1)
    return "\n".join(text[at : at + size] for at in range(0, _SLICES * step, step))


def detect(text: str) -> tuple[tuple[LanguageShare, ...], bool]:
    """The languages of *text* with their shares, and whether the detector stands by them."""
    if not any(map(str.isalpha, text)):
        return (), False
    reliable, _, details = _detected(text)
    shares: dict[str, int] = {}
    for _, code, percent, _ in details:
        if percent > 0 and (tag := language_tag(code)):
            shares[tag] = shares.get(tag, 0) + percent
    return tuple(LanguageShare(tag, percent / 100, bool(reliable)) for tag, percent in shares.items()), bool(reliable)


def _detected(text: str) -> Any:
    """CLD2's answer.  It refuses control characters and a few others, which are no language: so they are let go."""
    try:
        return pycld2.detect(text)
    except (pycld2.error, UnicodeEncodeError):
        pass
    try:
        return pycld2.detect(_UNSPEAKABLE.sub(" ", text))
    except pycld2.error:
        return pycld2.detect("".join(char if char.isprintable() else " " for char in text))


def language_tag(code: str) -> str:
    """CLD2's *code* as a BCP 47 tag, or "" if it stands for no language (``un``, ``xxx``, ``xx-Latn``, ``zzp``)."""
    return "" if code == "un" or code.startswith(("xx", "zz")) else _RENAMED.get(code, code)
