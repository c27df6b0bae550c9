"""The PRONOM identifier with its basis, by siegfried through pygfried."""

from __future__ import annotations

import os
import re
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pygfried

from preserve.identify import judge
from preserve.identify.reading import Reading, ran
from preserve.model import Agent, Format, Identification, Outcome

_SAFE_SUFFIX = re.compile(r"[A-Za-z0-9_~+-]{1,32}")
_NOTE = 160  # "possibilities based on extension" may be dozens
LINKS = "preserve-identify-"
"""How the short-lived folder for a link is named, followed by the worker's process number."""


class PronomProbe:
    """Signatures, containers and the extension of the file's real name, judged by siegfried."""

    name = "pronom"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._scanner = pygfried.Scanner()
        self.agent = Agent("siegfried", self._version())

    def _version(self) -> str:
        # Only a result tells the signatures' version; any file will do, and this one is there.
        result = self._scanner.identify(__file__, detailed=True)
        signatures = "; ".join(item["details"] for item in result["identifiers"])
        return f"{result['siegfried']} ({signatures})"

    def probe(self, file: Path, known: Identification) -> Identification:
        """*known* with the formats that PRONOM knows it as."""
        reading = self._reading
        if not reading.size:
            return ran(known, self, Outcome.NOT_DONE, "the file is empty")
        name = reading.path.rpartition("/")[2]
        with nullcontext(str(file)) if _fits(file, name) else _link(file, name) as place:
            result = self._scanner.identify(place, detailed=True)["files"][0]
        matches = [match for match in result["matches"] if match["id"] not in ("", "UNKNOWN")]
        notes = dict.fromkeys([result.get("errors", ""), *(match.get("warning", "") for match in result["matches"])])
        note = "; ".join(str(text) for text in notes if text)
        if len(note) > _NOTE:
            note = textwrap.shorten(note, _NOTE, placeholder=" …")
        if not matches:
            return ran(known, self, Outcome.WARNING, note or "no format of PRONOM matches")
        first = matches[0]
        mime = judge.settled_mime(known, first["mime"], first["basis"])
        if mime != known.mime and known.mime:
            note = f"the bytes are text, against libmagic's {known.mime}" + (f"; {note}" if note else "")
        outcome = Outcome.WARNING if note else Outcome.SUCCESS
        return ran(known, self, outcome, note, mime=mime, formats=tuple(_format(match) for match in matches))


def _format(match: Mapping[str, Any]) -> Format:
    return Format(match["format"], match["version"], "PRONOM", match["id"], match["basis"])


def _suffix(name: str) -> str:
    return name.rpartition(".")[2] if "." in name else ""


def _fits(file: Path, real_name: str) -> bool:
    """Whether *file* can be given to the engine, which demands UTF-8 and looks at the extension, as it is."""
    return str(file).isprintable() and _suffix(file.name) == _suffix(real_name)


@contextmanager
def _link(file: Path, real_name: str) -> Iterator[str]:
    """A path for *file* that the engine takes, with the extension of its *real_name*."""
    suffix = _suffix(real_name)
    # The name is predictable and exclusive, so that the parent can clear it away should this process be killed.
    folder = Path(tempfile.gettempdir(), f"{LINKS}{os.getpid()}")
    folder.mkdir(mode=0o700)
    link = folder / (f"file.{suffix}" if _SAFE_SUFFIX.fullmatch(suffix) else "file")
    try:
        link.symlink_to(file)
        yield str(link)
    finally:
        link.unlink(missing_ok=True)
        folder.rmdir()
