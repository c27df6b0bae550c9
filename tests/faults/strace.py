"""strace: a command under its eyes, its log read as calls, and faults put into them.

strace counts the calls of each process by itself (`when=`), so a point is "the n-th call of this name, by the first
process" (traced alone) or "by any process" (all are traced, and the first that comes so far is hit).
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

WRITES = {"write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "ftruncate", "truncate"}
WRITES |= {"fallocate", "utimensat", "fchmod", "chmod", "fchmodat", "splice"}
OPENS = {"open", "openat", "openat2", "creat"}
MAKES = OPENS | {"mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "mknodat"}
REMOVES = {"unlink", "unlinkat", "rmdir"}
RENAMES = {"rename", "renameat", "renameat2"}
SYNCS = {"fsync", "fdatasync", "syncfs", "sync", "msync", "sync_file_range"}
LOCKS = {"flock"}
READS = {"read", "pread64", "readv", "preadv", "preadv2", "getdents64", "copy_file_range", "mmap"}
CALLS = WRITES | MAKES | REMOVES | RENAMES | SYNCS | LOCKS

_SECOND_IS_WRITTEN = {"copy_file_range", "splice"}
_LINKS_TEXT = {"symlink", "symlinkat"}  # their first string is no path
_BY_NAME = MAKES | REMOVES | RENAMES | {"truncate", "chmod", "fchmodat", "utimensat"}
_NAME = re.compile(r'(?:(?:\d+|AT_FDCWD)<((?:[^<>\\]|\\.)*)>, )?"((?:[^"\\]|\\.)*)"')
_DESCRIPTOR = re.compile(r"\b\d+<((?:[^<>\\]|\\.|<[^<>]*>)*)>")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LINE = re.compile(r"(?:(\d+) +)?(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)")
_ESCAPED = re.compile(r"\\([0-7]{1,3}|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who made it, of what, and from which line of the log to which.

    *paths* are those of the descriptor that is written to, or the names that are made or moved.
    """

    pid: int
    name: str
    arguments: str
    result: str
    began: int
    ended: int
    paths: tuple[str, ...]

    @property
    def returned(self) -> bool:
        return self.result not in ("", "?")

    @property
    def succeeded(self) -> bool:
        return self.returned and not self.result.startswith("-1")

    @property
    def injected(self) -> bool:
        return self.result.endswith("(INJECTED)")

    @property
    def path(self) -> str:
        """The one path, or the first; "" if there is none."""
        return next(iter(self.paths), "")

    @property
    def place(self) -> str:
        """By which path strace can be told to watch it: the folder's, for a name that counts from a folder."""
        folder = _DESCRIPTOR.match(self.arguments)
        return _unescaped(folder[1]) if folder else self.path

    @property
    def text(self) -> str:
        """What it writes, as far as strace was asked to keep it."""
        return "".join(map(_unescaped, _STRING.findall(self.arguments)))

    @property
    def changes(self) -> bool:
        """Whether it changes something: opening a file only to read it does not."""
        return self.name not in OPENS or re.search(r"O_CREAT|O_WRONLY|O_RDWR|O_TRUNC", self.arguments) is not None


def _paths(name: str, arguments: str) -> tuple[str, ...]:
    """The paths that a call is about: of the descriptor that is written to, or the names that are made or moved."""
    named = [os.path.join(*map(_unescaped, found)) for found in _NAME.findall(arguments)] if name in _BY_NAME else []
    if not named:
        descriptors = [_unescaped(path) for path in _DESCRIPTOR.findall(arguments.partition(', "')[0])]
        return tuple(descriptors[1:2] if name in _SECOND_IS_WRITTEN else descriptors[:1])
    if name in _LINKS_TEXT:
        return tuple(named[1:])
    return tuple(named[:2] if name in RENAMES | {"link", "linkat"} else named[:1])


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def plain(found: re.Match[str]) -> str:
        what = found.group(1)
        return chr(int(what, 8)) if what.isdigit() else _PLAIN.get(what, what)

    raw = _ESCAPED.sub(plain, text)
    return raw.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def calls(log: str) -> list[Call]:
    """The calls in a log of `strace -y`, with or without `-f`, by the line on which they began."""
    found: list[Call] = []
    open_calls: dict[int, tuple[str, str, int]] = {}
    lines = log.splitlines()
    for number, line in enumerate(lines):
        matched = _LINE.fullmatch(line)
        if matched is None:
            continue  # a signal, or the end of a process
        pid, resumed, name, rest = int(matched[1] or 0), matched[2], matched[3], matched[4]
        began = number
        if resumed:
            name, start, began = open_calls.pop(pid, (resumed, "", number))
            rest = start + rest
        elif rest.endswith(" <unfinished ...>"):
            open_calls[pid] = (name, rest.removesuffix(" <unfinished ...>"), number)
            continue
        arguments, _, result = rest.rpartition(" = ")
        arguments = arguments.rstrip().removesuffix(")")
        found.append(Call(pid, name, arguments, result, began, number, _paths(name, arguments)))
    for pid, (name, start, began) in open_calls.items():  # they never returned
        found.append(Call(pid, name, start, "", began, len(lines), _paths(name, start)))
    return sorted(found, key=lambda call: call.began)


@dataclass(frozen=True, slots=True)
class Point:
    """A call that can be hit: its name and its number among those of one process; *all_processes* or the first.

    With a *path*, only calls on that very file or folder are counted (and logged); *onwards*, all from this one on are
    hit.
    """

    name: str
    number: int
    all_processes: bool = True
    path: str = ""
    onwards: bool = False


def changes(log: list[Call], below: Path) -> list[Point]:
    """Every call that changes something below *below*, as the point at which it can be hit, in order.

    Files that other processes make are told by their paths: by number, such a point would first come in the start of
    the interpreter.  So the paths must be the same in every run (``preserve(same_ids=True)``).
    """
    counts: Counter[tuple[int, str]] = Counter()
    on_path: Counter[tuple[int, str, str]] = Counter()
    found: dict[Point, None] = {}
    for call in log:
        counts[call.pid, call.name] += 1
        if not (call.changes and any(Path(path).is_relative_to(below) for path in call.paths)):
            continue
        if call.pid != log[0].pid and call.name in OPENS:
            on_path[call.pid, call.name, call.path] += 1
            point = Point(call.name, on_path[call.pid, call.name, call.path], path=call.path)
        else:
            point = Point(call.name, counts[call.pid, call.name], call.pid != log[0].pid)
        found[point] = None
    return list(found)


def readings(log: list[Call], below: Path) -> list[Point]:
    """Every call that reads something below *below*: lists a folder, opens a file, or takes bytes of it."""
    counts: Counter[tuple[int, str, str]] = Counter()
    found: dict[Point, None] = {}
    for call in log:
        reads = call.name in READS or (call.name in OPENS and not call.changes)
        if reads and Path(call.path).is_relative_to(below):
            counts[call.pid, call.name, call.place] += 1
            found[Point(call.name, counts[call.pid, call.name, call.place], path=call.place, onwards=True)] = None
    return list(found)


class Strace:
    """The program strace, ready to be used."""

    def __init__(self, program: str, names: Iterable[str] = CALLS) -> None:
        self._program = program
        self._names = ",".join(sorted(names))

    def of(self, names: Iterable[str]) -> "Strace":
        """The same, with an eye on other calls than ``CALLS``."""
        return Strace(self._program, names)

    def log(self, words: list[str], file: Path, *options: str, status: int = 0) -> list[Call]:
        """The calls that *words* make, undisturbed, with what they write; they must end with this *status*."""
        run = subprocess.run([*self._traced(file), *options, *words], check=False, capture_output=True, timeout=600)
        assert run.returncode == status, run.stderr
        return _read(file)

    def refused(self, words: list[str], names: Iterable[str], error: str) -> "subprocess.CompletedProcess[str]":
        """Run *words* while every call of these *names* fails with *error*, in all processes."""
        options = ["-f", "-qq", "-o", os.devnull, "-e", f"inject={','.join(names)}:error={error}"]
        return subprocess.run(
            [self._program, *options, *words], check=False, capture_output=True, text=True, timeout=600
        )

    def hit(self, words: list[str], point: Point, fault: str, file: Path, *always: str) -> "Struck":
        """Run *words* in a session of its own with the *fault* (KILL, or the name of an error) at *point*.

        *always* are further options of strace.
        """
        what = "signal=SIGKILL" if fault == "KILL" else f"error={fault}"
        options = ["-e", f"inject={point.name}:{what}:when={point.number}{'+' if point.onwards else ''}"]
        options += ["-P", point.path] if point.path else []
        with subprocess.Popen(
            [*self._traced(file, following=point.all_processes), *options, *always, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as run:
            out, err = run.communicate(timeout=180)
        log = _read(file)
        return Struck(run.pid, run.returncode, out, err, log, _was_hit(log, point, fault), partial=bool(point.path))

    def _traced(self, file: Path, *, following: bool = True) -> list[str]:
        options = ["-y", "-s", "100000", "-o", str(file), "-e", f"trace={self._names}"]
        return [self._program, *(["-f"] if following else []), *options]


def _read(file: Path) -> list[Call]:
    return calls(file.read_text(encoding="utf-8", errors="surrogateescape"))


def _was_hit(log: list[Call], point: Point, fault: str) -> bool:
    if fault != "KILL":
        return any(call.injected for call in log)
    counts: Counter[int] = Counter()
    for call in log:
        counts[call.pid] += call.name == point.name
        if call.name == point.name and counts[call.pid] == point.number and not call.returned:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Struck:
    """How a command ended in which something was hit, if it was *reached*; *session* is that of all its processes.

    The log is *partial* where only the calls on one path were seen.
    """

    session: int
    status: int
    out: str
    err: str
    log: list[Call]
    reached: bool
    partial: bool = False

    @property
    def silenced(self) -> bool:
        """Whether it was (also) its own voice that was refused: what it prints."""
        return any(call.injected and call.arguments.startswith(("1<", "2<")) for call in self.log)


_SAME_IDS = """
import itertools, uuid
numbers = itertools.count(1)
uuid.uuid4 = lambda: uuid.UUID(int=next(numbers), version=4)
from preserve.cli.main import main
main()
"""


def preserve(home: Path, *words: str, same_ids: bool = False, first: str = "") -> list[str]:
    """The command line of preserve.  Without cached bytecode to write, its calls are the same in every run.

    With *same_ids*, so are the paths: of all runs from one state of the archive, that is, and only of these.  *first*
    is Python to be run before it.
    """
    program = ["-c", first + _SAME_IDS] if same_ids else ["-m", "preserve"]
    return [sys.executable, "-B", *program, "--home", str(home), *words]


def living(session: int) -> Iterator[int]:
    """The processes of *session* that have not ended."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                state, _, _, its_session = Path("/proc", entry, "stat").read_text().rpartition(") ")[2].split()[:4]
            except OSError:
                continue  # it ended meanwhile
            if int(its_session) == session and state not in "ZX":
                yield int(entry)
