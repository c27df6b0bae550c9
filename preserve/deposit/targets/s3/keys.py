"""What things are called in a bucket.  Pure.

<prefix><label>.tar               a package in one file
<prefix><label>/<path>            a file of a package that goes as a folder
<prefix><label>.deposit.json      put there last: all of that folder is there
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from preserve.deposit.targets.s3 import rules
from preserve.model import Problem
from preserve.ports.depositing import FORMS, Consignment
from preserve.storage import names

LONGEST = 1024
"""Octets of UTF-8 that a key may have."""
_ONE_FILE = frozenset(form for form in FORMS if form.endswith(("tar", "zip")))
_ODD = re.compile("[\x00-\x1f\x7f\udc80-\udcff\ufffe\uffff]")
"""What no answer in XML can tell of (XML 1.0 §2.2): a bucket that holds such a key cannot be listed."""


def is_one_file(what: Consignment) -> bool:
    """Whether *what* is one object, and not a folder of them."""
    return what.form in _ONE_FILE


def key_of(prefix: str, what: Consignment) -> str:
    """What tells that *what* is there: the one object that it is, or the one that is put after all the others."""
    return prefix + (next(iter(what.pieces())).path if is_one_file(what) else f"{what.label}.deposit.json")


def folder_of(prefix: str, what: Consignment) -> str:
    """What the keys of the pieces of *what* begin with, where it is a folder."""
    return f"{prefix}{what.label}/"


def piece_key(folder: str, path: str) -> str:
    """The key of the piece at *path*: itself in UTF-8.

    In a name that holds an odd octet or control character, each of them becomes ``=XX``, and ``=`` becomes ``=3D``.
    """
    return folder + "/".join(_escaped(part) if _ODD.search(part) else part for part in path.split("/"))


def _escaped(part: str) -> str:
    return "".join(
        "".join(f"={octet:02X}" for octet in names.raw(char)) if char == "=" or _ODD.match(char) else char
        for char in part
    )


def label_as_header(label: str) -> str:
    """*label* as a header can hold it (RFC 3986 §2.1)."""
    return quote(label, safe="")


def problems(prefix: str, what: Consignment) -> Iterator[Problem]:
    """What is to be said of the names of *what*, before they are keys."""
    if is_one_file(what):
        if len(names.raw(key := key_of(prefix, what))) > LONGEST:
            yield _too_long(key)
        return
    folder = folder_of(prefix, what)
    changed = {piece_key(folder, piece.path) for piece in what.pieces() if _ODD.search(piece.path)}
    for piece in what.pieces():
        key = piece_key(folder, piece.path)
        if len(names.raw(key)) > LONGEST:
            yield _too_long(piece.path)
        if _ODD.search(piece.path):
            message = f"{names.shown(piece.path)} will be called {names.shown(key)} there."
            yield rules.NAMED_OTHERWISE.at(piece.path, message)
        elif key in changed:
            yield rules.NAMES_MEET.at(piece.path, f"Two files would both be called {names.shown(key)} there.")


def _too_long(path: str) -> Problem:
    text = f"{names.shown(path)} is too long a name for S3, which holds {LONGEST:,} octets with its prefix."
    return rules.NAME_TOO_LONG.at(path, text)
