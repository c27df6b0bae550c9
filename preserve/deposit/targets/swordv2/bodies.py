"""What is sent: the file, a part of it, or file and description in one body; and the headers that say what it is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

from preserve.deposit.targets.swordv2.entry import file_name
from preserve.ports.depositing import Piece
from preserve.storage import digests

_TYPES = {"zip": "application/zip", "tar": "application/x-tar"}
_CONTENTS = "application/octet-stream"


def about(piece: Piece, packaging: str, *, more: str = "") -> dict[str, str]:
    """The headers of the whole file (profile §6.3.1); *more* goes into its ``Content-Disposition``."""
    return {
        "Content-Type": _TYPES.get(piece.path.rpartition(".")[2], _CONTENTS),
        "Content-Disposition": f"attachment; {more}filename={file_name(piece.path)}",
        "Content-MD5": piece.digest("md5"),  # in hex, as every server of this protocol reads it
        "Packaging": packaging,
    }


def about_part(piece: Piece, number: int, start: int, length: int, packaging: str) -> dict[str, str]:
    """The headers of the part with this *number*, as DANS documents them."""
    return {
        "Content-Type": _CONTENTS,
        "Content-Disposition": f"attachment; filename={file_name(piece.path)}.{number}",
        "Content-MD5": _md5(some(piece, start, length)),
        "Packaging": packaging,
    }


def some(piece: Piece, start: int, length: int) -> Iterator[bytes]:
    """So many octets of *piece* from *start*."""
    for block in piece.blocks(start):
        if length <= 0:
            return
        yield block[:length]
        length -= len(block)


def together(entry: bytes, piece: Piece, packaging: str) -> tuple[str, Callable[[], Iterator[bytes]], int]:
    """Description and file in one body (profile §6.3.2): its type, what makes it, and its length."""
    mark = f"preserve-{secrets.token_hex(16)}"
    of_entry = {
        "Content-Type": "application/atom+xml",
        "Content-Disposition": "attachment; name=atom; filename=entry.xml",  # DSpace keeps quotes as part of a name
    }
    head = _opened(mark, of_entry) + entry + b"\r\n"
    head += _opened(mark, about(piece, packaging, more="name=payload; "))
    tail = f"\r\n--{mark}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        yield from piece.blocks()
        yield tail

    kind = f'multipart/related; boundary="{mark}"; type="application/atom+xml"'
    return kind, body, len(head) + piece.size + len(tail)


def _opened(mark: str, headers: dict[str, str]) -> bytes:
    lines = [f"--{mark}", *(f"{name}: {value}" for name, value in headers.items()), "MIME-Version: 1.0", "", ""]
    return "\r\n".join(lines).encode()


def _md5(blocks: Iterator[bytes]) -> str:
    hasher = digests.Hasher(["md5"])
    for block in blocks:
        hasher.update(block)
    return hasher.digests()[0].value
