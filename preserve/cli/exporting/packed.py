"""A package in one archive file."""

from __future__ import annotations

from preserve.cli.exporting.asked import WRITERS, Asked
from preserve.cli.options import archive
from preserve.cli.output import clean, problem_json, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.cli.tags import tag
from preserve.errors import ProblemsFound
from preserve.model import Severity
from preserve.storage.names import shown
from preserve.storage.sizes import octets
from preserve.workflows.packing import pack


def write(asked: Asked) -> int:
    """Write one package to a file, and read that back."""
    assert asked.package_id is not None  # noqa: S101  asked.write saw to it
    assert asked.place is not None  # noqa: S101
    output = asked.output
    progress = for_terminal(quiet=output.quiet or output.as_json)
    with archive() as home:
        tags = tuple(map(tag, asked.tags))
        done = pack(home, asked.package_id, asked.form, asked.place, asked.profile, tags, progress)
    if not output.as_json:
        judged = " and valid" if WRITERS[asked.form].a_bag else ""
        sentence = f"{shown(str(done.place))}: {octets(done.octets)}, read back{judged}; SHA-256 {done.sha256}"
        output.line(sentence)
        return ProblemsFound.exit_code if tell_problems(output, done.problems) else 0
    about = {"packages": 1, "id": done.package.id, "name": clean(done.package.name)}
    told = {"bytes": done.octets, "sha256": done.sha256, "problems": [problem_json(each) for each in done.problems]}
    what = {"as": asked.form, "media_type": done.media_type}
    output.message("export", {**what, **about, **with_path("path", str(done.place)), **told})
    return ProblemsFound.exit_code if any(each.severity is Severity.ERROR for each in done.problems) else 0
