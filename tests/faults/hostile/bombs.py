"""Archives that are small and claim, or become, more than any disk holds."""

import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

from tests.bag.archives import add

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")


def overlapping_zip(members: int, kernel: int) -> bytes:
    """A zip of *members* files that all hold the same *kernel* zeros, each header being content of the one before."""
    squeezed = _deflated(b"\0" * kernel)
    compressed, size = len(squeezed), kernel
    headers: list[tuple[bytes, int, int, bytes]] = []  # from the last one to the first
    for number in reversed(range(members)):
        name = b"bag/data/%05d" % number
        if headers:
            compressed, size = 5 + len(headers[-1][3]) + compressed, len(headers[-1][3]) + size
        header = _LOCAL.pack(b"PK\3\4", 20, 0, 8, 0, 0, 1, compressed, size, len(name), 0) + name
        headers.append((name, compressed, size, header))
    body, directory = b"", b""
    for name, compressed, size, header in reversed(headers):
        body += struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) if body else b""
        start = len(body)
        body += header
        fields = (20, 20, 0, 8, 0, 0, 1, compressed, size, len(name), 0, 0, 0, 0, 0, start)
        directory += _CENTRAL.pack(b"PK\1\2", *fields) + name
    body += squeezed
    return body + directory + _END.pack(b"PK\5\6", 0, 0, members, members, len(directory), len(body), 0)


def _deflated(data: bytes) -> bytes:
    maker = zlib.compressobj(9, zlib.DEFLATED, -15)
    return maker.compress(data) + maker.flush()


def bomb_tar_xz(files: Mapping[str, bytes], zeros: int) -> bytes:
    """A compressed tar with a file of so many zeros."""

    class Zeros(io.RawIOBase):
        def read(self, count: int = -1) -> bytes:
            return b"\0" * count

    buffer = io.BytesIO()
    with lzma.open(buffer, "wb", preset=0) as stream, tarfile.open(fileobj=stream, mode="w|") as archive:
        for name, content in files.items():
            add(archive, name, content)
        bomb = tarfile.TarInfo("bag/data/bomb")
        bomb.size = zeros
        archive.addfile(bomb, Zeros())
    return buffer.getvalue()


def lying_zip64(files: Mapping[str, bytes]) -> bytes:
    """A zip whose directory is said to be at the end of the world."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    data = buffer.getvalue()
    end = data.rindex(b"PK\5\6")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**40, 2**40, 2**50, 2**60)
    wide += struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    masked = _END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + wide + masked
