"""What reaches the screen: results on standard output, everything else on standard error.

With ``--json`` standard output carries one JSON document a line and nothing else.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preserve.errors import PreserveError
from preserve.model import Problem, Severity
from preserve.storage import names

SCHEMA_VERSION = 1

_LINE_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What some programs take for the end of a line, and JSON does not escape by itself."""


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


@dataclass(frozen=True, slots=True)
class Output:
    """Where and how a command speaks."""

    as_json: bool = False
    quiet: bool = False

    def message(self, message_type: str, content: Mapping[str, Any]) -> None:
        """Print one JSON document, if JSON is wanted."""
        if self.as_json:
            import json  # noqa: PLC0415  a script that wants none starts preserve thousands of times

            document = {"message_type": message_type, "schema_version": SCHEMA_VERSION, **content}
            sys.stdout.write(_LINE_BREAKS.sub(_escaped, json.dumps(document, ensure_ascii=False)) + "\n")
            sys.stdout.flush()

    def line(self, text: str = "") -> None:
        """Print one line for a person, unless JSON is wanted."""
        if not self.as_json:
            sys.stdout.write(text + "\n")

    def lines(self, texts: Iterable[str]) -> None:
        """Print several lines for a person, unless JSON is wanted."""
        for text in texts:
            self.line(text)

    def aside(self, text: str) -> None:
        """Tell a person something that is not the result; nothing with ``--quiet``."""
        if not self.quiet:
            sys.stderr.write(text + "\n")


def complain(output: Output, error: PreserveError) -> int:
    """Say on standard error what went wrong, and return the exit status.

    Libraries and paths have their say in these sentences, so this is the last place to make them harmless.
    """
    message, hint = one_line(error.message), one_line(error.hint)
    output.message("error", {"code": error.code, "exit_code": error.exit_code, "message": message, "hint": hint})
    sys.stderr.write(f"preserve: {message}\n")
    if hint:
        sys.stderr.write(f"  {hint}\n")
    return error.exit_code


def clean(name: str) -> str:
    """*name* as legal Unicode text; bytes that are not UTF-8 are written as hex escapes."""
    return name if names.is_utf8(name) else names.shown(name)


def one_line(text: str) -> str:
    """*text* as it may stand in a line on a terminal: line breaks become blanks, control characters are escaped."""
    return names.shown(" ".join(text.splitlines()))


def with_path(key: str, name: str) -> dict[str, str]:
    """*name* under *key*, and its exact bytes as ``<key>_b64`` where it is not UTF-8."""
    exact = {} if names.is_utf8(name) else {f"{key}_b64": names.b64(name)}
    return {key: clean(name)} | exact


def problem_json(problem: Problem) -> dict[str, str]:
    """A Problem as every command prints it."""
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        **with_path("path", problem.path),
        "message": problem.message,
        "clause": problem.clause,
        "hint": problem.hint,
    }


def problem_lines(problems: Iterable[Problem], *, indent: str = "    ", most: int = 50) -> list[str]:
    """Problems for a person, errors first; beyond *most* only their number."""
    ordered = sorted(problems, key=lambda p: p.severity is not Severity.ERROR)
    lines: list[str] = []
    hints: set[str] = set()
    for problem in ordered[:most]:
        clause = f"  [{problem.clause}]" if problem.clause else ""
        lines.append(f"{indent}{problem.severity}: {one_line(problem.message)}{clause}")
        if problem.hint and problem.hint not in hints:
            lines.append(f"{indent}  → {one_line(problem.hint)}")
            hints.add(problem.hint)
    if len(ordered) > most:
        lines.append(f"{indent}… and {len(ordered) - most:,} more; see all of them with --json")
    return lines


def tell_problems(output: Output, problems: Sequence[Problem]) -> bool:
    """Problems that belong to no single result: JSON messages of their own, or lines on standard error.

    ``--quiet`` hides warnings, never errors.  Returns whether there was an error.
    """
    for problem in problems:
        output.message("problem", problem_json(problem))
    if not output.as_json:
        wanted = [p for p in problems if p.severity is Severity.ERROR or not output.quiet]
        sys.stderr.writelines(line + "\n" for line in problem_lines(wanted, indent=""))
    return any(problem.severity is Severity.ERROR for problem in problems)
