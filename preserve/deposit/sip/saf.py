"""DSpace's Simple Archive Format: what stands in the folder of an item besides the documents and their description.

An archive is a folder of items.  The folder of an item holds ``dublin_core.xml``, further schemas as
``metadata_<schema>.xml``, the files themselves, ``contents`` with a line for each of them, and perhaps ``collections``
and ``handle`` (DSpace Documentation, "Importing and Exporting Items via Simple Archive Format").  What the
documentation leaves open is as DSpace's own importer reads it: a line of ``contents`` ends at any line end, its parts
at a tab, and one that begins with ``-r `` is no file at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from preserve.errors import DescriptionError
from preserve.storage import names

DUBLIN_CORE = "dublin_core.xml"
DCTERMS = "metadata_dcterms.xml"
CONTENTS = "contents"
COLLECTIONS = "collections"
HANDLE = "handle"

ORIGINAL = "ORIGINAL"
"""The bundle whose files DSpace shows to readers."""
PRESERVATION = "PRESERVATION"
"""A bundle that DSpace does nothing with: what the package says of itself."""
ADMINISTRATORS = "Administrator"
"""The group of administrators, which every DSpace has."""

RENAMED = "renamed"
METADATA = "metadata"
_OWN = frozenset([DUBLIN_CORE, CONTENTS, COLLECTIONS, HANDLE, "relationships", METADATA, RENAMED])
"""What documents cannot be called in the folder of an item, nor a folder of them."""
_FIRST_PAGES = ("index.html", "index.htm")
_UNFIT = re.compile("[\x00-\x1f\x7f%\ud800-\udfff]")
_NO_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]|^[\x00-\x20]*(-r |$)")
_HANDLE_FORM = re.compile(r"[0-9A-Za-z.]+/[!-~]+")


@dataclass(frozen=True, slots=True)
class Bitstream:
    """One file of an item: its *name*, which is also its place in the folder, and the *bundle* that it belongs to.

    *description* is shown beside it.  The *primary* one of a bundle is opened first.  *readers* is the only group of
    DSpace that may read it, "" for those that the collection says.
    """

    name: str
    bundle: str = ORIGINAL
    description: str = ""
    primary: bool = False
    readers: str = ""


def name_of(path: str) -> str:
    """What the document at *path* (below ``data/``) is called in the folder of its item: as in the package, mostly.

    What no line of ``contents`` can hold, and what bears the name of a file of the format itself, lies in a folder
    ``renamed`` with every unfit octet, and ``%``, as ``%XX``.  No two documents ever get the same name.
    """
    first = path.partition("/")[0].casefold()
    if first not in _OWN and not first.startswith("metadata_") and not _NO_NAME.search(path):
        return path
    return f"{RENAMED}/{_UNFIT.sub(_escaped, path)}"


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in names.raw(found.group()))


def opened_first(paths: Sequence[str]) -> str:
    """Which of *paths* (below ``data/``) a reader opens first: the only one, or the first page of a web site; or ""."""
    return paths[0] if len(paths) == 1 else next((path for path in paths if path.casefold() in _FIRST_PAGES), "")


def document(path: str, *, primary: bool = False, readers: str = "") -> Bitstream:
    """The document at *path* (below ``data/``) as a bitstream."""
    name = name_of(path)
    called = "" if name == path else f"In the package: {names.shown(path)}"
    return Bitstream(name, ORIGINAL, called, primary, readers)


def metadata(path: str) -> Bitstream:
    """A file of the package below its ``metadata/``, for administrators only."""
    return Bitstream(_UNFIT.sub(_escaped, path), PRESERVATION, readers=ADMINISTRATORS)


def contents(bitstreams: Iterable[Bitstream]) -> Iterator[bytes]:
    """The file ``contents``, a line for each of *bitstreams*."""
    for one in bitstreams:
        marks = [one.name, f"bundle:{one.bundle}"]
        if one.readers:
            marks.append(f"permissions:-r '{one.readers}'")
        if one.description:
            marks.append(f"description:{one.description}")
        if one.primary:
            marks.append("primary:true")
        yield ("\t".join(marks) + "\n").encode()


def collections(given: Iterable[str]) -> bytes:
    """The file ``collections``: the first owns the item, the others show it too.

    ``DescriptionError`` if one is neither a handle nor a UUID.
    """
    found = list(given)
    for each in found:
        if not (_HANDLE_FORM.fullmatch(each) or _is_uuid(each)):
            raise DescriptionError(
                f"{names.shown(each)} is no collection of DSpace.",
                hint="Name it by its handle, such as 123456789/42, or by its UUID.",
            )
    return "".join(f"{each}\n" for each in found).encode()


def handle(given: str) -> bytes:
    """The file ``handle``: the item is imported under this one.  ``DescriptionError`` if it is none."""
    if not _HANDLE_FORM.fullmatch(given):
        raise DescriptionError(
            f"{names.shown(given)} is no handle.", hint="A handle is a prefix, a slash and a name: 123456789/42"
        )
    return f"{given}\n".encode()


def readers(group: str) -> str:
    """*group*, if a line of ``contents`` can name it.  ``DescriptionError`` if not."""
    if "'" in group or _NO_NAME.search(group):
        raise DescriptionError(
            f"The group {names.shown(group)!r} cannot be named in DSpace's Simple Archive Format.",
            hint="Name a group without apostrophes, tabs and line ends.",
        )
    return group


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
