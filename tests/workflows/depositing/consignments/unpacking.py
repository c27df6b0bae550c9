"""What a receiver has of a consignment: its files, in a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from preserve import api
from preserve.ports.depositing import Consignment
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.consignments import consign, label_of


def home_with(home: Path, files: Mapping[str, bytes], *said: str) -> Path:
    """*home*, the home of an archive with one package of *files* of which *said* is said."""
    for name, data in files.items():
        place = home / "incoming/papers" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (home / "packages").mkdir()
    (done,) = api.ingest(home=home, values=[f"dcterms:{each}" for each in said])
    assert done.id
    return home


def ready(store: Archive, form: str, tags: Sequence[tuple[str, str]] = ()) -> Consignment:
    """The only package of *store*, as it is to be sent in *form*."""
    (package,) = store.catalog.packages()
    label, state, key = label_of(store, package)
    return consign(store, package, form, label=label, state=state, key=key, tags=tuple(tags))


def unpacked(sent: Consignment, at: Path) -> Path:
    """*at*, where every piece lies; each has the size that it said, and may be read from anywhere."""
    octets = 0
    for piece in sent.pieces():
        place = at / piece.path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = b"".join(piece.blocks())
        octets += len(data)
        assert len(data) == piece.size
        assert b"".join(piece.blocks(piece.size // 2)) == data[piece.size // 2 :]
        with place.open("xb") as stream:
            stream.write(data)
    assert sent.octets == octets
    return at
