"""Signed notes: a text and the signatures under it, as https://c2sp.org/signed-note has them.

Only Ed25519 (type 0x01) is signed and verified; signatures of other types are those of keys that nobody knows here.
All functions are pure.  What they cannot accept is a ``ValueError`` whose message is the end of a sentence that begins
with the name of the file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LARGEST = 1024 * 1024
"""Octets of a note: some eight thousand lines."""

MOST_SIGNATURES = 100

_ED25519 = b"\x01"
_DASH = "\u2014"
_PUBLIC_BYTES = 32
_ID_BYTES = 4
_SIGNATURE_BYTES = 64
_BLANKS = re.compile(r"[ \t\u00a0\ufeff]+$", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_MISTYPED = re.compile(r"^(-|--|\u2013|\u2212|\u2015) \S+ \S+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key, by which anybody can verify; *public* are the 32 octets of RFC 8032."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that is written ``name+hash+base64``.  ``ValueError`` if *text* is none, or was mistyped."""
        name, _, rest = text.strip().partition("+")
        hashed, _, encoded = rest.partition("+")
        try:
            material = decoded(encoded)
        except ValueError:
            material = b""
        if not name or no_name(name) or not material:
            raise ValueError("is not a public key: it must look like name+1234abcd+AbC…, in one line")
        if material[:1] != _ED25519 or len(material) != 1 + _PUBLIC_BYTES:
            raise ValueError("is a public key of another kind than Ed25519")
        key = cls(name, material[1:])
        if key.hash != hashed:
            raise ValueError("is not the public key that it was: a letter is missing or wrong")
        return key

    @property
    def id(self) -> bytes:
        """The four octets by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    @property
    def hash(self) -> str:
        """The same in eight hexadecimal digits."""
        return self.id.hex()

    @property
    def text(self) -> str:
        """The key as it is printed and passed on."""
        return f"{self.name}+{self.hash}+{base64.b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: who signed, by name and id of the key, and the signature itself."""

    name: str
    id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, without its end."""
        return f"{_DASH} {self.name} {base64.b64encode(self.id + self.value).decode()}"

    def is_of(self, key: VerifierKey) -> bool:
        """Whether *key* claims to have made it; only ``verifies`` tells whether it did."""
        return (self.name, self.id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line end, and its signatures.

    *mended* tells that it was not spelt as it was signed: other line ends, blanks at the ends of lines, empty lines
    around it.  Mail programs and editors do that; what was signed has none of it, so it can be taken away again.
    """

    text: str
    signatures: tuple[Signature, ...]
    mended: bool = False

    def encode(self) -> bytes:
        """The octets of the note, exactly as it was signed."""
        return (self.text + "\n" + "".join(f"{one.line}\n" for one in self.signatures)).encode()


def parse(data: bytes) -> Note:
    """The note that *data* is, whose signatures nobody has verified yet.  ``ValueError`` if it is none."""
    if len(data) > LARGEST:
        raise ValueError(f"is larger than any checkpoint ({len(data):,} bytes)")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("is not a text in UTF-8") from error
    tidy = tidied(text)
    if _CONTROL.search(tidy):
        raise ValueError("holds control characters, which no checkpoint has")
    body, gap, below = tidy.rpartition("\n\n")  # the last empty line; the text may have others
    lines = below.removesuffix("\n").split("\n")
    if not gap or not lines or not lines[0].startswith(_DASH):
        if _MISTYPED.search(tidy):
            raise ValueError("has a hyphen where each signature begins with a long dash (\u2014), U+2014")
        raise ValueError("ends before its signatures, or never had any: it is cut off, or no checkpoint")
    if len(lines) > MOST_SIGNATURES:
        raise ValueError(f"has more than {MOST_SIGNATURES} signatures")
    return Note(body + "\n", tuple(_signature(line) for line in lines), mended=tidy != text)


def tidied(text: str) -> str:
    """*text* without what mail programs and editors add to it: other line ends, blanks at ends, empty lines around."""
    lines = _BLANKS.sub("", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    return lines.strip("\n") + "\n"


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        value = decoded(encoded)
    except ValueError:
        value = b""
    if dash != _DASH or not name or no_name(name) or len(value) <= _ID_BYTES:
        raise ValueError("has a line among its signatures that is none, or is cut off")
    return Signature(name, value[:_ID_BYTES], value[_ID_BYTES:])


def no_name(name: str) -> str:
    """Why *name* can be no key's name, as the end of a sentence, or "" if it can (signed-note, Format)."""
    if not name or "+" in name or any(char.isspace() or unicodedata.category(char)[0] in "CZ" for char in name):
        return "must be one word without a blank and without +"
    return "is too long" if len(name.encode()) > 200 else ""


def decoded(text: str) -> bytes:
    """The octets that *text* is in base64 (RFC 4648 §4), in its only spelling.  ``ValueError`` for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("is not base64 as it is written")
    return data


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """The signature of the key *name* under *text*, which ends with a line end."""
    key = VerifierKey(name, private.public_key().public_bytes_raw())
    return Signature(name, key.id, private.sign(text.encode()))


def verifies(note: Note, key: VerifierKey) -> bool | None:
    """Whether *key* signed *note*; None if no signature claims that.

    A claim that is wrong makes all others of the same key worthless (signed-note, Signatures).
    """
    claims = [one for one in note.signatures if one.is_of(key)]
    return all(_good(note.text, key, one) for one in claims) if claims else None


def _good(text: str, key: VerifierKey, signature: Signature) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  not before there is something to verify
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    if len(signature.value) != _SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.value, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def signers(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, bool]:
    """Which of *keys* a signature of *note* names, and whether it is right."""
    found = ((key, verifies(note, key)) for key in keys)
    return {key: good for key, good in found if good is not None}
