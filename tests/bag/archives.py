"""Archives for tests, made with the standard library's writers, so that no code of ours vouches for itself."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from preserve.bag.serialized.opening import open_serialized
from preserve.bag.source import EntryKind
from preserve.model import Problem, Severity
from tests.bag.builder import line

PAYLOAD: Mapping[str, bytes] = {"data/letter.txt": b"Dear archive,\n", "data/sub/notes.txt": b"three notes\n" * 900}


def bag_files(payload: Mapping[str, bytes] = PAYLOAD, algorithms: Iterable[str] = ("sha256",)) -> dict[str, bytes]:
    """The files of a valid bag by their paths in it: tag files and manifests first."""
    files = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n".encode(),
    }
    names = list(algorithms)
    for name in names:
        files[f"manifest-{name}.txt"] = "".join(line(name, data, path) for path, data in payload.items()).encode()
    tags = dict(files)
    for name in names:
        files[f"tagmanifest-{name}.txt"] = "".join(line(name, data, path) for path, data in tags.items()).encode()
    return {**files, **payload}


def in_base(files: Mapping[str, bytes], base: str = "bag") -> dict[str, bytes]:
    """The same files below a base folder."""
    return {f"{base}/{path}": content for path, content in files.items()}


Extra = Callable[[tarfile.TarFile], object]


def tar_bytes(
    files: Mapping[str, bytes],
    *,
    format: int = tarfile.PAX_FORMAT,  # noqa: A002  tarfile's word
    extra: Extra | None = None,
) -> bytes:
    """A tar of *files*; *extra* may add more members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, content in files.items():
            add(archive, name, content)
        if extra:
            extra(archive)
    return buffer.getvalue()


def add(archive: tarfile.TarFile, name: str, content: bytes = b"", **fields: object) -> None:
    """Add one member; *fields* are those of ``TarInfo``."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    archive.addfile(info, io.BytesIO(content))


def zip_bytes(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of *files*."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def contents(path: Path, algorithms: tuple[str, ...] = ("sha256",)) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """What ``open_serialized`` gives for *path*: the first digest of every file, and everything that is wrong."""
    bag = open_serialized(path)
    try:
        paths = [entry.path for entry in bag.entries() if entry.kind is EntryKind.FILE]
        measured = list(bag.measure(paths, algorithms))
        digests = {found.path: found.digests[0].value for found in measured if not found.failure}
        return digests, (*bag.problems, *(found.failure for found in measured if found.failure))
    finally:
        bag.close()


def codes(problems: Iterable[Problem], severity: Severity | None = Severity.ERROR) -> set[str]:
    """The codes of the findings of one severity, or of all."""
    return {problem.code for problem in problems if severity in (None, problem.severity)}
