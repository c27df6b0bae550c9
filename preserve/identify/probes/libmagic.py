"""The MIME type, by libmagic through python-magic.

libmagic comes from the ``pylibmagic`` package first, and from the system only where that package has no build for
the platform.  The packaged one is preferred even where the system has its own, because the same file must get the
same answer on every machine of an archive, and because the version in the record then says all there is to say about
the signatures that were used.

``pylibmagic`` itself is never imported: it would patch ``ctypes`` and the environment of the process.  Its folder is
found without importing it and its library is loaded by full path; the loader of python-magic, which asks for
``libmagic.so.1``, is then given the library that is loaded already.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
from pathlib import Path
from typing import Any

from preserve.identify import judge
from preserve.identify.probes.signatures import Signatures
from preserve.identify.reading import Reading, ran
from preserve.model import Agent, Identification, Outcome

LIBRARY = "libmagic.so.1"


def packaged() -> Path | None:
    """The folder of the packaged libmagic and its signatures, or None if this installation has none."""
    spec = importlib.util.find_spec("pylibmagic")
    for place in spec.submodule_search_locations or () if spec else ():
        folder = Path(place)
        if (folder / LIBRARY).is_file() and (folder / "magic.mgc").is_file():
            return folder
    return None


def load() -> tuple[Any, str | None]:
    """python-magic with its library, and the file with the packaged signatures, if they are used."""
    folder = packaged()
    if folder is not None:
        try:
            ctypes.CDLL(str(folder / LIBRARY), mode=ctypes.RTLD_GLOBAL)
        except OSError:  # built for another C library: the system's may serve
            folder = None
    import magic  # noqa: PLC0415  the library above must be loaded first

    return magic, str(folder / "magic.mgc") if folder else None


def _for_texts(magic: Any, file: Path) -> tuple[Signatures, Any] | None:
    """The signatures of *file* for plain texts, and a libmagic that uses them; None where that is not possible."""
    try:
        signatures = Signatures(file)
    except (OSError, ValueError):
        return None
    one = magic.Magic(mime=True, mime_encoding=True, magic_file=str(file))
    return (signatures, one) if signatures.load_into(magic.libmagic, one.cookie) else None


class LibmagicProbe:
    """MIME type and a hint at the encoding, from the first mebibyte."""

    name = "libmagic"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        magic, file = load()
        self._magic = magic.Magic(mime=True, mime_encoding=True, magic_file=file)
        self._for_texts = _for_texts(magic, Path(file)) if file else None
        number = magic.version()
        self.agent = Agent("libmagic", f"{number // 100}.{number % 100:02}")

    def probe(self, file: Path, known: Identification) -> Identification:  # noqa: ARG002  the desk has it open
        """*known* with the MIME type; the note of the run is libmagic's answer as it was given."""
        reading = self._reading
        if not reading.size:
            return ran(known, self, Outcome.SUCCESS, "the file is empty", mime=judge.EMPTY_MIME)
        answer = self._answer()
        mime, _, encoding = answer.partition("; charset=")
        if "/" not in mime or len(mime) > 200:  # libmagic reports its own failures in place of an answer
            return ran(known, self, Outcome.FAIL, f"libmagic answered: {mime[:200]}")
        reading.hint = encoding.strip()
        return ran(known, self, Outcome.SUCCESS, answer, mime=mime.strip().lower())

    def _answer(self) -> str:
        reading = self._reading
        if reading.whole:
            if self._for_texts and self._for_texts[0].suit(reading.head):
                return str(self._for_texts[1].from_buffer(reading.head))
            return str(self._magic.from_buffer(reading.head))
        # Compound files keep their directory anywhere: given the descriptor, libmagic follows it there.
        os.lseek(reading.fd, 0, os.SEEK_SET)
        return str(self._magic.from_descriptor(reading.fd))
