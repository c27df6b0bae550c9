"""Where something that is written for others goes: to a file, to standard output, or into a JSON document."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preserve.cli.output import Output, problem_json, tell_problems, with_path
from preserve.errors import ProblemsFound
from preserve.model import Problem, Severity
from preserve.storage.handover import new_file


@dataclass(frozen=True, slots=True)
class Target:
    """*form* is what the command calls it, *place* the new file, or None for standard output."""

    form: str
    media_type: str
    place: Path | None
    output: Output

    def take(
        self, pieces: Iterable[bytes], about: dict[str, Any], problems: tuple[Problem, ...], said: str = ""
    ) -> int:
        """Write *pieces* as they come, tell what is to be *said* and of *problems*, and return the exit status."""
        octets, kept = 0, list[str]()
        with new_file(self.place) if self.place else nullcontext() as stream:
            for piece in pieces:
                octets += len(piece)
                if stream is not None:
                    stream.write(piece)
                elif self.output.as_json:
                    kept.append(piece.decode())
                else:
                    sys.stdout.write(piece.decode())
        if not self.output.as_json:
            self.output.lines([said] * bool(said))
            return ProblemsFound.exit_code if tell_problems(self.output, problems) else 0
        content = {} if self.place else {"content": "".join(kept)}
        place = with_path("path", str(self.place)) if self.place else {"path": ""}
        told = {"bytes": octets, "problems": [problem_json(problem) for problem in problems]}
        self.output.message(
            "export", {"as": self.form, "media_type": self.media_type, **about, **place, **told, **content}
        )
        return ProblemsFound.exit_code if any(p.severity is Severity.ERROR for p in problems) else 0
