"""Judges single values by what their term is about: dates, languages, types, formats, addresses, rights.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from preserve.describe.proposals.plausible import ungarbled
from preserve.describe.record import rules, value_rules
from preserve.describe.record.embargo import AVAILABLE, NEVER, last_day
from preserve.describe.record.exact_dates import Kind
from preserve.describe.record.languages import nearest_name, tag_of_name
from preserve.describe.record.rights import RIGHTS_TERMS, read_rights
from preserve.describe.record.rights import Kind as RightsKind
from preserve.describe.record.rules import Finding
from preserve.describe.record.terms import ELEMENT_OF
from preserve.describe.record.typed_dates import read_date
from preserve.describe.record.values import better_uri, is_language_tag, is_media_type, is_uri
from preserve.model import Statement
from preserve.storage.names import shown

_SHOWN = 80
_LONGEST_TYPE = 200
"""Characters beyond which a format is a text and no media type that was mistyped."""
_WITH_ADDRESSES = frozenset(["identifier", "source", "relation", "rights"])
_SEVERAL = re.compile(r"\s*(?:[;,/|+&]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_KINDS = {
    "StillImage": "photo photograph photographs picture drawing painting map postcard scan bild foto carte image",
    "MovingImage": "video film movie",
    "Sound": "audio recording music interview podcast ton",
    "Text": "document letter letters book article manuscript report thesis diary newspaper correspondence brief",
    "Dataset": "data database spreadsheet table",
    "Software": "program code application",
    "PhysicalObject": "object artefact artifact",
    "InteractiveResource": "website webpage",
}
_TYPE_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_MEDIA_TYPES = {
    "pdf": "application/pdf", "txt": "text/plain", "text": "text/plain", "html": "text/html", "htm": "text/html",
    "xml": "application/xml", "csv": "text/csv", "md": "text/markdown", "markdown": "text/markdown",
    "rtf": "application/rtf", "epub": "application/epub+zip", "json": "application/json", "jpg": "image/jpeg",
    "jpeg": "image/jpeg", "png": "image/png", "tif": "image/tiff", "tiff": "image/tiff", "gif": "image/gif",
    "mp3": "audio/mpeg", "wav": "audio/wav", "mp4": "video/mp4", "zip": "application/zip",
    "doc": "application/msword", "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


def quoted(value: str) -> str:
    """*value* as it may stand in a sentence, cut if it is long."""
    return f"'{shown(value if len(value) <= _SHOWN else value[:_SHOWN] + '…')}'"


def judge_value(statement: Statement) -> Iterator[Finding]:
    """What is wrong with a value that is not blank, or could be said better, given what its term is about."""
    if not statement.value.isascii():
        yield from _letters(statement)
    element = ELEMENT_OF[statement.term]
    if statement.scheme:
        return
    if element == "date":
        yield from judge_date(statement)
    special: dict[str, Callable[[Statement], Iterator[Finding]]] = {
        "dcterms:language": _language,
        "dcterms:type": _type,
        "dcterms:format": _format,
    }
    if judge := special.get(statement.term):
        yield from judge(statement)
    elif element in _WITH_ADDRESSES and statement.term != "dcterms:bibliographicCitation":
        yield from _address(statement)


def judge_date(statement: Statement) -> Iterator[Finding]:
    """A date that is several, none, or words.  An embargo must be one."""
    found = read_date(statement.value)
    said = f"{statement.term} is {quoted(statement.value)}"
    if found.kind is Kind.AMBIGUOUS:
        yield value_rules.DATE_AMBIGUOUS, f"{said}, which can be read as {listed(found.values) or 'several dates'}."
    elif found.kind is Kind.DAY_NUMBER:
        first, second = found.values
        text = f"{said}, which a spreadsheet made of a date: {first}, or {second} in tables of older Macs."
        yield value_rules.DATE_DAY_NUMBER, text
    elif found.kind is Kind.IMPOSSIBLE:
        yield value_rules.DATE_IMPOSSIBLE, f"{said}, which is no date of the calendar, nor one of EDTF."
    elif found.kind is Kind.SEASON_OR_YEARS:
        legal, years = found.values
        text = f"{said}, which EDTF reads as a part of the year {legal[:4]}; for the years write {years}."
        yield value_rules.DATE_SEASON_OR_YEARS, text
    elif found.kind is Kind.WORDS and statement.term == AVAILABLE:
        yield value_rules.EMBARGO_ILLEGAL, f"{said}, which is no date{_better(found.values)}."
    elif found.kind is Kind.WORDS:
        yield value_rules.DATE_AS_TEXT, f"{said}, which is neither W3CDTF nor EDTF{_better(found.values)}."
    elif found.kind is Kind.CERTAIN:
        yield value_rules.DATE_AS_TEXT, f"{said}, which is written as {found.values[0]}."


def judge_embargo(statement: Statement) -> Iterator[Finding]:
    """What a legal date says too vaguely for an embargo."""
    last = last_day(statement.value)
    if read_date(statement.value).kind is not Kind.LEGAL:
        return
    if last == NEVER:
        yield value_rules.EMBARGO_OPEN, f"{statement.term} is {quoted(statement.value)}, which has no last day."
    elif last.isoformat() != statement.value.partition("T")[0]:
        text = f"{statement.term} is {quoted(statement.value)}; it is held back until {last.isoformat()}."
        yield value_rules.EMBARGO_VAGUE, text


def listed(values: tuple[str, ...]) -> str:
    """``a, b or c``."""
    return " or ".join(filter(None, (", ".join(values[:-1]), values[-1]))) if values else ""


def language_hint(value: str) -> str:
    """What to write instead of a language that is no tag, as the end of a sentence, or ""."""
    parts = [part if is_language_tag(part) else tag_of_name(part) for part in _SEVERAL.split(value[:200])]
    if len(parts) > 1 and all(parts):
        return f"; write {' and '.join(parts)}, each as a value of its own"
    close = nearest_name(value)
    return f"; if {close} is meant, write {tag_of_name(close)}" if close else ""


def _letters(statement: Statement) -> Iterator[Finding]:
    if before := ungarbled(statement.value):
        text = f"{statement.term} is {quoted(statement.value)}, which was probably {quoted(before)}."
        yield value_rules.VALUE_GARBLED, text
    elif "\ufffd" in statement.value:
        text = f"{statement.term} is {quoted(statement.value)}; a letter was lost where \ufffd stands."
        yield value_rules.VALUE_GARBLED, text


def _better(values: tuple[str, ...]) -> str:
    return f"; write {values[0]} if that is meant" if values else ""


def _language(statement: Statement) -> Iterator[Finding]:
    if not is_language_tag(statement.value):
        text = f"The language {quoted(statement.value)} is not a language tag{language_hint(statement.value)}."
        yield rules.LANGUAGE_NOT_A_TAG, text


def _type(statement: Statement) -> Iterator[Finding]:
    likely = _TYPE_OF.get(statement.value.strip().casefold(), "")
    hint = f"; write {likely} if that is meant" if likely else ""
    text = f"The type {quoted(statement.value)} is not one of the DCMI types{hint}."
    yield value_rules.TYPE_NOT_DCMI, text


def _format(statement: Statement) -> Iterator[Finding]:
    if len(statement.value) > _LONGEST_TYPE or is_media_type(statement.value):
        return
    likely = _MEDIA_TYPES.get(statement.value.strip().lstrip(".").lower(), "")
    if not likely and is_media_type(turned := "/".join(re.split(r"\s*[/\\]\s*", statement.value.strip()))):
        likely = turned
    if likely:
        text = f"{statement.term} is {quoted(statement.value)}; as a media type that is {likely}."
        yield value_rules.FORMAT_NOT_MEDIA_TYPE, text


def _address(statement: Statement) -> Iterator[Finding]:
    if statement.term in RIGHTS_TERMS:
        yield from judge_rights(statement)
    if not is_uri(statement.value) and (better := better_uri(statement.value)):
        text = f"{statement.term} is {quoted(statement.value)}, which is not a full address"
        yield value_rules.ADDRESS_DOUBTFUL, f"{text}; write {better}." if is_uri(better) else f"{text}: {better}."


def judge_rights(statement: Statement) -> Iterator[Finding]:
    """Addresses that the two publishers of licences do not have, and names of those that have an address."""
    found = read_rights(statement.value)
    said = f"{statement.term} is {quoted(statement.value)}"
    if found.kind is RightsKind.UNKNOWN:
        hint = f"; perhaps {found.uri} is meant" if found.uri else ""
        yield value_rules.RIGHTS_URI_UNKNOWN, f"{said}, which is not on the list of its publisher{hint}."
    elif found.kind is RightsKind.NAME:
        yield value_rules.RIGHTS_AS_TEXT, f"{said}; its address is {found.uri}."
    elif found.kind is RightsKind.SPELLING:
        yield value_rules.RIGHTS_URI_UNKNOWN, f"{said}; its publisher writes {found.uri}."
