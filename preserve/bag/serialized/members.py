"""The members of an archive: which of them are the bag, and which must not be touched (RFC 8493 §4, §5.1).  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Generic, NamedTuple, TypeVar
from unicodedata import normalize

from preserve.bag import listed_paths
from preserve.bag.serialized import rules
from preserve.bag.serialized.container import Broken
from preserve.bag.source import Entry, EntryKind
from preserve.model import Problem, Rule
from preserve.storage.names import is_utf8, shown

MAX_MEMBERS = 10_000_000
LONGEST_NAME = 4096
"""Characters; Linux opens no path of more octets."""

_DECLARATION = "bagit.txt"
_SHOWN_FOLDERS = 5

SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/tar": (".tar",),
    "application/gzip": (".tar.gz", ".tgz"),
    "application/x-bzip2": (".tar.bz2", ".tbz2", ".tbz", ".tb2"),
    "application/x-xz": (".tar.xz", ".txz"),
    "application/zip": (".zip",),
}
"""The media type of each kind of archive, and how its files are called."""

Where = TypeVar("Where")
"""What a reader needs to find a member's content again."""


class Kind(Enum):
    """What a member is."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    SPECIAL = auto()
    SPARSE = auto()


_REFUSED = {
    Kind.LINK: (rules.MEMBER_LINK, "is a link, not a file"),
    Kind.SPECIAL: (rules.MEMBER_SPECIAL, "is neither a file nor a folder"),
    Kind.SPARSE: (rules.MEMBER_SPARSE, "is stored as a sparse file, which programs read in different ways"),
}


class Found(NamedTuple, Generic[Where]):
    """A file of the archive: its size in octets as stored, and where its content is.

    A million of them may go to other processes, which a tuple does in a third of the time.
    """

    size: int
    where: Where


def inner(name: str) -> str:
    """*name* without its first folder: the path in the bag, if all is as it should be."""
    return name.partition("/")[2]


def trouble(name: str) -> str:
    """Why the member *name* must not be touched, as the end of a sentence, or "" if it is plain and stays inside."""
    if not name:
        return "it has no name"
    if len(name) <= LONGEST_NAME and listed_paths.is_ordinary(name) and listed_paths.is_ordinary(inner(name) or name):
        return ""
    if len(name) > LONGEST_NAME:
        return f"its name has more than {LONGEST_NAME:,} characters, which no system opens"
    if "\\" in name.partition("/")[0]:
        return "its first folder has a backslash, which Windows takes for folders"
    for path in (name, inner(name)):
        if reason := listed_paths.danger(path) or listed_paths.danger_on_windows(path):
            return reason
    return "" if listed_paths.is_plain(name) else "it has empty or “.” parts, so that it has two names"


class Members(Generic[Where]):
    """Collects members as the reader meets them, then says which of them are the bag."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.base = ""
        self._files: dict[str, Found[Where]] = {}
        self._folders: dict[str, None] = {}
        self._count = 0

    def accepts(self, written: str, kind: Kind) -> str:
        """The plain name of a file that may be read, or "" if there is nothing to read.

        Folders are noted and whatever is refused becomes a finding.  ``Broken`` if there are too many members.
        """
        self._count += 1
        if self._count > MAX_MEMBERS:
            raise Broken(rules.TOO_MANY, f"The archive has more than {MAX_MEMBERS:,} members.")
        name = written
        while name.startswith("./"):
            name = name[2:]
        if kind is Kind.FOLDER:
            name = name.rstrip("/") if name.strip("/") else name
            if name in ("", ".") and written.startswith("."):
                return ""  # the folder that the archive was made in
        if reason := trouble(name):
            self.refuse(rules.MEMBER_UNSAFE, written, f"was refused; {reason}")
        elif kind in _REFUSED:
            self.refuse(_REFUSED[kind][0], written, _REFUSED[kind][1])
        elif kind is Kind.FOLDER:
            self._folders[name] = None
        elif name in self._files:
            self.refuse(rules.MEMBER_TWICE, written, "is in the archive more than once")
        else:
            if not is_utf8(name):
                self.refuse(rules.MEMBER_ENCODING, written, "has a name that is not UTF-8")
            return name
        return ""

    def refuse(self, rule: Rule, name: str, what: str) -> None:
        """Note a finding about the member *name*; *what* goes on from there as a sentence."""
        self.problems.append(rule.at(name, f"{shown(name) or 'A member'} {what}."))

    def blame(self, rule: Rule, message: str) -> None:
        """Note a finding about the archive as a whole."""
        self.problems.append(rule.at("", message))

    def add(self, name: str, found: Found[Where]) -> None:
        """Keep a file that ``accepts`` let in."""
        self._files[name] = found

    def settle(self) -> None:
        """Find the base folder, and the files that are at the same time folders, once all members are known."""
        for name in sorted(self._files_with_members_below()):
            self.refuse(rules.MEMBER_TWICE, name, "is a file and a folder at the same time")
            del self._files[name]
        loose = [name for name in self._files if "/" not in name]
        tops = dict.fromkeys(name for name in (*self._files, *self._folders) if "/" not in name)
        tops |= dict.fromkeys(name.partition("/")[0] for name in (*self._files, *self._folders) if "/" in name)
        if _DECLARATION in loose:
            self.blame(rules.NO_BASE_FOLDER, "The files of the bag stand in the archive without a base folder.")
            return
        bags = [top for top in tops if f"{top}/{_DECLARATION}" in self._files]
        self.base = next(iter(bags or [top for top in tops if top not in loose]), "")
        if not self.base:
            self.blame(rules.NO_BASE_FOLDER, "The archive holds no folder that could be a bag.")
        elif len(tops) > 1:
            beside = [shown(top) for top in tops if top != self.base]
            more = f" and {len(beside) - _SHOWN_FOLDERS} more" if len(beside) > _SHOWN_FOLDERS else ""
            text = f"Beside {shown(self.base)} the archive holds {', '.join(beside[:_SHOWN_FOLDERS])}{more}."
            self.blame(rules.SEVERAL_FOLDERS, text)

    def _files_with_members_below(self) -> set[str]:
        """Only the folders next to a member are kept: all above them would fill the memory, if paths are deep."""
        found = self._files.keys() & self._folders.keys()
        near: set[str] = set()
        for name in (*self._files, *self._folders):
            parent = nearest = name.rpartition("/")[0]
            while parent and parent not in near:
                if parent in self._files:
                    found.add(parent)
                parent = parent.rpartition("/")[0]
            near.add(nearest)
        return found

    def entries(self) -> Iterator[Entry]:
        """What is in the base folder, by its path there."""
        cut = len(self.base) + 1 if self.base else 0
        for name, found in self._files.items():
            if self._inside(name):
                yield Entry(name[cut:], EntryKind.FILE, found.size)
        for name in self._folders:
            if self._inside(name):
                yield Entry(name[cut:], EntryKind.FOLDER)

    def _inside(self, name: str) -> bool:
        return not self.base or name.startswith(f"{self.base}/")

    def full(self, path: str) -> str:
        """The archive's name of the *path* in the bag."""
        return f"{self.base}/{path}" if self.base else path

    def find(self, path: str) -> Found[Where] | None:
        """The file at *path* in the bag."""
        return self._files.get(self.full(path))


def judge_file_name(file_name: str, base: str, serialization: str) -> list[Problem]:
    """Whether the archive file is called as its base folder, with the suffix of its kind (RFC 8493 §4)."""
    suffixes = SUFFIXES[serialization]
    suffix = next((suffix for suffix in suffixes if file_name.lower().endswith(suffix)), "")
    if not suffix:
        text = f"{shown(file_name)} should end in {suffixes[0]}, for what it is ({serialization})."
        return [rules.SUFFIX.at("", text)]
    stem = file_name[: -len(suffix)]
    if not base or normalize("NFC", stem) == normalize("NFC", base):
        return []
    text = f"The archive is called {shown(file_name)} and its base folder {shown(base)}."
    return [rules.NAME_DIFFERS.at("", text)]


def stem_of(file_name: str) -> str:
    """*file_name* without the suffix of an archive."""
    every = sorted((s for suffixes in SUFFIXES.values() for s in suffixes), key=len, reverse=True)
    suffix = next((suffix for suffix in every if file_name.lower().endswith(suffix)), "")
    return file_name[: len(file_name) - len(suffix)] or file_name
