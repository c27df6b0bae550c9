"""Write docs/reference/ from the code: commands, exit statuses, settings, findings, messages in JSON.

python scripts/make_reference.py            write the pages
python scripts/make_reference.py --check    only say whether they are up to date (exit status 1 if not)
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import click

from preserve.cli.main import COMMANDS
from preserve.cli.main import preserve as program
from preserve.config import NAMED, SETTINGS, TERMS, Setting
from preserve.errors import PreserveError
from preserve.model import Rule
from preserve.workflows.depositing.kinds import BUILT_IN, kind_named

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
SCHEMAS = ROOT / "schemas"
RULE_MODULES = {
    "Bags": ("preserve.bag.rules",),
    "Bags in a tar or zip": ("preserve.bag.serialized.rules",),
    "Fetching what a bag lacks": ("preserve.bag.fetching.rules",),
    "BagIt Profiles": ("preserve.bag.profiles.rules",),
    "Transfers": ("preserve.transfer.rules",),
    "Identification": ("preserve.identify.rules",),
    "Descriptions": ("preserve.describe.record.rules", "preserve.describe.record.value_rules"),
    "Reviews": ("preserve.describe.review.rules",),
    "Exports": ("preserve.describe.crosswalks.rules",),
    "PREMIS": ("preserve.premis.rules",),
    "Histories": ("preserve.history.rules",),
    "Checkpoints": ("preserve.history.checkpoints.rules",),
    "Catalogue": ("preserve.catalog.rules",),
    "Archive": ("preserve.workflows.rules",),
    "Copies": ("preserve.workflows.copying.rules",),
    "Deposits": (
        "preserve.deposit.rules",
        "preserve.deposit.targets.ocfl.rules",
        "preserve.deposit.targets.s3.rules",
        "preserve.deposit.targets.swordv2.rules",
    ),
    "Reports": ("preserve.workflows.reporting.rules",),
    "Alerts": ("preserve.workflows.alerting.rules",),
}
COMMON_FIELDS = {
    "id": "The package's UUID.",
    "name": "The package's name: that of its folder.",
    "path": "Where it lies; in a problem, the file that it is about, or empty.",
    "transfer": "What the file or folder was called when it arrived.",
    "files": "How many documents.",
    "bytes": "Their size in octets.",
    "problems": "What is wrong, or worth knowing.",
    "title": "The first title of its description.",
    "title_stands_in": "Whether the title is only the file name.",
    "sealed": "When, in UTC (RFC 3339).",
    "time": "When, in UTC (RFC 3339).",
    "bag_version": "The version of BagIt.",
    "code": "Stable; see findings.md and exit-statuses.md.",
    "severity": "`error`: it is not as it must be. `warning`: a person should know.",
    "message": "One sentence for a person.",
    "hint": "What to do about it.",
    "clause": "Of which standard.",
    "home": "The archive's home.",
    "made": "What was not there yet.",
    "kind": "What the transfer is; a bundle is several packaged as one.",
    "ready": "Whether ingest would seal it.",
    "source": "Whether the event stands in premis.xml or in the history.",
    "type": "The event's code in the Library of Congress's vocabulary.",
    "label": "The event's name in that vocabulary.",
    "outcome": "How it ended; `not-done` is never a success.",
    "agents": "Who did it.",
    "detail": "What was done.",
    "note": "What came of it.",
    "objects": "The files that it is about; none for the package as a whole.",
    "record": "The description.",
    "proposals": "What programs guessed.",
    "pinned": "The checksums of the manifests when the package was sealed.",
    "status": "What became of the transfer.",
    "packages": "How many packages.",
    "waiting": "How many files and folders in incoming/ have no package of their name yet.",
    "titles_missing": "How many packages have a file name for a title.",
    "key": "The setting.",
    "value": "Its value in force.",
    "origin": "Where the value came from.",
    "meaning": "What the setting is for.",
    "exit_code": "The exit status of the process.",
}
"""What fields mean whose schema does not say it."""
GENERATED = "<!-- Written by scripts/make_reference.py from the code; change the code, then run it again. -->\n"


def pages() -> dict[str, str]:
    """The name and the text of every page."""
    return {
        "commands.md": _commands(),
        "exit-statuses.md": _exit_statuses(),
        "configuration.md": _configuration(),
        "findings.md": _findings(),
        "messages.md": _messages(),
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
    context = click.Context(command, info_name=path, **program.context_settings, terminal_width=100)
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
            lines.append(f"| {error.exit_code} | {_meaning(error)} |")
    lines += ["", "`preserve validate` of several targets gives the highest of their statuses.\n"]
    lines += ["## Codes\n", "| Code | Status | Meaning |", "|---|---|---|"]
    lines += [f"| `{error.code}` | {error.exit_code} | {_meaning(error)} |" for error in errors]
    return "\n".join(lines) + "\n"


def _meaning(error: type[PreserveError]) -> str:
    if error is PreserveError:
        return "A fault of preserve itself. Please report it."
    first = " ".join((error.__doc__ or "").split("\n\n")[0].split())
    return first.replace("``", "`")


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
    terms = ", ".join(f"`{setting.key.partition('.')[2]}`" for setting in TERMS)
    lines.append("\n`[describe]` may hold any other term of Dublin Core too, with a text or a list of texts for every")
    lines.append("new package; title and identifier are each package's own. The variable of `describe.creator` is")
    lines.append(f"`PRESERVE_DESCRIBE_CREATOR`. These are: {terms}.")
    lines.append("\nOf these tables there may be several, each with a name of its own (small letters).")
    for kind, settings in NAMED.items():
        lines += ["", f"## [{kind}.NAME]", "", "| Key | Default | Meaning |", "|---|---|---|"]
        lines += map(_row, settings)
    for name in BUILT_IN:
        lines += _kind(name)
    return "\n".join(lines) + "\n"


def _row(setting: Setting) -> str:
    default = json.dumps(setting.default) if isinstance(setting.default, bool) else setting.default
    shown = f"`{default}`" if default not in ("", ()) else "—"
    return f"| `{setting.key}` | {shown} | {setting.meaning} |"


def _kind(name: str) -> list[str]:
    """The section on one kind of target."""
    kind = kind_named(name)
    forms = ", ".join(f"`{form}`" for form in kind.forms)
    meaning = kind.meaning[0].upper() + kind.meaning[1:].rstrip(".")
    lines = ["", f"## [targets.NAME] of the type {name}", "", f"{meaning}.", ""]
    lines += [f"Forms: {forms}.", "", "| Key | Default | Meaning |", "|---|---|---|", *map(_row, kind.settings)]
    if kind.required:
        lines += ["", f"Must be given: {', '.join(f'`{key}`' for key in kind.required)}."]
    if kind.secrets:
        lines += ["", "| Credential | Meaning |", "|---|---|"]
        lines += [f"| `{key}` | {meaning} |" for key, meaning in kind.secrets.items()]
    return lines


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


def _messages() -> str:
    lines = [GENERATED, "# Messages in JSON\n"]
    lines.append(
        "With `--json` every command prints one JSON document a line. What each may hold, by its `message_type`."
    )
    lines.append(
        "Every document also has its `message_type` and a `schema_version`. Fields in **bold** are always there."
    )
    lines.append("The schemas lie in `schemas/`.\n")
    for name, schema in messages().items():
        lines += [f"## {name}\n", f"{schema['description']}\n", "| Field | Type | Meaning |", "|---|---|---|"]
        required = schema.get("required", ())
        for field, about in schema["properties"].items():
            if field in ("message_type", "schema_version"):
                continue
            shown = f"**`{field}`**" if field in required else f"`{field}`"
            lines.append(
                f"| {shown} | {_type(about)} | {_cell(about.get('description') or COMMON_FIELDS.get(field, ''))} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def messages() -> dict[str, Mapping[str, Any]]:
    """The schema of every message type, by its name."""
    files = sorted(SCHEMAS.glob("*.schema.json"))
    return {file.name.removesuffix(".schema.json"): json.loads(file.read_text("utf-8")) for file in files}


def _type(about: Mapping[str, Any]) -> str:
    if "const" in about:
        return f"`{json.dumps(about['const'])}`"
    if "enum" in about:
        return " or ".join(f"`{json.dumps(value)}`" for value in about["enum"])
    if "$ref" in about:
        name = about["$ref"].removesuffix(".schema.json")
        return f"[{name}](#{name})"
    kind = about.get("type", "")
    if kind == "object" and "properties" in about:
        return "{" + ", ".join(f"`{field}`" for field in about["properties"]) + "}"
    if kind == "array":
        return f"list of {_type(about.get('items', {}))}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind) or "any"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|") or "—"


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
