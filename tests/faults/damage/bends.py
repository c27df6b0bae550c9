"""Ways to bend a small bag: its manifests line by line, its files, its tag files.  Each takes a number to choose by."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from tests.bag.builder import build, digest, line
from tests.faults.damage.kinds import DAMAGES, clear

FILES = {
    "data/a.txt": b"first\n",
    "data/empty": b"",
    "data/sub/b.txt": b"second\n",
    "data/sub/c.txt": b"third\n",
    "data/sub/deep/d.txt": b"fourth\n",
    "data/Übung.txt": b"fifth\n",
    "data/50% off.txt": b"sixth\n",
    "data/line\nbreak": b"seventh\n",
}
BOTH = ("sha256", "sha512")

_OTHER_DIGITS = bytes.maketrans(b"0123456789", b"1234567890")

Bend = Callable[[Path, int], object]


def small_bag(root: Path, version: str) -> Path:
    """A bag of a few files with names that are not all plain."""
    return build(root, FILES, version=version, algorithms=BOTH, tag_files={"notes/n.txt": b"Note.\n"})


def put(bag: Path, path: str, content: bytes) -> None:
    """Write a file, instead of whatever stands there."""
    file = bag / path
    clear(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _files(bag: Path, below: str = "") -> list[Path]:
    return sorted(path for path in (bag / below).rglob("*") if path.is_file() and not path.is_symlink())


def _listed(bag: Path, number: int) -> Iterator[tuple[Path, list[bytes], int]]:
    """Each payload manifest, or only one of them, as its lines, and the place of one of those."""
    names = (BOTH, BOTH[:1], BOTH[1:])[number % 3]
    for name in names:
        path = bag / f"manifest-{name}.txt"
        if path.is_file() and not path.is_symlink() and (lines := path.read_bytes().splitlines(keepends=True)):
            yield path, lines, (number // 3) % len(lines)


def line_bend(change: Callable[[bytes], bytes]) -> Bend:
    """A bend of one line of the payload manifests."""

    def bend(bag: Path, number: int) -> None:
        for path, lines, at in _listed(bag, number):
            lines[at] = change(lines[at])
            path.write_bytes(b"".join(lines))

    return bend


def _in_form(form: Literal["NFC", "NFD"]) -> Callable[[bytes], bytes]:
    def change(line: bytes) -> bytes:
        return unicodedata.normalize(form, line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    return change


def _wrong(line: bytes) -> bytes:
    checksum, gap, path = line.partition(b"  ")
    return checksum.translate(_OTHER_DIGITS) + gap + path


def _twin(line: bytes) -> bytes:
    """The same file again, in another normalisation, and with another checksum."""
    return line + _in_form("NFD")(_wrong(line))


def _reverse(bag: Path, number: int) -> None:
    for path, lines, _ in _listed(bag, number):
        path.write_bytes(b"".join(reversed(lines)))


def _add(bag: Path, number: int) -> None:
    """A file that nobody lists: beside others, in a folder of its own, or all but equal to one that is there."""
    names = ("data/new", "data/sub/new", "data/new/new", "data/A.TXT", "data/U\u0308bung.txt", "notes/new", "new")
    put(bag, names[number % len(names)], b"new\n")


def _damage(bag: Path, number: int) -> None:
    files = _files(bag)
    DAMAGES[number % len(DAMAGES)].do(files[(number // len(DAMAGES)) % len(files)])


def _respell(bag: Path, number: int) -> None:
    """A file that keeps its content and gets nearly the same name."""
    file = _files(bag, "data")[number % len(_files(bag, "data"))]
    forms = (file.name.upper(), unicodedata.normalize("NFD", file.name), file.name.replace("%", "%25"), file.name + " ")
    file.rename(file.with_name(forms[(number // 7) % len(forms)]))


def _swap(bag: Path, number: int) -> None:
    files = _files(bag, "data")
    one, other = files[number % len(files)], files[(number // 5) % len(files)]
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def _fetch(bag: Path, number: int) -> None:
    put(bag, "fetch.txt", b"https://example.org/a - data/a.txt\n")
    if number % 2:
        (bag / "data/a.txt").unlink(missing_ok=True)


def _info(bag: Path, number: int) -> None:
    texts = (
        b"",
        b"Payload-Oxum: 1.1\n",
        b"Payload-Oxum: x\n",
        b"Payload-Oxum : 44.8\n",
        b"Label: \xff\n",
        b"no label\n",
    )
    put(bag, "bag-info.txt", texts[number % len(texts)])


def _declare(bag: Path, number: int) -> None:
    versions = ("0.93", "0.96", "0.97", "1.0", "1.1", "")
    encoding = ("UTF-8", "UTF-16", "ISO-8859-1")[(number // 6) % 3]
    text = f"BagIt-Version: {versions[number % 6]}\nTag-File-Character-Encoding: {encoding}\n"
    put(bag, "bagit.txt", text.encode())


def _list_another(bag: Path, number: int) -> None:
    """A line for something else: not there, a folder, outside, or a tag file."""
    paths = (
        "data/not there",
        "data/sub",
        "data/sub/",
        "../out",
        "/etc/passwd",
        "bagit.txt",
        "data/./a.txt",
        "data//a.txt",
    )
    for path, lines, at in _listed(bag, number):
        checksum = digest(path.stem.partition("-")[2], FILES["data/a.txt"])
        lines.insert(at, f"{checksum}  {paths[(number // 9) % len(paths)]}\n".encode())
        path.write_bytes(b"".join(lines))


def _more_manifests(bag: Path, number: int) -> None:
    names = ("manifest-md5.txt", "tagmanifest-md5.txt", "manifest-SHA1.txt", "manifest-crc.txt", "package-info.txt")
    put(bag, names[number % len(names)], b"")


def _lose_folder(bag: Path, number: int) -> None:
    folder = bag / ("data/sub", "notes", "data")[number % 3]
    if folder.is_dir() and not folder.is_symlink():
        folder.rename(bag / "data.old")
        if number % 2:
            folder.symlink_to("data.old")


def _agree(bag: Path, number: int) -> None:
    """The tag manifests written anew over all that is wrong."""
    tags = {str(path.relative_to(bag)): path.read_bytes() for path in _files(bag)}
    listed = {path: content for path, content in tags.items() if not path.startswith(("data/", "tagmanifest-"))}
    for name in BOTH[: 1 + number % 2]:
        text = "".join(line(name, content, path) for path, content in listed.items())
        put(bag, f"tagmanifest-{name}.txt", text.encode())


BENDS: dict[str, Bend] = {
    "line gone": line_bend(lambda _: b""),
    "line twice": line_bend(lambda line: 2 * line),
    "line with another checksum": line_bend(_wrong),
    "line twice with two checksums": line_bend(lambda line: line + _wrong(line)),
    "line twice in two normalisations": line_bend(_twin),
    "line in NFD": line_bend(_in_form("NFD")),
    "upper-case checksum": line_bend(lambda line: line[:64].upper() + line[64:]),
    "asterisk": line_bend(lambda line: line.replace(b"  ", b" *", 1)),
    "dot slash": line_bend(lambda line: line.replace(b"data/", b"./data/", 1)),
    "tab": line_bend(lambda line: line.replace(b"  ", b"\t", 1)),
    "three blanks": line_bend(lambda line: line.replace(b"  ", b"   ", 1)),
    "blank at the end": line_bend(lambda line: line[:-1] + b" \n"),
    "CRLF": line_bend(lambda line: line[:-1] + b"\r\n"),
    "CR": line_bend(lambda line: line[:-1] + b"\r"),
    "empty line": line_bend(lambda line: line + b"\n"),
    "no line end": line_bend(lambda line: line[:-1]),
    "short checksum": line_bend(lambda line: line[1:]),
    "no checksum": line_bend(lambda line: line.lstrip(b"0123456789abcdef")),
    "raw percent": line_bend(lambda line: line.replace(b"%25", b"%").replace(b"%0A", b"%0a")),
    "percent twice": line_bend(lambda line: line.replace(b"%", b"%25")),
    "byte-order mark": line_bend(lambda line: b"\xef\xbb\xbf" + line),
    "no UTF-8": line_bend(lambda line: line[:-1] + b"\xff\n"),
    "backslash": line_bend(lambda line: b"\\" + line.replace(b"data/", b"data\\", 1)),
    "another order": _reverse,
    "a line for something else": _list_another,
    "a file more": _add,
    "damage": _damage,
    "another spelling": _respell,
    "swapped": _swap,
    "fetch.txt": _fetch,
    "bag-info.txt": _info,
    "bagit.txt": _declare,
    "another manifest": _more_manifests,
    "a folder gone": _lose_folder,
    "tag manifests that agree": _agree,
}


def bent(bag: Path, bends: list[tuple[str, int]]) -> None:
    """Bend *bag* in all these ways, one after the other; what cannot be done any more is left out."""
    for name, number in bends:
        try:
            BENDS[name](bag, number)
        except (OSError, IndexError, ZeroDivisionError):  # what it would bend is not there any more
            continue
