"""``preserve validate`` against everybody else who can check a checksum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.corpora import Corpora
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender

OURS = "preserve"
BAGIT = "bagit"
BDBAG = "bdbag"
SHA512SUM = "sha512sum"
OPENSSL = "openssl"

_EACH = 'python "$BENCHMARKS/peers/each_package.py"'


def find_each(target: str, at_once: int, program: str) -> str:
    """The programs of the shell, two at a time, told of *at_once* files each time."""
    return f"find {target} -type f -print0 | xargs -0 -P2 -n{at_once} {program} >/dev/null"


def openssl_each(target: str, at_once: int) -> str:
    """Both digests of every file, one after the other: ``openssl`` computes one at a time."""
    return " && ".join(find_each(target, at_once, f"openssl dgst -{name}") for name in ("sha256", "sha512"))


def _contenders(corpora: Corpora, place: Path, lines: dict[str, str]) -> tuple[Contender, ...]:
    tiny = corpora.place("growth-1")
    rehearsals = {name: Command(line.replace("bags/*", "bag"), tiny) for name, line in lines.items()}
    return tuple(Contender(name, Command(line, place), rehearsals[name]) for name, line in lines.items())


def _sparing(contenders: tuple[Contender, ...], slow: str, *, once: bool = False) -> tuple[Contender, ...]:
    """Leave out what takes long and says little: the run of *slow* for its memory and, with *once*, all but one."""
    return tuple(replace(one, watched=False, once=once) if one.name == slow else one for one in contenders)


def _one_bag(processes: int) -> str:
    return f"bagit.py --quiet --validate --processes {processes} bag"


def validate_a(corpora: Corpora) -> Benchmark:
    """One bag of many texts."""
    lines = {
        OURS: "preserve validate bag",
        f"{BAGIT}, 1 process": _one_bag(1),
        f"{BAGIT}, 2 processes": _one_bag(2),
        BDBAG: "bdbag --quiet --validate full bag",
        SHA512SUM: find_each("bag/data", 500, "sha512sum"),
    }
    title = f"A: one bag of {corpora.sizes.texts:,} texts of 1 to 40 KiB in {corpora.sizes.text_folders} folders"
    return Benchmark("validate-A", title, _contenders(corpora, corpora.place("A"), lines), cold=3)


def validate_b(corpora: Corpora) -> Benchmark:
    """Many small packages in one call."""
    slow = f"{BAGIT}'s API, 2 processes"  # two new processes for every package
    lines = {
        OURS: "preserve validate bags/*",
        f"{BAGIT}'s API, 1 process": f"{_EACH} 1 bags/*",
        slow: f"{_EACH} 2 bags/*",
        "two workers who call bagit": f"{_EACH} pool bags/*",
        SHA512SUM: find_each("bags/*/data", 500, "sha512sum"),
    }
    title = f"B: {corpora.sizes.packages:,} packages of {corpora.sizes.texts_in_package} texts each, in one call"
    contenders = _contenders(corpora, corpora.place("B"), lines)
    return Benchmark("validate-B", title, _sparing(contenders, slow, once=True), cold=3)


def validate_e(corpora: Corpora) -> Benchmark:
    """Very many tiny texts in one folder."""
    slow = f"{BAGIT}, 2 processes"
    lines = {
        OURS: "preserve validate bag",
        f"{BAGIT}, 1 process": _one_bag(1),
        slow: _one_bag(2),
        SHA512SUM: find_each("bag/data", 1000, "sha512sum"),
    }
    title = f"E: one bag of {corpora.sizes.tiny:,} texts of 0.5 to 2 KiB in one folder"
    contenders = _contenders(corpora, corpora.place("E"), lines)
    return Benchmark("validate-E", title, _sparing(contenders, slow), rounds=3, cold=1)


def _large(corpora: Corpora, name: str, title: str, at_once: int, cold: int) -> Benchmark:
    lines = {
        OURS: "preserve validate bag",
        f"{BAGIT}, 1 process": _one_bag(1),
        f"{BAGIT}, 2 processes": _one_bag(2),
        OPENSSL: openssl_each("bag/data", at_once),
        SHA512SUM: find_each("bag/data", at_once, "sha512sum"),
    }
    contenders = _contenders(corpora, corpora.place(name), lines)
    return Benchmark(f"validate-{name}", title, contenders, rounds=3, cold=cold)


def validate_c(corpora: Corpora) -> Benchmark:
    """A few very large files."""
    sizes = corpora.sizes
    return _large(corpora, "C", f"C: one bag of {sizes.c_files} files of {sizes.c_size >> 20:,} MiB", 1, 0)


def validate_d(corpora: Corpora) -> Benchmark:
    """Many medium files."""
    sizes = corpora.sizes
    return _large(corpora, "D", f"D: one bag of {sizes.d_files} files of {sizes.d_size >> 20:,} MiB", 10, 1)


def validate_single(corpora: Corpora) -> Benchmark:
    """One file alone, which nobody else can share out."""
    lines = {
        OURS: "preserve validate bag",
        f"{BAGIT}, 1 process": _one_bag(1),
        f"{BAGIT}, 2 processes": _one_bag(2),
        "openssl, both digests at once": "openssl dgst -sha256 bag/data/* & openssl dgst -sha512 bag/data/*; wait",
    }
    title = f"One bag of one file of {corpora.sizes.single >> 20:,} MiB"
    return Benchmark("validate-single", title, _contenders(corpora, corpora.place("single"), lines), rounds=3)


def validate_tar(corpora: Corpora) -> Benchmark:
    """A bag in a tar file, read once, against the same bag as a folder."""
    place = corpora.place("tar")
    small = corpora.place("growth-1")
    lines = {
        f"{OURS}, the tar": "preserve validate bag.tar",
        f"{OURS}, the folder": "preserve validate bag",
        f"tar, then {BAGIT}": 'mkdir "$OUT" && tar -xf bag.tar -C "$OUT" && bagit.py --quiet --validate "$OUT/bag"',
    }
    contenders = tuple(
        Contender(name, Command(line, place), Command("preserve validate bag", small)) for name, line in lines.items()
    )
    return Benchmark("validate-tar", "A in a tar file, and as a folder", contenders)
