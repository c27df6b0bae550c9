"""The languages of a text as BCP 47 tags with their shares, by CLD2, which abstains where it is unsure."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import langcodes
import pycld2

from preserve.identify import judge
from preserve.identify.reading import TEXT, Reading, ran
from preserve.model import Agent, Identification, LanguageShare, Outcome

# What CLD2 refuses, and what is no language: controls, lone surrogates, noncharacters.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufffd]+")
_LAST_TWO = [f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)]
_PLANE_ENDS = re.compile(f"[{''.join(_LAST_TWO)}]")
_TAG = re.compile("<[^<>]*>")
_NO_LANGUAGE = ("un", "xxx", "xx", "zzb", "zze", "zzh", "zzp")
_SLICES = 8


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
        languages, reliable = detect(text)
        note = "" if languages else "no language could be told"
        if languages and not reliable:
            note = "the detector is not sure"
        return ran(replace(known, languages=languages), self, Outcome.SUCCESS, note)

    def _text(self, known: Identification) -> tuple[str, str]:
        """The text to look at, or the reason why there is none."""
        reading = self._reading
        if judge.document_kind(known.mime, reading.suffix, reading.head):
            return self._text_of_document(known)
        if known.mime in ("text/rtf", "application/rtf", "application/postscript"):
            return "", "the text of this format is not extracted"
        if not known.charset:
            return "", "the file is not text, or its charset is not known"
        text = sliced(reading.head.decode(known.charset, "ignore"))
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


def sliced(text: str) -> str:
    """*text*, or where it is long as many characters as are enough, taken evenly from all of it."""
    if len(text) <= TEXT:
        return text
    step, size = len(text) // _SLICES, TEXT // _SLICES
    return "\n".join(text[start * step : start * step + size] for start in range(_SLICES))


def detect(text: str) -> tuple[tuple[LanguageShare, ...], bool]:
    """The languages of *text* with their shares, and whether the detector stands by them."""
    clean = _PLANE_ENDS.sub(" ", _UNSPEAKABLE.sub(" ", text))
    if not any(map(str.isalpha, clean)):
        return (), False
    try:
        reliable, _, details = pycld2.detect(clean)
    except pycld2.error:
        printable = "".join(char if char.isprintable() else " " for char in clean)
        reliable, _, details = pycld2.detect(printable)
    shares: dict[str, int] = {}
    for _, code, percent, _ in details:
        if percent > 0 and (tag := language_tag(code)):
            shares[tag] = shares.get(tag, 0) + percent
    return tuple(LanguageShare(tag, percent / 100, bool(reliable)) for tag, percent in shares.items()), bool(reliable)


def language_tag(code: str) -> str:
    """CLD2's *code* as a BCP 47 tag, or "" if it stands for no language."""
    if code in _NO_LANGUAGE or code.startswith("xx-"):
        return ""
    # "macro" would turn tl into fil; the detector knows nothing of that difference.
    tag = "tl" if code == "tl" else langcodes.standardize_tag(code)
    return tag if langcodes.tag_is_valid(tag) else ""
