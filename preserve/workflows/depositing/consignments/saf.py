"""An archive of one item in DSpace's Simple Archive Format.

``<label>/`` is the archive that ``dspace import`` is given, and the folder of the item in it is called as the archive:
so DSpace's mapfile says of each package which handle it got.  In a zip that is one folder more than DSpace needs, and
what it reads rightly however deep the documents lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from preserve.bag.listed_paths import PAYLOAD
from preserve.deposit.sip import saf
from preserve.describe.crosswalks.dspace import dspace_item
from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.record.read_xml import read_record
from preserve.ports.depositing import Piece
from preserve.workflows.depositing.consignments.forms import Wanted
from preserve.workflows.depositing.consignments.pieces import Made
from preserve.workflows.depositing.consignments.tagged import tags_of
from preserve.workflows.depositing.consignments.written import Placed, Written
from preserve.workflows.packages import DC

COLLECTION, HANDLE, READERS = "DSpace-Collection", "DSpace-Handle", "DSpace-Readers"
TAGS = {COLLECTION: True, HANDLE: False, READERS: False}
"""What can be said with ``--tag``, and whether more than once: the collections, of which the first owns the item; the
handle that it is to have; the only group that may read its documents."""

_METADATA = f"{saf.METADATA}/"


def pieces(wanted: Wanted) -> Sequence[Piece]:
    """The item: its description, ``contents`` and the like, the package's own metadata, the documents."""
    said = tags_of(wanted, TAGS)
    readers = saf.readers(said[READERS][0]) if said[READERS] else ""
    documents = [path for path in wanted.files.sizes if path.startswith(PAYLOAD)]
    sources = [path for path in wanted.files.sizes if path.startswith(_METADATA)] + documents
    first = saf.opened_first([path.removeprefix(PAYLOAD) for path in documents])
    folder = wanted.label

    def bitstream(path: str) -> saf.Bitstream:
        if path.startswith(_METADATA):
            return saf.metadata(path)
        name = path.removeprefix(PAYLOAD)
        return saf.document(name, primary=name == first, readers=readers)

    made: list[Piece] = [Made.of(f"{folder}/{name}", data) for name, data in _small_files(wanted, said)]
    made.append(Written(f"{folder}/{saf.CONTENTS}", lambda: saf.contents(bitstream(path) for path in sources)))
    return Placed(made, wanted.files, sources, lambda path: f"{folder}/{bitstream(path).name}")


def _small_files(wanted: Wanted, said: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, bytes]]:
    record = read_record(b"".join(wanted.files.blocks(DC)))
    core, terms = dspace_item(Subject(wanted.package, record), Notes("DSpace"))
    yield saf.DUBLIN_CORE, core
    if terms:
        yield saf.DCTERMS, terms
    if said[COLLECTION]:
        yield saf.COLLECTIONS, saf.collections(said[COLLECTION])
    if said[HANDLE]:
        yield saf.HANDLE, saf.handle(said[HANDLE][0])
