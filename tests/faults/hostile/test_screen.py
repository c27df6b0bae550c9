"""Names, settings and titles are shown and never obeyed: no escape sequence and no turned text reaches a terminal.

The screen, JSON, tables for spreadsheets, in which a cell may be a formula, and the report, a page in which a name may
be a script, are all that preserve writes for people today.  Pages that are served there are none; the last test falls
when they come.
"""

import csv
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest

from preserve.cli.main import COMMANDS, main
from tests.acceptance.archive import Archive
from tests.bag.builder import build
from tests.faults.fuzz.promises import assert_printable

EVIL = "\x1b[31m\x1b]0;owned\x07\x9b2J\u202e\u2066\u2028\x7f"
EVIL_LINE = EVIL + "\r\n"
RAW = os.fsdecode(b"\xff\x1b[2J")
HTML = "<script>alert(1)</script>"


def assert_harmless(text: str) -> None:
    for line in text.split("\n"):
        assert_printable(line)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> int:
    """Run a command, whatever its home is, and see that all it says is harmless."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        main(words)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert_harmless(said.out + said.err)
    assert isinstance(stopped.value.code, int)
    assert stopped.value.code != 1, said.err
    return stopped.value.code


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in a folder with an evil name, in which things with evil names have arrived."""
    home = tmp_path / f"home{EVIL}"
    box = home / "incoming" / f"box{EVIL_LINE}"
    box.mkdir(parents=True)
    (home / "packages").mkdir()
    for name in (f"a{EVIL_LINE}", RAW, HTML[:-1].replace("/", "")):
        (box / name).write_text(name.encode("ascii", "replace").decode())
    (box / "SHA256SUMS").write_text(f"zz  a\n{'0' * 64}  {EVIL}\n")
    letter = f"c{EVIL_LINE}.txt"
    (home / "incoming" / letter).write_text("c")
    described = "<m xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title xml:lang='\u202een'>\u202ex</dc:title>"
    described += "<dc:t\u00e9>x</dc:t\u00e9><dc:date>\u202eyes</dc:date></m>"
    (home / "incoming" / f"{letter}.dc.xml").write_text(described)
    (home / "incoming" / "metadata.csv").write_text(f"filename,dc.\u202ex,dc.date\nnot here{EVIL},\x1b,\u202e\n")
    os.mkfifo(home / "incoming" / f"pipe{EVIL_LINE}")
    (home / "incoming" / f"link{EVIL_LINE}").symlink_to(f"/etc/{EVIL}")
    return home


def test_whatever_arrives_under_an_evil_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at_home = ["--home", str(home)]
    for words in (["check"], ["ingest"], ["ls"], ["status"], ["config", "show"], ["catalog", "rebuild"]):
        run(capsys, *at_home, *words)
    packages = [path for path in (home / "packages").iterdir() if path.is_dir() and path.name[0] != "."]
    assert packages
    (packages[0] / f"added{EVIL_LINE}").write_text("x")
    (packages[0] / "data" / f"added{EVIL_LINE}").mkdir()
    os.rename(packages[-1], packages[-1].with_name(f"z{EVIL_LINE}{RAW}"))
    for package in [packages[0].name, str(packages[0]), f"z{EVIL_LINE}{RAW}"]:
        for words in (["validate"], ["show"], ["log"], ["validate", "--record"]):
            run(capsys, *at_home, *words, package)
    run(capsys, *at_home, "validate", *[str(path) for path in (home / "incoming").iterdir()])
    run(capsys, *at_home, "catalog", "rebuild")
    run(capsys, *at_home, "status")


WORDS: Iterable[tuple[str, ...]] = (
    *((command, EVIL_LINE) for command in COMMANDS),
    *((command, f"--{EVIL_LINE}") for command in COMMANDS),
    *((command, RAW, RAW) for command in ("ls", "show", "validate", "completion")),
    (EVIL_LINE,),
    ("ingest", "--set", f"{EVIL}=x"),
    ("ingest", "--set", f"title@{EVIL}=x"),
    ("ingest", "--set", f"dcterms:date={EVIL_LINE}"),
    ("ingest", "--metadata", EVIL_LINE),
    ("validate", "--profile", EVIL_LINE, "."),
    ("validate", "--fetch-limit", EVIL_LINE, "."),
    ("-c", EVIL_LINE, "ls"),
    *(("-c", f"{key}={EVIL_LINE}", "config", "show") for key in (EVIL, "bag.algorithms", "identify.clamav")),
    *(("-c", f"{key}={EVIL_LINE}", "ls") for key in ("catalog.url", "archive.name", "identify.timeout")),
    ("-c", f"catalog.url=postgresql://{EVIL}@localhost/x", "ls"),
    ("-c", f"catalog.url=sqlite:///{EVIL}/x", "ls"),
)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: ascii(words[0])[:12])
def test_whatever_is_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    if words[0] == "init":
        words = ("init", str(tmp_path / words[1]))
    (tmp_path / "incoming").mkdir()
    run(capsys, "--home", str(tmp_path), *words)


@pytest.mark.parametrize(
    "text",
    [
        '"k\u202e" = 1',
        "a = \x1b",
        '[bag]\nalgorithms = ["\\u001b\u202e"]',
        f'[archive]\nname = "{HTML}"\n[identify]\nclamav = "\\u001b[2J\u202e"',
        "[identify]\ntimeout = " + "1" * 5000,
        "a = " + "[" * 100_000,
        f"{'k' * 100_000} = 1",
    ],
)
def test_whatever_stands_in_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "preserve.toml").write_text(text)
    assert run(capsys, "--home", str(tmp_path), "config", "show") in (0, 12)


def test_a_folder_that_is_no_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / EVIL_LINE
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert run(capsys, "ls") == 10
    assert run(capsys, "status", "--json") == 10
    assert run(capsys, "init") == 0


IMPATIENT = "from preserve.cli import main, progress; progress._PATIENCE = progress._PLAIN_EVERY = 0; main.main()"


@pytest.mark.parametrize("terminal", [True, False])
def test_the_progress_of_what_has_an_evil_name(tmp_path: Path, terminal: bool) -> None:
    """A bar moves the cursor; what it shows does not."""
    bag = build(tmp_path / f"bag{EVIL}")
    leader, follower = pty.openpty() if terminal else os.pipe()
    command = [sys.executable, "-c", IMPATIENT, "validate", str(bag)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=follower) as validating:
        os.close(follower)
        shown = bytearray()
        with open(leader, "rb", buffering=0) as stream, suppress(OSError):  # a terminal ends with an error
            while block := stream.read(65536):
                shown += block
    assert validating.returncode == 0
    text = shown.decode()
    assert "owned" in text
    assert not any(sign in text for sign in ("\x1b]0;", "\x07", "\x9b", "\u202e", "\u2066"))


def test_json_stays_on_its_line_and_says_the_name_exactly(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(home, capsys)
    for message in archive.run("check", "--json").messages:
        assert message["message_type"] in ("check", "problem")
    out = archive.run("check", "--json").out
    assert len(out.split("\n")) == len(out.splitlines()) + 1
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in out.replace("\n", ""))


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\uff1d1+1")


def test_no_cell_of_a_table_to_be_filled_in_is_a_formula(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a name, nor a value, nor what a text proposes; and what is shown of an evil package is harmless."""
    for number, formula in enumerate(FORMULAS):
        name = formula.replace("/", "").strip() + f"-{number}.md"
        (home / "incoming" / name).write_text(f"# {formula}\n\nBy {formula}\n", encoding="utf-8")
    run(capsys, "--home", str(home), "ingest", *(["--set", f"subject={FORMULAS[0]}"]))
    table = home / "table.csv"
    assert run(capsys, "--home", str(home), "describe", "--export", str(table)) == 0
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) > len(FORMULAS)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@\uff1d") and cell]
    assert f"'{FORMULAS[0]}" in cells
    for package in Archive(home, capsys).sealed():
        assert run(capsys, "--home", str(home), "describe", package.name) == 0
        run(capsys, "--home", str(home), "describe", package.name, "--set", f"title={EVIL_LINE}", "--agent", EVIL)
        run(capsys, "--home", str(home), "log", package.name)
    assert run(capsys, "--home", str(home), "describe", "--csv", str(table)) in (0, 21)


class Page(HTMLParser):
    """What a browser would make of a page: its elements, and what they would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.orders: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.orders += [name for name, _ in attrs if name.startswith("on")]
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "action", "style")]


def test_a_name_in_the_report_is_no_script_and_no_formula(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "incoming" / "page.md").write_text(f"# {HTML}\n")
    (home / "incoming" / f"{HTML[:-9].replace('/', '')}<img src=x onerror=y>.txt").write_text("x")
    at_home = ["--home", str(home)]
    run(capsys, *at_home, "ingest", "--set", f"title={HTML}", "--set", f"subject={FORMULAS[0]}")
    (home / "preserve.toml").write_text(f"[archive]\nname = {json.dumps(HTML + FORMULAS[0])}\n")
    damaged = next(path for path in Archive(home, capsys).sealed() if "img" in path.name)
    next((damaged / "data").iterdir()).rename(damaged / "data" / f"{FORMULAS[3]}<script>")
    run(capsys, *at_home, "audit", "--all")
    page, table = home / "report.html", home / "report.csv"
    run(capsys, *at_home, "report", "--html", str(page), "--csv", str(table))
    seen = Page(page.read_text(encoding="utf-8"))
    assert not seen.tags & {"script", "img", "iframe", "object", "embed", "form", "base"}
    assert (seen.orders, [one for one in seen.loaded if not one.startswith("#")]) == ([], [])
    with table.open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@\uff1d") and cell]


def test_there_is_no_page_for_others_yet() -> None:
    """Whoever adds one begins with a script in a name, and adds it here."""
    assert "serve" not in COMMANDS
