"""The documentation cannot drift: what it says of commands, settings, statuses, findings and parts is held here."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import click
import pytest

from preserve.cli.main import COMMANDS
from preserve.cli.main import preserve as program
from preserve.config import SETTINGS, load
from preserve.describe.supplied.read_toml import read_toml
from preserve.errors import PreserveError

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
REFERENCE = DOCS / "reference"
README = REPOSITORY / "README.md"


PAGES = sorted(
    page
    for place, pattern in (("", "*.md"), ("docs", "**/*.md"), ("packages", "**/*.md"), ("benchmarks", "*.md"))
    for page in (REPOSITORY / place).glob(pattern)
)
PROSE = [page for page in PAGES if page.is_relative_to(DOCS) or page.parent == REPOSITORY]


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def named(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", REPOSITORY / "scripts" / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the reference ------------------------------------------------------------------------------------------


def test_the_reference_says_what_the_code_says(reference: ModuleType) -> None:
    for name, text in reference.pages().items():
        assert text_of(REFERENCE / name) == text, f"{name} is out of date: run python scripts/make_reference.py"
    assert {page.name for page in REFERENCE.glob("*.md")} == set(reference.pages())


def test_every_file_of_rules_is_in_the_reference(reference: ModuleType) -> None:
    files = (REPOSITORY / "preserve").rglob("*rules.py")
    modules = {".".join(file.relative_to(REPOSITORY).with_suffix("").parts) for file in files}
    assert {module for group in reference.RULE_MODULES.values() for module in group} == modules


def commands() -> Iterator[tuple[str, click.Command]]:
    def below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield path, command
        if isinstance(command, click.Group):
            for name, child in command.commands.items():
                yield from below(f"{path} {name}", child)

    for name in COMMANDS:
        yield from below(f"preserve {name}", cast("click.Command", program.get_command(click.Context(program), name)))


def test_every_command_and_option_is_documented() -> None:
    page = text_of(REFERENCE / "commands.md")
    guide = "\n".join(text_of(page) for page in PROSE if not page.is_relative_to(REFERENCE))
    for path, command in [("preserve", program), *commands()]:
        _, _, section = page.partition(f"## {path}\n") if path != "preserve" else ("", "", page)
        section = section.partition("\n## ")[0]
        assert section, f"{path} is not in the reference"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(option in section for option in parameter.opts), f"{path}: {parameter.opts}"
                named_there = re.search("|".join(rf"{option}(?![\w-])" for option in parameter.opts), guide)
                assert named_there, f"the guide never names {parameter.opts}"
        assert path in guide, f"neither README nor guide names {path}"


def test_every_command_says_what_it_prints_as_json() -> None:
    page = text_of(DOCS / "guide" / "json-output.md")
    for path, command in commands():
        if not isinstance(command, click.Group):
            assert f"| `{path}` |" in page, f"json-output.md does not say what {path} prints"


def test_every_schema_of_a_message_has_its_place_in_the_guide(reference: ModuleType) -> None:
    page = text_of(DOCS / "guide" / "json-output.md")
    for name, schema in reference.messages().items():
        assert f"`{name}`" in page or f"`{name}.schema.json`" in page, f"json-output.md does not name {name}"
        assert schema.get("description"), f"the schema {name} says nothing about itself"


def test_every_setting_is_documented() -> None:
    page = text_of(REFERENCE / "configuration.md")
    for setting in SETTINGS:
        assert f"`{setting.key}`" in page
        assert f"`{setting.variable}`" in page
        assert setting.meaning in page


def errors(root: type[PreserveError] = PreserveError) -> Iterator[type[PreserveError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == root.__module__:
            yield from errors(child)


def test_every_exit_status_is_documented() -> None:
    page = text_of(REFERENCE / "exit-statuses.md")
    for error in errors():
        assert f"\n| {error.exit_code} |" in page
        assert f"| `{error.code}` | {error.exit_code} |" in page


# --- dependencies -------------------------------------------------------------------------------------------


def _table_under(heading: str) -> set[str]:
    section = text_of(DOCS / "dependencies.md").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \[?([A-Za-z0-9_-]+)", section, re.MULTILINE)
    return {name.lower() for name in rows if name != "Package"}


def _required(*requirements: str) -> set[str]:
    found = {re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements}
    return found - {"preserve-packager"}  # what its own extras need


@pytest.mark.parametrize(
    ("heading", "groups"),
    [
        ("At run time", ("",)),
        ("Only if asked for", ("postgresql",)),
        ("To hand packages over", ("sftp", "s3", "http", "keyring")),
        ("For tests and checks", ("test", "lint", "fuzz", "build")),
        ("For comparison", ("bench",)),
    ],
)
def test_every_part_we_do_not_write_is_explained_and_no_other(heading: str, groups: tuple[str, ...]) -> None:
    project = tomllib.loads(text_of(REPOSITORY / "pyproject.toml"))
    extras: dict[str, list[str]] = project["project"]["optional-dependencies"]
    assert set(extras) == {"postgresql", "sftp", "s3", "http", "keyring", "deposit", "test", "lint", "fuzz", "bench"}, (
        "a new group of dependencies needs a table of its own"
    )
    lists = {"": project["project"]["dependencies"], "build": project["build-system"]["requires"], **extras}
    assert _table_under(heading) == _required(*(one for group in groups for one in lists[group]))


def test_every_door_in_the_list_of_parts_is_there() -> None:
    for door in re.findall(r"`([a-z_]+/[a-z_/]+(?:\.py)?)`", text_of(DOCS / "dependencies.md")):
        assert (REPOSITORY / "preserve" / door).exists(), f"dependencies.md names preserve/{door}"


# --- links and words ----------------------------------------------------------------------------------------


def _without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", _without_blocks(text))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _without_blocks(text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _without_code(text_of(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in _anchors(place), f"{target}: there is no such heading"


def test_every_page_can_be_reached_from_the_table_of_contents() -> None:
    contents = text_of(DOCS / "README.md")
    for page in DOCS.rglob("*.md"):
        if page != DOCS / "README.md":
            assert f"({page.relative_to(DOCS)})" in contents, f"docs/README.md does not name {named(page)}"


@pytest.mark.parametrize("page", PROSE, ids=named)
def test_pages_speak_of_the_project_alone(page: Path) -> None:
    found = re.findall(r"\b(?:(?:sessions?|prompts?|helpers?)\b|/work/\w+|/tmp/w/\S*)", text_of(page), re.IGNORECASE)
    assert not found


# --- what readers will type ---------------------------------------------------------------------------------


def _fences(page: Path, *languages: str) -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)
    return [body for language, body in blocks if language in languages]


def _typed(page: Path) -> Iterator[list[str]]:
    """The words after ``preserve`` of every such command that a page tells the reader to type."""
    lines = [line for body in _fences(page, "console") for line in re.findall(r"^\$ (.*)$", body, re.MULTILINE)]
    named_in_prose = re.findall(r"`(preserve [^`\n…]+)`", text_of(page))
    for line in [*lines, *(words for words in named_in_prose if not words.endswith(".toml"))]:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        words = [*lexer, ";"]
        while words:
            end = next(place for place, word in enumerate(words) if set(word) <= set("|&;<>"))
            command, words = words[:end], words[end + 1 :]
            if command[:1] == ["preserve"]:
                yield command[1:]


def _parse(words: list[str]) -> None:
    """Parse a whole command line without running it; ``UsageError`` if it cannot be."""
    command: click.Command = program
    while isinstance(command, click.Group) and words:
        if not words[0].startswith("-"):
            context = click.Context(command)
            _, found, words = command.resolve_command(context, words)
            assert found is not None
            command = found
            continue
        option = next((one for one in command.params if words[0] in one.opts), None)
        if option is None or not isinstance(option, click.Option):
            raise click.NoSuchOption(words[0])
        words = words[1 if option.is_flag else 2 :]
    if not isinstance(command, click.Group):
        command.make_context(command.name or "", words)


@pytest.mark.parametrize("page", PROSE, ids=named)
def test_commands_on_the_pages_can_be_typed(page: Path) -> None:
    for words in _typed(page):
        try:
            _parse(words)
        except click.UsageError as error:
            if not isinstance(error, click.MissingParameter):  # prose names commands without their arguments
                pytest.fail(f"preserve {shlex.join(words)}: {error.format_message()}")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readmes_commands_have_help(name: str) -> None:
    words = [sys.executable, "-m", "preserve", name, "--help"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: preserve {name}")


def test_the_examples_of_the_python_api_run(home: Path) -> None:
    page = DOCS / "guide" / "python-api.md"
    example = home / "a-new-archive"
    namespace: dict[str, object] = {"home": example}
    for body in _fences(page, "python"):
        line = text_of(page).partition(body)[0].count("\n")
        exec(compile("\n" * line + body, str(page), "exec"), namespace)  # noqa: S102  the examples are ours


def test_the_examples_of_the_guide_are_written_in_what_they_say_they_are(home: Path) -> None:
    for page in PROSE:
        for body in _fences(page, "toml"):
            tables = tomllib.loads(body)
            if not all(isinstance(keys, dict) for keys in tables.values()):
                assert read_toml(body.encode(), "metadata.toml")[1] == (), f"{named(page)} shows a wrong metadata.toml"
                continue
            (home / "preserve.toml").write_text(body, "utf-8")
            load(home, environment={})  # names a setting that does not exist
        for body in _fences(page, "python"):
            compile(body, str(page), "exec")


def _said_by_the_program() -> set[str]:
    """The constant parts of every text in the code that are long enough to be told apart."""
    trees = [ast.parse(text_of(file)) for file in (REPOSITORY / "preserve").rglob("*.py")]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {text.strip(" .") for text in constants if isinstance(text, str) and len(text.strip(" .")) >= 10}


def test_messages_that_the_guide_explains_are_messages_of_the_program() -> None:
    said = _said_by_the_program()
    for sentence in re.findall(
        r"^\| \*(.+?)\* \|", text_of(DOCS / "guide" / "when-something-is-wrong.md"), re.MULTILINE
    ):
        pieces = [piece.strip(" .") for piece in sentence.split("…") if len(piece.strip(" .")) >= 10]
        known = any(text in sentence or any(piece in text for piece in pieces) for text in said)
        assert known, f"the program never says: {sentence}"


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    assert "\n## Unreleased\n" in text_of(REPOSITORY / "CHANGELOG.md")
