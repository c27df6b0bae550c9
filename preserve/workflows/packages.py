"""Reading a package of ours from the store: the packages are the truth, so all that the catalogue knows stands here."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from preserve import __version__
from preserve.bag import bag_info, declaration, manifests
from preserve.bag.profiles.identifiers import OWN_IDENTIFIER
from preserve.bag.sealing import seal as sealing
from preserve.describe.record.read_xml import read_record
from preserve.errors import BagError, NotABag
from preserve.model import Package, PinnedDigest, Record, StoredFile
from preserve.storage import durable, names, sizes
from preserve.storage.times import from_rfc3339, rfc3339
from preserve.workflows.places import transfer_label

DC = "metadata/descriptive/dc.xml"
OAI_DC = "metadata/descriptive/oai_dc.xml"
PROPOSALS = "metadata/descriptive/proposals.json"
PREMIS = "metadata/preservation/premis.xml"

_SEALED = "Sealing-Time"
_TEXT = "Text-Fingerprint"
_URN = "urn:uuid:"
_OUR_ID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def info_for(
    package_id: str,
    transfer: str,
    stored: Sequence[StoredFile],
    sealed: datetime,
    record: Record,
    group: str,
    org: str,
    text: str = "",
) -> tuple[tuple[str, str], ...]:
    """bag-info.txt of a new package (RFC 8493 §2.2.2), with the time of sealing to the second.

    *text* is the line of a ``TextPrint``, where one text makes up the package.
    """
    octets = sum(file.size for file in stored)
    title = next(iter(record.values("dcterms:title")), "")
    pairs = (
        ("Source-Organization", org),
        ("External-Identifier", f"{_URN}{package_id}"),
        ("Internal-Sender-Identifier", transfer_label(transfer)),
        ("External-Description", title),
        ("Bagging-Date", sealed.date().isoformat()),
        (_SEALED, rfc3339(sealed)),
        ("Payload-Oxum", f"{octets}.{len(stored)}"),
        ("Bag-Size", sizes.octets(octets)),
        ("Bag-Group-Identifier", group),
        ("BagIt-Profile-Identifier", OWN_IDENTIFIER),
        ("Bag-Software-Agent", f"preserve {__version__}"),
        (_TEXT, text),
    )
    return tuple((label, value) for label, value in pairs if value)


def read_package(place: Path, *, name: str = "") -> Package:
    """The package at *place*, which is or will be called *name*, by default as the folder is.

    ``NotABag`` if it is not one that preserve sealed, ``BagError`` if it cannot be read, ``DescriptionError`` if its
    dc.xml is not ours.
    """
    try:
        info = bag_info.parse(read_file(place / "bag-info.txt"))
        version = declaration.parse(read_file(place / "bagit.txt")).version
        record = read_record(read_file(place / DC))
        pinned = pins_at(place)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotABag(
            f"{names.shown(place.name)} is not a package that preserve sealed: "
            f"it has no file {names.shown(Path(str(error.filename)).name)}."
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BagError(
            f"The package {names.shown(place.name)} cannot be read: {reason}.",
            hint="Check the disk and the permissions; what cannot be read is not gone.",
        ) from error
    oxum = bag_info.oxum(_only(info, "Payload-Oxum", place))
    identifier = _only(info, "External-Identifier", place)
    if not _OUR_ID.fullmatch(identifier) or oxum is None:
        raise NotABag(f"{names.shown(place.name)} is not a package that preserve sealed: its bag-info.txt is not ours.")
    return Package(
        id=identifier.removeprefix(_URN),
        name=name or place.name,
        transfer=_only(info, "Internal-Sender-Identifier", place),
        title=next(iter(record.values("dcterms:title")), ""),
        title_stands_in=record.title_stands_in,
        sealed=_time(_only(info, _SEALED, place), place),
        bag_version=version,
        files=oxum.files,
        bytes=oxum.octets,
        pinned=pinned,
        group=next(iter(info.values("Bag-Group-Identifier")), ""),
        text=next(iter(info.values(_TEXT)), ""),
    )


def read_file(path: Path) -> bytes:
    """The bytes of a file of a package.  ``OSError``; also for a pipe, for which nobody waits, and for a link."""
    with durable.opened(path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise FileNotFoundError(errno.ENOENT, "Not a regular file", str(path))
        return stream.read()


def _only(info: bag_info.BagInfo, label: str, place: Path) -> str:
    values = info.values(label)
    if len(values) != 1:
        raise NotABag(
            f"{names.shown(place.name)} is not a package that preserve sealed: its bag-info.txt has no single {label}."
        )
    return values[0]


def _time(text: str, place: Path) -> datetime:
    try:
        return from_rfc3339(text)
    except ValueError as error:
        raise NotABag(f"{names.shown(place.name)} is not a package that preserve sealed: {error}.") from error


def pins_at(place: Path) -> tuple[PinnedDigest, ...]:
    """The digests of the manifests of the bag at *place*, as they are now.  ``OSError``."""
    found = sorted(name for name in os.listdir(place) if manifests.kind_of(name) is not None)
    return tuple(sealing.pin(name, read_file(place / name)) for name in found)
