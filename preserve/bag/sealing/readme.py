"""README.txt of every package: what this is, and how to check it in fifty years with nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

PATH = "README.txt"

_TOOLS = {
    "md5": "md5sum -c",
    "sha1": "sha1sum -c",
    "sha224": "sha224sum -c",
    "sha256": "sha256sum -c",
    "sha384": "sha384sum -c",
    "sha512": "sha512sum -c",
    "blake2b": "b2sum -c",
}

_TEXT = """\
A PRESERVED PACKAGE

This folder holds documents that an archive has sealed for the long term.

  What came in:  {transfer}
  Package:       urn:uuid:{package_id}
  Sealed:        {sealed}
  Holds:         {files:,} {file_word} with {octets:,} bytes in all
{archive}
WHERE THINGS ARE

  data/                               the documents, exactly as they arrived
  metadata/descriptive/dc.xml         what people said about them (Dublin Core)
  metadata/descriptive/oai_dc.xml     the same in the fifteen simple elements
  metadata/descriptive/origins.json   where each value of the description came from
  metadata/descriptive/proposals.json what programs guessed, and what people decided about it
  metadata/descriptive/former/        earlier descriptions, if there were any
  metadata/preservation/premis.xml    each file's format, checksums, date and original
                                      name, and what was done (PREMIS 3)
  metadata/source/                    lists and descriptions that came with the documents
  manifest-*.txt                      the checksum of every document
  tagmanifest-*.txt                   the checksum of every other file
  bagit.txt, bag-info.txt             say that this is a bag by the rules of BagIt 1.0 (RFC 8493)

HOW TO CHECK THAT NOTHING HAS CHANGED

Open a terminal in this folder and type:

{commands}

Every line of the answer must end in "OK". A line that ends in "FAILED" names a file that is
no longer what was sealed. On a system without these commands, any program that computes
{algorithms} can compare a file with its line in the manifest. Any BagIt
program can also check the whole folder at once, and notices files that were added.
{escaped}
Please change nothing in this folder. A single changed letter, here too, breaks the seal.
"""

_ESCAPED = """
In the manifests %25 stands for a percent sign, %0A for a line feed and %0D for a carriage return in a
file's name. The commands above do not know that, and report such files as missing; they are:
{names}
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the README says about this package.  *escaped* are payload paths that manifests write with ``%``."""

    package_id: str
    transfer: str
    archive: str
    sealed: datetime
    files: int
    octets: int
    algorithms: tuple[str, ...]
    escaped: Sequence[str] = ()


def text(facts: Facts) -> bytes:
    """The file's bytes: plain UTF-8, at most a screen or two."""
    checkable = [name for name in reversed(facts.algorithms) if name in _TOOLS]
    commands = [f"  {_TOOLS[name]} {kind}-{name}.txt" for name in checkable[:1] for kind in ("manifest", "tagmanifest")]
    archive = f"  Archive:       {facts.archive}\n" if facts.archive else ""
    shown = [f"  {name}" for name in facts.escaped[:20]]
    more = len(facts.escaped) - len(shown)
    shown += [f"  and {more:,} more"] if more > 0 else []
    return _TEXT.format(
        transfer=facts.transfer,
        package_id=facts.package_id,
        sealed=facts.sealed.strftime("%Y-%m-%d %H:%M:%S UTC"),
        files=facts.files,
        file_word="file" if facts.files == 1 else "files",
        octets=facts.octets,
        archive=archive,
        commands="\n".join(commands) or "  (use a program for the algorithms named below)",
        algorithms=" or ".join(facts.algorithms),
        escaped=_ESCAPED.format(names="\n".join(shown)) if shown else "",
    ).encode()
