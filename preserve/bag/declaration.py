"""bagit.txt, the bag declaration (RFC 8493 §2.1.1).  Pure: bytes in, declaration and findings out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from preserve.bag import rules, text_files
from preserve.model import Problem
from preserve.storage.names import shown

NAME = "bagit.txt"
VERSIONS = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")

_LABELS = ("BagIt-Version", "Tag-File-Character-Encoding")
_LINE = re.compile(r"[ \t]*([A-Za-z-]+)[ \t]*:(.*)", re.DOTALL)
_NUMBER = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What bagit.txt says.  *version* and *encoding* are as written; "" where it does not say."""

    version: str = ""
    encoding: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def modern(self) -> bool:
        """Whether the rules of BagIt 1.0 apply; they do too where no version can be made out."""
        found = _NUMBER.fullmatch(self.version)
        return not found or int(found[1]) >= 1

    @property
    def old_info(self) -> bool:
        """Whether the metadata file is still called package-info.txt, as before 0.96."""
        return self.version in ("0.93", "0.94", "0.95")

    @property
    def codec(self) -> str:
        """The Python codec for the other tag files; UTF-8 where the declared encoding cannot be used."""
        return text_files.codec(self.encoding) or "utf-8"


@lru_cache(maxsize=16)
def parse(data: bytes) -> Declaration:
    """Read bagit.txt, strictly; what can still be understood is understood all the same."""
    text, problems = text_files.decode(data, "utf-8", NAME)
    problems += text_files.judge_end(text, NAME)
    lines = list(text_files.lines(text))
    blank = len(lines) > 2 and not lines[-1].strip(" \t")
    while len(lines) > 2 and not lines[-1].strip(" \t"):
        lines.pop()
    spelling = ["bagit.txt has an empty line at its end."] if blank else []
    found: dict[str, str] = {}
    order: list[str] = []
    for number, line in enumerate(lines, 1):
        label, value = _element(line, number, problems, spelling)
        order.append(label)
        found.setdefault(label, value)
    if order != list(_LABELS):
        problems.append(rules.DECLARATION_MALFORMED.at(NAME, _what_lines(order)))
    version, encoding = (found.get(label) for label in _LABELS)
    problems += _judge_values(version, encoding)
    declared = Declaration(version or "", encoding or "")
    rule = rules.DECLARATION_SPELLING if declared.modern else rules.DECLARATION_SPELLING_OLD
    return replace(declared, problems=(*problems, *(rule.at(NAME, text) for text in spelling)))


def format_declaration(version: str = "1.0", encoding: str = "UTF-8") -> bytes:
    """The two lines of a bag declaration."""
    return f"{_LABELS[0]}: {version}\n{_LABELS[1]}: {encoding}\n".encode()


def _element(line: str, number: int, problems: list[Problem], spelling: list[str]) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if not match:
        return "", ""
    label, value = match[1], match[2].strip(" \t")
    proper = next((name for name in _LABELS if name.lower() == label.lower()), "")
    if proper and line.lower() != f"{proper}: {value}".lower():
        spelling.append(f"Line {number} of bagit.txt has a space too many or too few.")
    elif proper and proper != label:
        problems.append(rules.DECLARATION_CASE.at(NAME, f"Line {number} of bagit.txt should begin with “{proper}”."))
    return proper, value


def _what_lines(order: list[str]) -> str:
    if sorted(order) == sorted(_LABELS):
        return "The two lines of bagit.txt stand in the wrong order."
    missing = [label for label in _LABELS if label not in order]
    if missing:
        return f"bagit.txt has no proper line “{missing[0]}: …”."
    return f"bagit.txt must have exactly two lines; it has {len(order)}."


def _judge_values(version: str | None, encoding: str | None) -> list[Problem]:
    """What is wrong with the values; None where the line itself is missing, which is a finding of its own."""
    problems = []
    if version is not None and version not in VERSIONS:
        problems.append(
            rules.VERSION_UNKNOWN.at(
                NAME, f"bagit.txt declares BagIt version “{shown(version[:80])}”, which does not exist."
            )
        )
    known = text_files.codec(encoding or "")
    if encoding is not None and not known:
        problems.append(
            rules.ENCODING_UNKNOWN.at(
                NAME, f"bagit.txt declares the encoding “{shown(encoding[:80])}”, which is not known."
            )
        )
    elif known and known not in ("utf-8", "ascii"):
        problems.append(rules.ENCODING_NOT_UTF8.at(NAME, f"The tag files are encoded in {encoding}, not in UTF-8."))
    return problems
