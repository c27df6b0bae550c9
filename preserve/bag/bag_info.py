"""bag-info.txt: the bag's metadata (RFC 8493 §2.2.2).  Pure: bytes in, elements and findings out, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from preserve.bag import rules, text_files
from preserve.bag.findings import Findings
from preserve.errors import BagError
from preserve.model import Problem
from preserve.storage.names import shown

NAME = "bag-info.txt"
OLD_NAME = "package-info.txt"
"""What the file was called before version 0.96."""

OXUM = "Payload-Oxum"

_BLANKS = " \t"
_OXUM = re.compile(r"([0-9]{1,24})\.([0-9]{1,24})")
_BREAKS = re.compile(r"[\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_STRAY = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class BagInfo:
    """The elements in their order; labels may repeat.  A value of several lines keeps its line breaks as LF."""

    elements: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()

    def values(self, label: str) -> tuple[str, ...]:
        """All values of *label*, whatever its case."""
        return tuple(value for name, value in self.elements if name.lower() == label.lower())

    def by_label(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each label, spelled as where it came first."""
        found: dict[str, tuple[str, list[str]]] = {}
        for label, value in self.elements:
            found.setdefault(label.lower(), (label, []))[1].append(value)
        return {label: tuple(values) for label, values in found.values()}


@dataclass(frozen=True, slots=True)
class Oxum:
    """A Payload-Oxum: the payload's size in octets, and its number of files."""

    octets: int
    files: int

    def __str__(self) -> str:
        return f"{self.octets}.{self.files}"


def oxum(text: str) -> Oxum | None:
    """The Payload-Oxum that *text* is, or None if it is none."""
    found = _OXUM.fullmatch(text)
    return Oxum(int(found[1]), int(found[2])) if found else None


def parse(data: bytes, *, path: str = NAME, modern: bool = True, codec: str = "utf-8") -> BagInfo:
    """Read the metadata file *path*; *modern* is BagIt 1.0, which wants exactly one blank after the colon."""
    text, problems = text_files.decode(data, codec, path)
    findings = Findings(path, [*problems, *text_files.judge_end(text, path)])
    elements: list[tuple[str, list[str]]] = []
    place = shown(path)
    for number, line in enumerate(text_files.lines(text), 1):
        where = f"Line {number} of {place}"
        if not line.strip(_BLANKS):
            findings.say(rules.INFO_BLANK_LINE, f"{where} is empty.")
        elif line[0] not in _BLANKS:
            _take(line, where, modern, elements, findings)
        elif elements:
            elements[-1][1].append(line.strip(_BLANKS))
        else:
            findings.say(rules.INFO_MALFORMED, f"{where} continues an element, but none stands before it.")
    joined = tuple((label, "\n".join(parts)) for label, parts in elements)
    return BagInfo(joined, (*findings.all(), *_judge_oxum(joined, path)))


def _take(line: str, where: str, modern: bool, elements: list[tuple[str, list[str]]], findings: Findings) -> None:
    label, colon, value = line.partition(":")
    if not colon or not label.strip(_BLANKS):
        findings.say(rules.INFO_MALFORMED, f"{where} is not a label, a colon and a value.")
        return
    if modern and not (label == label.rstrip(_BLANKS) and value[:1] in (" ", "\t") and value[1:2] not in (" ", "\t")):
        findings.say(rules.INFO_WHITESPACE, f"{where} must have no blank before its colon, and exactly one after it.")
    elements.append((label.strip(_BLANKS), [value.strip(_BLANKS)]))


def _judge_oxum(elements: tuple[tuple[str, str], ...], path: str) -> list[Problem]:
    values = [value for label, value in elements if label.lower() == OXUM.lower()]
    problems = [
        rules.OXUM_MALFORMED.at(path, f"Payload-Oxum is “{shown(value[:80])}”, which is not octets, full stop, files.")
        for value in dict.fromkeys(values)
        if oxum(value) is None
    ]
    if len(values) > 1:
        problems.append(rules.OXUM_REPEATED.at(path, f"Payload-Oxum stands {len(values)} times in {shown(path)}."))
    return problems


def one_line(value: str) -> str:
    r"""*value* as it is written: readers disagree on how folded lines are joined, so line breaks become one blank.

    Bytes of names that are not UTF-8 are written as ``\xNN``.
    """
    text = " ".join(filter(None, map(str.strip, _BREAKS.split(value))))
    return _STRAY.sub(lambda found: f"\\x{ord(found.group()) & 0xFF:02x}", text)


def format_info(elements: Iterable[tuple[str, str]]) -> bytes:
    """bag-info.txt in UTF-8, in the order given.  ``BagError`` for a label that §2.2.2 does not allow."""
    return "".join(f"{_label(label)}: {one_line(value)}\n" for label, value in elements).encode("utf-8")


def _label(label: str) -> str:
    if not label or ":" in label or label != one_line(label):
        raise BagError(
            f"“{shown(label)}” cannot be a label in bag-info.txt.", hint="A label is one line of text without a colon."
        )
    return label
