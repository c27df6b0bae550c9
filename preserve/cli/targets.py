"""``preserve targets``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.options import common, complete_target, configuration
from preserve.cli.output import Output, clean, one_line, problem_json, problem_lines
from preserve.errors import PreserveError, ProblemsFound, UsageError
from preserve.model import Problem

if TYPE_CHECKING:
    from preserve.config import Config, Setting
    from preserve.deposit.given import TargetKind
    from preserve.model.deposits import Promises
    from preserve.workflows.depositing.configured import Configured

_PROOFS = {
    "bytes": "verified by reading back every octet",
    "digest": "verified by digests that it makes of what it holds, when asked",
    "word": "verified by its word: a digest that it took of what arrived, or its own check",
    "none": "cannot be verified: that it says stored is the most there is",
}


@click.command(name="targets")
@click.argument("target_names", metavar="[NAME...]", nargs=-1, shell_complete=complete_target)
@click.option("--check", "go", is_flag=True, help="Go there and log in; change nothing.")
@click.option("--kinds", is_flag=True, help="List the kinds of targets there are, and their keys in preserve.toml.")
@common
def command(target_names: tuple[str, ...], *, go: bool, kinds: bool, output: Output) -> int:
    """List the targets to which packages can be handed over, and what each can promise.

    A target is a table [targets.NAME] in preserve.toml; NAME lists only these. With --check each is visited, with its
    credentials. Ends with status 3 if one of several cannot be used; of a single one with that of its own error.
    """
    if kinds:
        if target_names or go:
            raise UsageError("--kinds lists kinds, not targets.", hint="Leave out NAME and --check.")
        return _tell_kinds(output)
    config = configuration()
    wanted = list(dict.fromkeys(target_names)) or list(config.named("targets"))
    if not wanted:
        output.line("There is no target yet: add a table [targets.NAME] to preserve.toml.")
        output.line("Its keys: preserve targets --kinds")
    alone = len(wanted) == 1
    errors = [error for name in wanted if (error := _tell(config, name, output, go=go, alone=alone)) is not None]
    if errors and alone:
        raise errors[0]
    return ProblemsFound.exit_code if errors else 0


def _tell(config: Config, name: str, output: Output, *, go: bool, alone: bool) -> PreserveError | None:
    from preserve.workflows.depositing.configured import target_named  # noqa: PLC0415  --help must stay fast

    target, promises, there, error = None, None, "", None
    try:
        target = target_named(config, name, os.environ)
        with closing(target.open()) as opened:
            promises = opened.promises
            there = target.scrubber.text(opened.check()) if go else ""
    except UsageError:
        raise
    except PreserveError as caught:
        error = target.scrubber.of_error(caught) if target else caught
    problems = [Problem.of(error)] if error else []
    output.message("target", _json(name, target, promises, there, problems))
    kind = f"{target.kind.name}, as {target.form}" if target else "not usable"
    output.line(f"{name}: {kind}")
    output.lines(f"    {line}" for line in _details(target, promises, there))
    output.lines(problem_lines(problems if not alone else ()))  # else whoever raises it tells it
    return error


def _details(target: Configured | None, promises: Promises | None, there: str) -> Iterator[str]:
    if target is not None:
        yield f"where        {one_line(target.place) or '—'}"
        yield from (f"credential   {secret}: from {one_line(where)}" for secret, where in target.found.items())
    if promises is not None:
        asked = "can be asked what it has" if promises.askable else "cannot be asked what it has"
        cut = "goes on where it was cut" if promises.resumes else "begins anew where it was cut"
        yield f"promises     {asked}; {cut}; {_PROOFS[promises.proof]}"
    if there:
        yield f"there        {one_line(there)}"


def _json(
    name: str, target: Configured | None, promises: Promises | None, there: str, problems: Sequence[Problem]
) -> dict[str, Any]:
    return {
        "name": name,
        "type": target.kind.name if target else "",
        "form": target.form if target else "",
        "place": clean(target.place) if target else "",
        "credentials": {secret: clean(where) for secret, where in target.found.items()} if target else {},
        "promises": {"askable": promises.askable, "resumes": promises.resumes, "proof": str(promises.proof)}
        if promises
        else None,
        "there": clean(there),
        "problems": [problem_json(problem) for problem in problems],
    }


def _tell_kinds(output: Output) -> int:
    from preserve.workflows.depositing.kinds import all_kinds  # noqa: PLC0415

    amiss = False
    for name, kind in all_kinds():
        if isinstance(kind, PreserveError):
            amiss = True
            output.message("problem", problem_json(Problem.of(kind)))
            output.line(f"{one_line(name)}: not usable")
            output.lines(problem_lines([Problem.of(kind)]))
        else:
            _tell_kind(kind, output)
    return ProblemsFound.exit_code if amiss else 0


def _tell_kind(kind: TargetKind, output: Output) -> None:
    from preserve.config import NAMED  # noqa: PLC0415

    content = {
        "type": kind.name,
        "meaning": kind.meaning,
        "forms": list(kind.forms),
        "settings": [_setting_json(kind, setting) for setting in (*NAMED["targets"], *kind.settings)],
        "secrets": dict(kind.secrets),
    }
    output.message("target-kind", content)
    output.line(f"{one_line(kind.name)}: {one_line(kind.meaning)}")
    output.line(f"    takes {', '.join(kind.forms)}")
    for setting in kind.settings:
        output.line(f"    {setting.key:<22} {one_line(setting.meaning)}{_default(kind, setting)}")
    for secret, meaning in kind.secrets.items():
        output.line(f"    {secret:<22} {one_line(meaning)} (credential)")


def _setting_json(kind: TargetKind, setting: Setting) -> dict[str, Any]:
    default = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    required = setting.key in kind.required or setting.key == "type"
    return {"key": setting.key, "default": default, "required": required, "meaning": setting.meaning}


def _default(kind: TargetKind, setting: Setting) -> str:
    if setting.key in kind.required:
        return " (must be given)"
    default = ", ".join(setting.default) if isinstance(setting.default, tuple) else str(setting.default)
    if isinstance(setting.default, bool):
        default = default.lower()
    return f" [{one_line(default)}]" if default else ""
