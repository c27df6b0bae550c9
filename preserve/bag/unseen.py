"""What could not be looked at is not missing: findings that say only that nothing was found where nobody could look."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.bag import listed_paths, rules
from preserve.bag.manifests import is_tag_manifest
from preserve.bag.profiles import rules as profile_rules
from preserve.model import Problem, Rule

_UNREADABLE = rules.FOLDER_UNREADABLE, rules.TAG_FILE_UNREADABLE, rules.UNREADABLE
_ABSENT = (
    rules.MISSING,
    rules.MISSING_TO_FETCH,
    rules.SPECIAL_FILE,
    profile_rules.TAG_FILE_REQUIRED,
    profile_rules.PAYLOAD_REQUIRED,
)


def without_guesses(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """*problems* without those that are known only because something could not be read; that one stays, an error.

    Where the bag's base folder could not be listed, nothing else is known.  Where a tag manifest could not be read,
    nobody knows whether it lists a tag file.
    """
    if any(_is(problem, (rules.TAG_FILE_UNREADABLE,)) and is_tag_manifest(problem.path) for problem in problems):
        problems = [problem for problem in problems if not _is(problem, (rules.TAG_FILE_UNLISTED,))]
    folders = {problem.path for problem in problems if problem.code == rules.FOLDER_UNREADABLE.code}
    if not folders:
        return tuple(problems)
    if "" in folders:
        return tuple(problem for problem in problems if _is(problem, _UNREADABLE))
    return tuple(problem for problem in problems if not _is_guess(problem, folders))


def _is_guess(problem: Problem, folders: set[str]) -> bool:
    if _is(problem, (rules.OXUM_MISMATCH,)):
        return any(f"{folder}/".startswith(listed_paths.PAYLOAD) for folder in folders)
    return _is(problem, _ABSENT) and not folders.isdisjoint(_and_above(problem.path))


def _is(problem: Problem, among: Sequence[Rule]) -> bool:
    return any(problem.code == rule.code for rule in among)


def _and_above(path: str) -> set[str]:
    """*path* and every folder that it lies in."""
    parts = path.split("/")
    return {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
