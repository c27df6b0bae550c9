"""A bag that is derived from a package for a profile: its pieces, and what the description has to say to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from preserve.bag import listed_paths, manifests
from preserve.bag.deriving.planning import Original, Plan, plan
from preserve.bag.deriving.tags import Given
from preserve.bag.deriving.virtual import Virtual, judged
from preserve.bag.profiles.named import find_profile
from preserve.describe.record.read_xml import read_record
from preserve.errors import UsageError
from preserve.ports.depositing import Piece
from preserve.storage import digests
from preserve.workflows.depositing.consignments.forms import FORMS, Wanted
from preserve.workflows.depositing.consignments.pieces import Made, StoredPieces
from preserve.workflows.depositing.consignments.wrapping import Guarded
from preserve.workflows.packages import DC

_SERIALIZATIONS = {"": "", "tar": "application/tar", "zip": "application/zip"}
_SAME = {"title": "dcterms:title", "description": "dcterms:abstract", "publisher": "dcterms:publisher"}
"""Tags of profiles that mean the same as a term of the description."""


def pieces(wanted: Wanted) -> Sequence[Piece]:
    """The pieces of a bag of the package that keeps ``wanted.profile``.

    Errors as ``plan``.  It is judged before the first octet of any piece is given, though nothing of it is on disk; a
    digest that no manifest of the package has is computed then: its documents are read for it.
    """
    if not wanted.profile:
        raise UsageError("Tags are for a bag that is made for a profile.", hint="Name it with --profile.")
    files = wanted.files
    profile = find_profile(wanted.profile)
    payload = tuple(path for path in files.sizes if path.startswith(listed_paths.PAYLOAD))
    others = tuple(path for path in files.sizes if not path.startswith(listed_paths.PAYLOAD))
    octets = sum(files.sizes[path] for path in payload)
    original = Original(files.version, payload, octets, others, files.algorithms, files.info.elements)
    given = Given(files.info.elements, wanted.tags, _known(wanted))
    serialization = _SERIALIZATIONS[FORMS[wanted.form].wrap]
    made = plan(profile, original, given, serialization)
    found = _Derived(wanted, made, payload).pieces()
    return Guarded(found, lambda: judged(profile, Virtual(wanted.label, found, serialization)))


def _known(wanted: Wanted) -> Mapping[str, Sequence[str]]:
    """What people said of the package, by tags; a title that only stands in for one is none."""
    record = read_record(b"".join(wanted.files.blocks(DC)))
    terms = {tag: record.values(term) for tag, term in _SAME.items()}
    return terms | ({"title": ()} if record.title_stands_in else {})


@dataclass(frozen=True, slots=True)
class _Derived:
    """The bag of *made*, of which *payload* is the payload."""

    wanted: Wanted
    made: Plan
    payload: Sequence[str]

    def pieces(self) -> Sequence[Piece]:
        """The declaration and the manifests first."""
        files, made = self.wanted.files, self.made
        listed = [self._listing(name) for name in made.algorithms]
        written = [Made.of(path, data) for path, data in made.written.items()]
        kept = StoredPieces(files, made.kept)
        tagged: list[Piece] = [*written, *listed, *kept]
        tag_lists = [self._tag_listing(name, tagged) for name in made.tag_algorithms]
        first = [piece for piece in written if piece.path == "bagit.txt"]
        rest = [piece for piece in written if piece.path != "bagit.txt"]
        return (*first, *listed, *tag_lists, *rest, *kept, *StoredPieces(files, self.payload))

    def _listing(self, algorithm: str) -> Piece:
        """The payload manifest of *algorithm*."""
        path, files = manifests.file_name(algorithm), self.wanted.files

        def lines() -> Iterable[tuple[str, str]]:
            files.learn(self.payload, algorithm)
            return ((files.digest(each, algorithm), each) for each in self.payload)

        return _manifest(path, algorithm, self.payload, lines)

    def _tag_listing(self, algorithm: str, tagged: Sequence[Piece]) -> Piece:
        path = manifests.file_name(algorithm, tag=True)
        paths = [piece.path for piece in tagged]
        return _manifest(path, algorithm, paths, lambda: ((each.digest(algorithm), each.path) for each in tagged))


def _manifest(path: str, algorithm: str, paths: Iterable[str], lines: Callable[[], Iterable[tuple[str, str]]]) -> Piece:
    """A manifest whose size is known before any of its digests is."""
    length = digests.hex_length(algorithm) + len("  \n")
    size = sum(length + len(listed_paths.encode(each).encode()) for each in paths)
    return Made(path, size, lambda: manifests.format_manifest(lines()))
