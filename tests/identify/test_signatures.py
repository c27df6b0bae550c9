"""Signatures of libmagic sleep where they cannot match: the answers are those of all of them awake."""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import sys
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.identify.probes.libmagic import LibmagicProbe, load, packaged
from preserve.identify.probes.signatures import Signatures
from preserve.identify.reading import Reading
from preserve.model import Identification
from tests.identify import samples

Ask = Callable[[bytes], str]


@pytest.fixture(scope="module")
def sleeping(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What the probe answers."""
    reading = Reading()
    probe = LibmagicProbe(reading)
    file = tmp_path_factory.mktemp("signatures") / "file"

    def answer(content: bytes) -> str:
        file.write_bytes(content)
        reading.open(file, "data/file")
        found = probe.probe(file, Identification("data/file"))
        reading.close()
        return found.runs[0].note

    return answer


@pytest.fixture(scope="module")
def awake() -> Ask:
    """What libmagic answers by itself."""
    magic, file = load()
    answer: Ask = magic.Magic(mime=True, mime_encoding=True, magic_file=file).from_buffer
    return answer


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("letter.txt"))
    return buffer.getvalue()


PROSE = samples.ENGLISH * 40
BINARY = {
    "pdf": samples.pdf({"/Title": "Annual report"}),
    "docx": samples.docx(),
    "odt": samples.odt(),
    "epub": samples.epub(),
    "zip": samples.zipped({"letter.txt": PROSE}),
    "gzip": gzip.compress(PROSE.encode()),
    "bzip2": bz2.compress(PROSE.encode()),
    "tar": tar(),
    "png": png(),
    "gif": b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9",
    "tiff": b"II*\0\x08\0\0\0\0\0",
    "wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0",
    "elf": Path(sys.executable).resolve().read_bytes()[: 1024 * 1024],
    "noise": bytes(range(256)) * 20,
    "utf-16": samples.FRENCH.encode("utf-16"),
    "utf-16 with tags": samples.HTML.encode("utf-16-le"),
    "utf-32": samples.FRENCH.encode("utf-32"),
    "ebcdic": PROSE.encode("cp037"),
    "ebcdic with tags": samples.HTML.encode("cp037", "replace"),
    "controls": b"\x01\x02 text with controls",
}
TEXTS = {
    "prose": PROSE,
    "arabic": samples.ARABIC * 30,
    "csv": "name,year\nAnne,1931\nPaul,1932\n" * 20,
    "json": '{"title": "Letters", "years": [1931, 1932]}',
    "html": samples.HTML,
    "html far down": " " * 4000 + "<html><head><title>x</title>",
    "html too far down": " " * 4200 + "<html><head><title>x</title>",
    "html after prose": PROSE[:500] + "<table ><tr></tr></table>",
    "comment": "<!-- about -->",
    "xml": '<?xml version="1.0"?><a/>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg by its type": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>',
    "sgml": "<!doctype book><book>",
    "mail": samples.mail().decode(),
    "rtf": r"{\rtf1\ansi text}",
    "latex": "\\documentclass{article}\n\\begin{document}\n",
    "sam": "\t".join(["r1", "0", "chr1", "100", "30", "8M", "*", "0", "0", "ACGTACGT", "FFFFFFFF"]) + "\tNM:i:0\n",
    "awk": "# x\nBEGIN { FS = 1 }\n",
    "assembler": "main:\n  .globl main\n",
    "assembler far down": PROSE[:6000] + "\n\t.asciiz x\n",
    "makefile": "all: x\n.endif\n.include y\n",
    "ruby": "module Archive\n  class Letter\n  end\nend\n",
    "automake": "SUBDIRS = x\n",
    "flags": PROSE[:3000] + "\nLDFLAGS = -lm\n",
    "goal": "# x\nall:\n\techo\n",
    "clojure": "; x\n(ns letters.core)\n(defn- f [x] x)\n",
    "go game": "(;FF[4]GM[1]SZ[19])",
    "sisu": "% SiSU 2.0\n",
    "sisu text": "SiSU text 1.0\n",
    "forth": ": square ( n -- n2 ) dup * ;\n",
    "pod": "\n=head1 NAME\n\n=pod\n",
    "shell": "#!/bin/sh\necho\n",
    "python": "import os\n\ndef main():\n    pass\n",
    "c": "#include <stdio.h>\nint main(void) { return 0; }\n",
    "java": "package a;\nimport java.util.List;\npublic class A {}\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
    "patch": "diff -u a b\nIndex: x\n",
    "troff": '.\\" page\n.TH X 1\n',
    "postscript": "%!PS-Adobe-3.0\n",
    "ini": "[InternetShortcut]\nURL=x\n",
    "calendar": "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n",
    "card": "BEGIN:VCARD\nVERSION:3.0\n",
    "bibtex": "@book{x,\n title={y}}\n",
    "utf-7": "+/v8-x +ADw-html+AD4-",
    "one letter": "x",
}
SAMPLES = BINARY | {
    f"{name} in {codec}": text.encode(codec, "replace")
    for name, text in TEXTS.items()
    for codec in ("utf-8", "utf-8-sig", "cp1256")
}


@pytest.mark.parametrize("content", SAMPLES.values(), ids=SAMPLES)
def test_every_kind_of_file_is_what_it_is_with_all_signatures_awake(sleeping: Ask, awake: Ask, content: bytes) -> None:
    assert sleeping(content) == awake(content)


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("html after prose", "text/html"),
        ("html far down", "text/html"),
        ("svg by its type", "image/svg+xml"),
        ("assembler", "text/x-asm"),
        ("assembler far down", "text/x-asm"),
        ("forth", "text/x-forth"),
        ("makefile", "text/x-makefile"),
    ],
)
def test_what_slept_through_a_letter_is_awake_for_the_next_file(sleeping: Ask, name: str, mime: str) -> None:
    for _ in range(2):
        assert sleeping(PROSE.encode()).startswith("text/plain;")
        assert sleeping(TEXTS[name].encode()).startswith(mime)


_WORDS = (
    "<html>|<TITLE >|<!DOCTYPE svg|<|>|\t|BEGIN|{|.text|.asciiz|.endif|.include|class |Module |module |A|SiSU text|SiSU"
    "|% |sisu-1|insert| -- |(|)|: x |;|=pod\n|=head1 |=encoding |\n|\r\n| |letter|(;GM[1]|(ns a|(defn x|all:|SUBDIRS"
    "|VPATH|CFLAGS|été|رسالة|\0|\x01|\x1b|\x0b|#|p|."
)


@settings(deadline=None, max_examples=200)
@given(
    words=st.lists(st.sampled_from(_WORDS.split("|")), max_size=30),
    before=st.sampled_from([0, 90, 4080, 4230, 8180]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1256", "cp037"]),
)
def test_no_text_is_seen_differently_because_signatures_sleep(
    sleeping: Ask, awake: Ask, words: list[str], before: int, codec: str
) -> None:
    content = ("." * before + "".join(words)).encode(codec, "replace") or b"x"
    assert sleeping(content) == awake(content)


def test_each_demand_is_for_signatures_that_there_are() -> None:
    folder = packaged()
    assert folder is not None
    groups = Signatures(folder / "magic.mgc")._groups
    assert [len(group.bits) for group in groups] == [18, 1, 1, 11, 2, 4, 2, 8, 5, 4]


@pytest.mark.parametrize("content", [b"", b"short", b"\x1c\x04\x1e\xf1" + b"\0" * 1000, b"x" * 752])
def test_a_file_of_another_layout_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "magic.mgc"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"laid out|empty"):
        Signatures(file)
