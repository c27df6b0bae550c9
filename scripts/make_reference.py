"""Write docs/reference/ from the code: commands, exit statuses, settings, findings.

python scripts/make_reference.py            write the pages
python scripts/make_reference.py --check    only say whether they are up to date (exit status 1 if not)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

import click

from preserve.cli.main import COMMANDS
from preserve.cli.main import preserve as program
from preserve.config import SETTINGS
from preserve.errors import PreserveError
from preserve.model import Rule

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
RULE_MODULES = {
    "Bags": (
        "preserve.bag.rules",
        "preserve.bag.serialized_rules",
        "preserve.bag.profile_rules",
        "preserve.bag.fetching_rules",
    ),
    "Transfers": ("preserve.transfer.rules",),
    "Identification": ("preserve.identify.rules",),
    "Descriptions": ("preserve.describe.rules",),
    "PREMIS": ("preserve.premis.rules",),
    "Histories": ("preserve.history.rules",),
    "Catalogue": ("preserve.catalog.rules",),
    "Archive": ("preserve.workflows.rules",),
}
GENERATED = "<!-- Written by scripts/make_reference.py from the code; change the code, then run it again. -->\n"


def pages() -> dict[str, str]:
    """The name and the text of every page."""
    return {
        "commands.md": _commands(),
        "exit-statuses.md": _exit_statuses(),
        "configuration.md": _configuration(),
        "findings.md": _findings(),
    }


def _commands() -> str:
    parts = [GENERATED, "# Commands\n", "```text\n" + _help(program, "preserve") + "```\n"]
    for name in COMMANDS:
        command = program.get_command(click.Context(program), name)
        for path, each in _with_children(f"preserve {name}", cast("click.Command", command)):
            parts.append(f"## {path}\n\n```text\n{_help(each, path)}```\n")
    return "\n".join(parts)


def _with_children(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from _with_children(f"{path} {name}", child)


def _help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
    return command.get_help(context).rstrip() + "\n"


def _tree(root: type[PreserveError]) -> Iterator[type[PreserveError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def _exit_statuses() -> str:
    lines = [GENERATED, "# Exit statuses\n"]
    lines.append("Scripts may rely on these numbers and codes. The code stands in the JSON message `error`.\n")
    lines += ["| Status | Meaning |", "|---|---|", "| 0 | Done, and nothing is wrong. |"]
    errors = list(_tree(PreserveError))
    for error in errors:
        if "exit_code" in vars(error):
            own = " A bug of preserve." if error is PreserveError else ""
            lines.append(f"| {error.exit_code} |{own or ' ' + _first_line(error)} |")
    lines += ["", "## Codes\n", "| Code | Status | Meaning |", "|---|---|---|"]
    lines += [f"| `{error.code}` | {error.exit_code} | {_first_line(error)} |" for error in errors]
    return "\n".join(lines) + "\n"


def _first_line(thing: object) -> str:
    return " ".join((thing.__doc__ or "").split("\n\n")[0].split())


def _configuration() -> str:
    lines = [
        GENERATED,
        "# Configuration\n",
        "`preserve.toml` lies in the archive's home. A flag (`-c KEY=VALUE`) goes before an environment variable, that",
        "before the file, that before the default. An unknown key is an error. `preserve config show` says where each",
        "value in force came from.\n",
        "| Key | Default | Variable | Meaning |",
        "|---|---|---|---|",
    ]
    for setting in SETTINGS:
        default = ", ".join(setting.default) if isinstance(setting.default, tuple) else setting.default
        shown = f"`{default}`" if default != "" else "—"
        lines.append(f"| `{setting.key}` | {shown} | `{setting.variable}` | {setting.meaning} |")
    return "\n".join(lines) + "\n"


def rules() -> dict[str, tuple[Rule, ...]]:
    """All rules of the house, by the part that they are about."""
    return {
        title: tuple(rule for module in modules for rule in import_module(module).ALL)
        for title, modules in RULE_MODULES.items()
    }


def _findings() -> str:
    lines = [GENERATED, "# Findings\n"]
    lines.append(
        "Every problem that preserve reports has one of these codes. `error` forbids what was asked; `warning`"
    )
    lines.append("is for a person to know.\n")
    for title, found in rules().items():
        lines += [f"## {title}\n", "| Code | Severity | Clause | What to do |", "|---|---|---|---|"]
        lines += [f"| `{r.code}` | {r.severity} | {_cell(r.clause)} | {_cell(r.hint)} |" for r in found]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "—"


def main() -> int:
    """Write or check the pages."""
    stale = []
    for name, text in pages().items():
        page = REFERENCE / name
        if page.is_file() and page.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, "utf-8")
    for name in stale:
        print(f"docs/reference/{name} {'is out of date' if '--check' in sys.argv else 'was written'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
