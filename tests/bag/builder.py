"""Bags for tests, made with plain file operations and hashlib alone, so that no code of ours vouches for itself.

A bag is built, then bent: write over any file, and call ``reseal`` if the tag manifests shall agree again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

FILES: Mapping[str, bytes] = {"data/letter.txt": b"Dear archive,\n", "data/sub/notes.txt": b"three notes\n"}


def build(
    root: Path,
    files: Mapping[str, bytes] = FILES,
    *,
    version: str = "1.0",
    encoding: str = "UTF-8",
    algorithms: Iterable[str] = ("sha256",),
    info: bytes | None = None,
    tag_files: Mapping[str, bytes] | None = None,
    tag_manifests: bool = True,
) -> Path:
    """A valid bag at *root*; *files* have paths below ``data/``.  *info* None writes a right Payload-Oxum."""
    (root / "data").mkdir(parents=True)
    for path, content in {**files, **(tag_files or {})}.items():
        put(root, path, content)
    put(root, "bagit.txt", f"BagIt-Version: {version}\nTag-File-Character-Encoding: {encoding}\n".encode())
    if info is None:
        info = f"Payload-Oxum: {sum(map(len, files.values()))}.{len(files)}\n".encode(codec(encoding))
    put(root, "package-info.txt" if version in ("0.93", "0.94", "0.95") else "bag-info.txt", info)
    for name in algorithms:
        modern = version == "1.0"
        lines = "".join(line(name, content, path, modern=modern) for path, content in sorted(files.items()))
        put(root, f"manifest-{name}.txt", lines.encode(codec(encoding), "surrogateescape"))
    if tag_manifests:
        reseal(root, algorithms, encoding=encoding)
    return root


def codec(encoding: str) -> str:
    """The encoding in which the builder writes; where Python knows none, ASCII characters are all there is."""
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        return "utf-8"
    return encoding


def put(root: Path, path: str, content: bytes) -> Path:
    """Write a file, making its folders."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def digest(algorithm: str, content: bytes) -> str:
    """The hex digest of *content* by the bag name of an algorithm."""
    return hashlib.new(re.sub(r"^sha3(\d{3})$", r"sha3_\1", algorithm), content).hexdigest()


def line(algorithm: str, content: bytes, path: str, *, modern: bool = True) -> str:
    """One line of a manifest, its path encoded as the version asks."""
    if modern:
        path = path.replace("%", "%25")
    path = path.replace("\r", "%0D").replace("\n", "%0A")
    return f"{digest(algorithm, content)}  {path}\n"


def reseal(root: Path, algorithms: Iterable[str] = ("sha256",), *, encoding: str = "UTF-8") -> None:
    """Write the tag manifests anew, over all tag files that are there."""
    tags = {path: (root / path).read_bytes() for path in tag_paths(root)}
    for name in algorithms:
        lines = "".join(line(name, content, path) for path, content in sorted(tags.items()))
        put(root, f"tagmanifest-{name}.txt", lines.encode(codec(encoding)))


def tag_paths(root: Path) -> list[str]:
    """The paths of all files outside data/ but for the tag manifests."""
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if not path.startswith(("data/", "tagmanifest-")) and os.path.isfile(os.path.join(folder, name)):
                found.append(path)
    return found
