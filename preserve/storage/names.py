"""Names from outside: what they may be called in a bag, in a store and on a screen.

All functions are pure.  See ``preserve.model`` for how names that are not UTF-8 are carried.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata

NAME_BYTES = 255
"""The longest file name, in bytes, of the common file systems."""

_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_WINDOWS_FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f]')
_SLUG_BYTES = 96


def raw(name: str) -> bytes:
    """The bytes of *name* as they are on disk."""
    return name.encode("utf-8", "surrogateescape")


def is_utf8(name: str) -> bool:
    """Whether *name* is text, so that a manifest (UTF-8, RFC 8493 §2.1.3) can hold it."""
    return name.isprintable() or not any("\ud800" <= char <= "\udfff" for char in name)


def b64(name: str) -> str:
    """The bytes of *name* in base64, for ``path_b64`` in JSON."""
    return base64.b64encode(raw(name)).decode("ascii")


def shown(name: str) -> str:
    """*name* as it may go to a terminal or into a message: control characters and stray bytes are escaped."""
    if name.isprintable():  # nearly always, and then nothing in it is harmful
        return name
    return "".join(char if _is_harmless(char) else _escaped(char) for char in name)


def _is_harmless(char: str) -> bool:
    return char in "\u200c\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


DEPOSITS = ".deposits"
"""What follows a package's name in the name of the folder, beside it, of its deposits."""


def is_set_aside(name: str) -> bool:
    """Whether nobody put *name* into a folder as a document or a package: it is hidden, or the file system's own.

    An ext4 disk has a ``lost+found`` at its root, which may be the store or ``incoming/``.
    """
    return name.startswith(".") or name == "lost+found"


def bag_name(path: str) -> str:
    """*path* as it is stored below ``data/``: itself if it is UTF-8.

    Otherwise each stray byte becomes ``=XX`` (and a literal ``=`` in that part ``=3D``), cut with a digest if it
    grew too long.  The original bytes belong into premis.xml.
    """
    return "/".join(part if is_utf8(part) else _escape_part(part) for part in path.split("/"))


def payload_path(path: str) -> str:
    """Where the file *path* of a transfer lies in its bag: below ``data/`` (RFC 8493 §2.1.2)."""
    return f"data/{bag_name(path)}"


def _escape_part(part: str) -> str:
    text = "".join(f"={ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else "=3D" if c == "=" else c for c in part)
    if len(text.encode()) <= NAME_BYTES:
        return text
    tail = "-" + hashlib.sha256(raw(part)).hexdigest()[:16]
    return cut(text, NAME_BYTES - len(tail)) + tail


def cut(text: str, octets: int) -> str:
    """The longest beginning of *text* that has at most so many octets in UTF-8."""
    return text.encode()[:octets].decode("utf-8", "ignore")


def package_name(transfer: str, package_id: str) -> str:
    """A folder name that says what came in and is safe on every file system.

    Letters and digits of any script, joined by ``-``; then eight digits of the package's id, which make it unique.
    """
    stem = re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", bag_name(transfer)) or transfer
    text = unicodedata.normalize("NFC", bag_name(stem))
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    slug = cut("-".join(kept.split()), _SLUG_BYTES).strip("-")
    return f"{slug or 'package'}-{package_id.replace('-', '')[:8]}"


def windows_trouble(path: str) -> str:
    """Why Windows cannot hold *path*, as the end of a sentence, or "" if it can."""
    for part in path.split("/"):
        if found := _WINDOWS_FORBIDDEN.search(part):
            return f"it contains {shown(found.group())!r}"
        if part.endswith((" ", ".")):
            return "a name in it ends in a space or a full stop"
        if part.split(".")[0].rstrip().lower() in _WINDOWS_DEVICES:
            return f"{shown(part)} is the name of a device there"
    return ""


def fold_case(path: str) -> str:
    """Two paths with the same folded form collide on file systems that ignore case."""
    return unicodedata.normalize("NFC", path).casefold()


def fold_normalisation(path: str) -> str:
    """Two paths with the same folded form differ in Unicode normalisation only (RFC 8493 §6.1.1.3)."""
    return unicodedata.normalize("NFC", path)
