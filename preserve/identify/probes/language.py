"""The languages of a text as BCP 47 tags with their shares, by CLD2, which abstains where it is unsure."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from preserve.identify import judge
from preserve.identify.probes import cld2
from preserve.identify.probes.passages import passages
from preserve.identify.reading import Reading, ran
from preserve.model import Identification, LanguageShare, Outcome

ENOUGH = 4 * 1024
"""Characters by which languages and their shares are judged."""
_SLICES = 16

_TAG = re.compile("<[^<>]*>")


class LanguageProbe:
    """Languages of plain text, and of the visible text of documents."""

    name = "language"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.agent = cld2.agent()

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
        found = passages(text)
        spoken = {passage.tag for passage in found}
        # The whole text is judged even where it is code, or Dutch that looks like Afrikaans; passages are not.
        languages = tuple(replace(language, reliable=language.tag in spoken) for language in languages)
        return ran(known, self, Outcome.SUCCESS, "; ".join(notes), languages=languages, passages=found)

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
    reliable, _, details = cld2.detected(text)
    shares: dict[str, int] = {}
    for _, code, percent, _ in details:
        if percent > 0 and (tag := cld2.language_tag(code)):
            shares[tag] = shares.get(tag, 0) + percent
    return tuple(LanguageShare(tag, percent / 100, bool(reliable)) for tag, percent in shares.items()), bool(reliable)
