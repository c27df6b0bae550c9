"""What is certain and what people said → one Record.

Nothing is guessed here: what programs derived without being certain is a proposal (see ``propose``).  The nearest
word wins, term by term: ``--set``, then a file beside the document (``<name>.dc.xml``, ``<name>.metadata.toml``), then
``metadata.csv``, then the ``metadata.toml`` of a folder, the innermost first, then the configuration.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from preserve.config import Config
from preserve.describe.record import rules
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import ORDER
from preserve.describe.record.values import is_language_tag, is_media_type, title_from_name
from preserve.describe.record.write_xml import TITLE_STANDS_IN
from preserve.model import Identification, Problem, Record, Statement, StoredFile
from preserve.model.dublin_core import PROPERTIES

ORIGIN = "preserve"
"""The origin of what is written without a person's word, because it is certain."""

SET, CONFIG = "set", "config"
"""The origins of what stood on the command line and in preserve.toml; all else comes from the file of that name."""

LANGUAGE_SHARE = 0.2
"""A language is written where the detector is sure of it and at least this share of all text is in it."""

_IDENTIFIER = "dcterms:identifier"
_NO_LANGUAGE = frozenset(["und", "zxx", "mul", "mis"])
_EMPTY_TYPES = frozenset(["inode/x-empty", "application/x-empty"])
_TEXT_TYPES = re.compile(
    r"text/.*|message/rfc822|application/(?:pdf|msword|rtf|epub\+zip|xhtml\+xml|x-tex|x-latex|postscript|vnd\.ms-word.*"
    r"|vnd\.openxmlformats-officedocument\.wordprocessingml\..*|vnd\.oasis\.opendocument\.text.*|mbox|x-mobipocket-ebook"
    r"|vnd\.wordperfect|x-abiword)"
)
_DATA_TYPES = re.compile(
    r"application/(?:vnd\.ms-excel.*|vnd\.openxmlformats-officedocument\.spreadsheetml\..*"
    r"|vnd\.oasis\.opendocument\.spreadsheet.*|vnd\.sqlite3|x-sqlite3|x-dbf|vnd\.apache\.parquet)"
)
_KIND_OF_MAJOR = {"image": "StillImage", "audio": "Sound", "video": "MovingImage"}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a description is made of.  *transfer_name* is the name of the file or folder that arrived.

    *supplied* holds what people said (``read_dc``, ``read_toml``, ``statements_for``, ``set_statements``), of the files
    for folders that of the innermost first; *defaults* holds what the configuration says of every package.
    """

    package_id: str
    transfer_name: str
    stored: Sequence[StoredFile]
    identifications: Sequence[Identification] = ()
    supplied: tuple[Statement, ...] = ()
    defaults: tuple[Statement, ...] = ()


def compose(facts: Facts) -> tuple[Record, tuple[Problem, ...]]:
    """The description of a package, and what a person should know about it.

    A person's word on a term replaces ours, except that our identifier always stands first beside theirs.  What the
    configuration says of all packages counts where nothing is known of this one.  The
    record always has a title and an identifier; ``title_stands_in`` tells whether the title is only a file name.
    """
    problems: list[Problem] = []
    supplied = _nearest(facts.supplied)
    said = {statement.term for statement in supplied if not statement.about}
    has_type = "dcterms:type" in said or any(default.term == "dcterms:type" for default in facts.defaults)
    ours = [s for s in _certain(facts, has_type, problems) if s.term == _IDENTIFIER or s.term not in said]
    known = said.union(statement.term for statement in ours)
    supplied += [default for default in facts.defaults if default.term not in known]
    stands_in = "dcterms:title" not in said
    if stands_in:
        ours.append(_ours("dcterms:title", title_from_name(facts.transfer_name)))
        ours.append(_ours("dcterms:provenance", TITLE_STANDS_IN, lang="en"))
    settled = [_settled(statement, problems) for statement in supplied]
    statements = sorted(
        dict.fromkeys([*ours, *_without_echo(settled, ours)]),
        key=lambda s: (s.about, ORDER.get(s.term, len(ORDER))),
    )
    return Record(tuple(statements), stands_in), tuple(problems)


def default_statements(config: Config) -> tuple[Statement, ...]:
    """What ``[describe]`` of the configuration says about every new package, as it stands there."""
    said = [(term, value) for term in PROPERTIES for value in config.texts(f"describe.{term}")]
    said += [("isPartOf", value) for value in config.texts("describe.collection")]
    return tuple(Statement(f"dcterms:{term}", value.strip(), origin=CONFIG) for term, value in said)


FOLDER_FILE = "metadata.toml"
"""What is said of all that lies in the folder with this file."""

_OF_FOLDERS = 1


def rank(origin: str) -> int:
    """How near the origin of a person's statement is to the thing described; the highest rank wins."""
    name = origin.lower().rpartition("/")[2]
    if origin == SET:
        return 4
    if name == FOLDER_FILE:
        return _OF_FOLDERS
    return 3 if name.endswith((".xml", ".toml")) else 2


def _nearest(supplied: Iterable[Statement]) -> list[Statement]:
    """For each thing described and each term, the statements of the nearest source only; blank ones do not count.

    Of several files for folders, the first that says anything of a term is the nearest.
    """
    ranked = [(rank(s.origin), s) for s in supplied if s.value.strip()]
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for place, statement in ranked:
        former = best.setdefault((statement.about, statement.term), (place, statement.origin))
        if place > former[0]:
            best[statement.about, statement.term] = (place, statement.origin)
    chosen = []
    for place, statement in ranked:
        highest, origin = best[statement.about, statement.term]
        if place == highest and (place != _OF_FOLDERS or statement.origin == origin):
            chosen.append(statement)
    return chosen


def _settled(statement: Statement, problems: list[Problem]) -> Statement:
    """The statement as it can be written.  Readers of files have reported all but what XML will hide."""
    settled, findings = settle(statement)
    is_told = bool(_file_of(statement))
    where = {CONFIG: "preserve.toml, [describe]: ", SET: "--set: "}.get(statement.origin, "")
    problems.extend(
        rule.at(_file_of(statement), where + text)
        for rule, text in findings
        if rule is rules.CHARACTER_ILLEGAL or not is_told
    )
    return settled


def _file_of(statement: Statement) -> str:
    """The file that a statement came from, or "" where it came from no file."""
    return "" if statement.origin in (SET, CONFIG, ORIGIN) else statement.origin


def _without_echo(supplied: Sequence[Statement], ours: Sequence[Statement]) -> list[Statement]:
    """Leaves out a supplied value that says word for word what is written anyway."""
    known = {(s.term, s.value, s.about) for s in ours}
    return [s for s in supplied if (s.term, s.value, s.about) not in known]


def _certain(facts: Facts, has_type: bool, problems: list[Problem]) -> list[Statement]:
    octets = sum(file.size for file in facts.stored)
    found = _tally(facts)
    certain = [
        _ours(_IDENTIFIER, f"urn:uuid:{facts.package_id}", scheme="URI"),
        _ours("dcterms:extent", extent(len(facts.stored), octets)),
    ]
    certain += [_ours("dcterms:format", mime, scheme="IMT") for mime in sorted(filter(is_media_type, found.mimes))]
    kind = dcmi_type(sorted(found.mimes))
    if kind:
        certain.append(_ours("dcterms:type", kind, scheme="DCMIType"))
    elif not has_type:
        what = "no file has any content" if not octets else "no probe knows what its files are"
        problems.append(rules.TYPE_UNCERTAIN.at("", f"The type of the package is not certain, because {what}."))
    certain += [_ours("dcterms:language", tag, scheme="RFC4646") for tag in found.languages()]
    return certain


@dataclass(slots=True)
class _Tally:
    """What the files with any content are, taken together.  *mimes* has "" where a type is not known."""

    mimes: set[str] = field(default_factory=set)
    text: int = 0
    weights: Counter[str] = field(default_factory=Counter)

    def add(self, size: int, found: Identification) -> None:
        mime = _bare(found.mime)
        self.mimes.add(mime)
        if not found.languages and _kind(mime) != "Text":
            return
        self.text += size
        for language in found.languages:
            if language.reliable and language.tag not in _NO_LANGUAGE and is_language_tag(language.tag):
                self.weights[language.tag] += round(size * language.share * 1000)

    def languages(self) -> list[str]:
        """The tags of the languages that fill a substantial share of all text, most text first."""
        enough = LANGUAGE_SHARE * self.text * 1000
        tags = (tag for tag in self.weights if self.weights[tag] >= enough)
        return sorted(tags, key=lambda tag: (-self.weights[tag], tag))


def _tally(facts: Facts) -> _Tally:
    sizes = {file.path: file.size for file in facts.stored if file.size > 0}
    tally = _Tally()
    known = 0
    for found in facts.identifications:
        size = sizes.get(found.path)
        if size is not None and found.mime not in _EMPTY_TYPES:
            tally.add(size, found)
            known += 1
    if known < len(sizes):
        tally.mimes.add("")
    return tally


def extent(files: int, octets: int) -> str:
    """``3 files, 12,345 bytes``, in ASCII digits."""
    return f"{files:,} {'file' if files == 1 else 'files'}, {octets:,} {'byte' if octets == 1 else 'bytes'}"


def dcmi_type(mimes: Sequence[str]) -> str:
    """The DCMI type of a package with non-empty files of these media types ("" where unknown), or "" if uncertain."""
    kinds = {_kind(mime) for mime in mimes}
    if kinds <= {""}:
        return ""
    return kinds.pop() if len(kinds) == 1 else "Collection"


def _kind(mime: str) -> str:
    if _TEXT_TYPES.fullmatch(mime):
        return "Text"
    return "Dataset" if _DATA_TYPES.fullmatch(mime) else _KIND_OF_MAJOR.get(mime.partition("/")[0], "")


def _bare(mime: str) -> str:
    return mime.partition(";")[0].strip().lower()


def _ours(term: str, value: str, *, lang: str = "", scheme: str = "") -> Statement:
    return Statement(term, value, lang, scheme, ORIGIN)
