"""The keys of an archive: ``HOME/.preserve/keys``, never inside the package store.

    <hash>.pem             the private half: PKCS #8, readable for its owner only
    <hash>.vkey            the public half, in one line, as it is printed and kept elsewhere
    handover-<hash>.txt    the note by which a former key, and the new one itself, sign the new public key

A key signs until it is handed over to another.  Whoever trusts it trusts what it was handed over to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from preserve.errors import CheckpointError
from preserve.history.checkpoints import note
from preserve.history.checkpoints.handovers import HANDOVER, handed_over, handover, handovers_in
from preserve.history.checkpoints.note import Note, VerifierKey
from preserve.storage import durable, locks
from preserve.storage.names import shown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PRIVATE, _PUBLIC = ".pem", ".vkey"
_ASIDE = ".part"
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class KeptKey:
    """One key of an archive; *signs* tells whether new checkpoints are signed with it, *after* whose place it took."""

    key: VerifierKey
    signs: bool
    after: str = ""


class KeyRing:
    """The keys in one folder.  ``CheckpointError`` if that lies where documents or packages are: they would leak."""

    def __init__(self, folder: Path, apart_from: Sequence[Path]) -> None:
        self.folder = folder
        place = Path(os.path.realpath(folder))
        for other in apart_from:
            if place.is_relative_to(os.path.realpath(other)):
                raise CheckpointError(
                    f"The keys would lie in {shown(str(folder))}, which is inside of {shown(str(other))}.",
                    hint="Private keys must not be where packages or documents are: move the archive's home, or those.",
                )

    def kept(self) -> tuple[KeptKey, ...]:
        """All keys, in the order in which one took the place of another.  ``CheckpointError`` if one is unreadable."""
        keys = [self._public(name) for name in self._names(_PUBLIC)]
        after = {new.hash: old for new, old in self._successions(keys) if new in keys}  # else it was never finished
        over = {old.hash for old in after.values()}
        found = [
            KeptKey(key, signs=self._has_private(key) and key.hash not in over, after=_hash(after.get(key.hash)))
            for key in keys
        ]
        return tuple(sorted(found, key=lambda one: (_generation(one.key.hash, after), one.key.name, one.key.hash)))

    def signing(self) -> tuple[VerifierKey, Ed25519PrivateKey]:
        """The key with which to sign.  ``CheckpointError`` if there is none, or more than one."""
        able = [one.key for one in self.kept() if one.signs]
        if len(able) == 1:
            return able[0], self._private(able[0])
        if able:
            several = ", ".join(f"{shown(key.name)}+{key.hash}" for key in able)
            raise CheckpointError(
                f"There are several keys to sign with: {several}.",
                hint=f"Keep one, and move the .pem files of the others out of {shown(str(self.folder))}.",
            )
        raise CheckpointError("There is no key to sign with.", hint="Make one with: preserve keys new")

    def new(self, name: str, now: datetime) -> tuple[KeptKey, Note | None]:
        """Make a key; the one that signed until now hands over to it in a note, if there was one.

        ``CheckpointError`` if it cannot be written, or *name* can be no key's name.
        """
        if why := note.no_name(name):
            text = f"The name of a key {why}: {shown(name)!r}."
            raise CheckpointError(text, hint="For example: preserve keys new example.org/archive")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  only here

        private = Ed25519PrivateKey.generate()
        key = VerifierKey(name, private.public_key().public_bytes_raw())
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locks.held(self.folder / "lock"):
                former = self._former()
                handed = handover(former, key, private, now) if former else None
                self._keep(key, private, handed)
        except OSError as error:
            raise CheckpointError(
                f"The key cannot be kept in {shown(str(self.folder))}: {error.strerror or error}.",
                hint="Check the folder, its permissions, the disk.",
            ) from error
        return KeptKey(key, signs=True, after=former[0].hash if former else ""), handed

    def handovers(self) -> tuple[Note, ...]:
        """The notes of handover that lie in the folder; what cannot be read is none."""
        return handovers_in(self.folder)

    def _former(self) -> tuple[VerifierKey, Ed25519PrivateKey] | None:
        return self.signing() if any(one.signs for one in self.kept()) else None

    def _successions(self, keys: Sequence[VerifierKey]) -> Iterator[tuple[VerifierKey, VerifierKey]]:
        for one in self.handovers():
            new = handed_over(one)
            yield from ((new, old) for old in keys if new and old != new and note.verifies(one, old))

    def _names(self, suffix: str) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self.folder) if name.endswith(suffix))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unreadable(self.folder, error.strerror or str(error)) from error

    def _public(self, name: str) -> VerifierKey:
        path = self.folder / name
        try:
            return VerifierKey.parse(_read(path).decode())
        except OSError as error:
            raise _unreadable(path, error.strerror or str(error)) from error
        except ValueError as error:
            text = f"{shown(str(path))} {_end(error)}."
            raise CheckpointError(text, hint="Put it back from where you keep it.") from error

    def _has_private(self, key: VerifierKey) -> bool:
        return os.path.lexists(self.folder / f"{key.hash}{_PRIVATE}")

    def _private(self, key: VerifierKey) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

        path = self.folder / f"{key.hash}{_PRIVATE}"
        try:
            with durable.opened(path, durable.READ_FILE) as fd:
                if os.fstat(fd).st_mode & 0o077:
                    raise CheckpointError(
                        f"The private key {shown(str(path))} can be read by others; it was not used.",
                        hint="If nobody read it: chmod 600. Else move it away, and make another: preserve keys new",
                    )
            private = load_pem_private_key(_read(path), None)
        except OSError as error:
            raise _unreadable(path, error.strerror or str(error)) from error
        except (ValueError, TypeError) as error:
            raise _unreadable(path, "it is no private key in PEM without a password") from error
        if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes_raw() != key.public:
            raise _unreadable(path, "it does not belong to the public key beside it")
        return private

    def _keep(self, key: VerifierKey, private: Ed25519PrivateKey, handed: Note | None) -> None:
        """Write the halves of *key*, the public one last: without it there is no key.  All, or nothing is left."""
        for left in self._names(_ASIDE):  # by one that was killed
            os.unlink(self.folder / left)
        names = (f"{key.hash}{_PRIVATE}", f"{HANDOVER}{key.hash}.txt", f"{key.hash}{_PUBLIC}")
        try:
            self._write(names[0], _pem(private), mode=0o600)
            if handed:
                self._write(names[1], handed.encode())
            self._write(names[2], f"{key.text}\n".encode())
            durable.sync_folder(self.folder)
        except OSError:
            for name in reversed(names):
                with suppress(OSError):
                    os.unlink(self.folder / name)
            raise

    def _write(self, name: str, data: bytes, mode: int = 0o644) -> None:
        aside = self.folder / f"{name}{_ASIDE}"
        durable.write_new(aside, data, sync=True, mode=mode)
        os.rename(aside, self.folder / name)


def parse_keys(text: str) -> tuple[VerifierKey, ...]:
    """The public keys in *text*, one a line; empty lines, and what follows a #, are passed over.

    ``ValueError`` if there is none, or a line is something else.
    """
    lines = (line.partition("#")[0].strip() for line in text.removeprefix("\ufeff").splitlines())
    keys = tuple(VerifierKey.parse(line) for line in lines if line)
    if not keys:
        raise ValueError("holds no public key")
    return keys


def public_pem(key: VerifierKey) -> str:
    """The public half in the form in which OpenSSL and others want it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    public = Ed25519PublicKey.from_public_bytes(key.public)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _hash(key: VerifierKey | None) -> str:
    return key.hash if key else ""


def _generation(hashed: str, after: dict[str, VerifierKey]) -> int:
    count, seen = 0, {hashed}
    while (old := after.get(hashed)) and old.hash not in seen:
        count, hashed = count + 1, old.hash
        seen.add(hashed)
    return count


def _pem(private: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415

    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read(path: Path) -> bytes:
    with durable.opened(path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
        return stream.read(_LARGEST)


def _unreadable(path: Path, why: str) -> CheckpointError:
    return CheckpointError(f"{shown(str(path))} cannot be used: {why}.", hint="Check the file and its permissions.")


def _end(error: ValueError) -> str:
    return "is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
