"""Packages in a folder, as another system takes them in."""

from __future__ import annotations

from preserve.cli.exporting.asked import Asked
from preserve.cli.options import archive
from preserve.cli.output import clean, problem_json, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.cli.tags import tag
from preserve.errors import ProblemsFound
from preserve.model import Severity
from preserve.storage.names import shown
from preserve.storage.sizes import octets, plural
from preserve.workflows.laying_out import lay_out
from preserve.workflows.looking import find


def write(asked: Asked) -> int:
    """Write the packages that were named, or all, into a new folder, and read them back."""
    assert asked.place is not None  # noqa: S101  asked.write saw to it
    output = asked.output
    progress = for_terminal(quiet=output.quiet or output.as_json)
    with archive() as home:
        named = {package.id: package for package in (find(home, text) for text in asked.package_ids)}
        packages = named.values() if asked.package_ids else home.catalog.packages()
        done = lay_out(home, packages, asked.form, asked.place, tuple(map(tag, asked.tags)), progress)
    if not output.as_json:
        what = f"{plural(done.packages, 'package')}, {plural(done.files, 'file')}, {octets(done.octets)}"
        output.line(f"{shown(str(done.place))}: {what}, read back")
        return ProblemsFound.exit_code if tell_problems(output, done.problems) else 0
    one = {"id": done.last.id, "name": clean(done.last.name)} if done.packages == 1 else {}
    told = {"bytes": done.octets, "files": done.files, "problems": [problem_json(each) for each in done.problems]}
    place = with_path("path", str(done.place))
    output.message("export", {"as": asked.form, "media_type": "", "packages": done.packages, **one, **place, **told})
    return ProblemsFound.exit_code if any(each.severity is Severity.ERROR for each in done.problems) else 0
