"""From the findings about one copy of a package to its failing files, each once and by kind.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from preserve.fixity.kinds import BESIDE, FOR_THE_WHOLE, GRAVEST, PINNED, RESULTS, kind_of
from preserve.model import Digest, Failure, Kind, Mismatch, Problem, Severity, Traces
from preserve.storage.digests import ALGORITHMS

_PAYLOAD = "data/"
_NOTHING = Mismatch("", "", "")

Digests = tuple[Digest, ...]


def failures(problems: Iterable[Problem], traces: Traces | None = None) -> tuple[Failure, ...]:
    """The failing files that *problems* tell of, in the order of their paths; what concerns the whole comes first.

    A file is told once, under the gravest kind that was found of it; of the package as a whole every kind is told.
    Behind every error stands one failure at least, save for those that say nothing of the package (``kinds.BESIDE``).
    Where several digests tell the same, it is the strongest that is given.
    """
    traces = traces or Traces()
    errors = [p for p in problems if p.severity is Severity.ERROR and p.code not in BESIDE]
    found = _by_place((error for error in errors if error.code not in RESULTS), traces.absent)
    told = [_failure(path, kinds, traces) for (path, _), kinds in sorted(found.items())]
    told = _with_moves(told, traces, _displaced(errors))
    for error in errors:
        if error.code in RESULTS and not any(_explains(failure, error) for failure in told):
            told.append(Failure(error.path, kind_of(error.code, error.path)))
    return tuple(sorted(told, key=lambda failure: (failure.path, failure.kind)))


def _by_place(
    errors: Iterable[Problem], absent: Mapping[str, Digests]
) -> dict[tuple[str, str], dict[Kind, list[Mismatch]]]:
    """The kinds that were found of each file, with the digests that were told; each kind of the whole by itself."""
    found: dict[tuple[str, str], dict[Kind, list[Mismatch]]] = defaultdict(lambda: defaultdict(list))
    for error in errors:
        path = "" if error.code in FOR_THE_WHOLE else error.path
        kind = kind_of(error.code, path)
        if path in absent and kind is not Kind.UNREADABLE and error.code not in PINNED:
            kind = Kind.MISSING
        told = found[path, "" if path else kind][kind]
        if error.mismatch:
            told.append(error.mismatch)
    return found


def _failure(path: str, kinds: Mapping[Kind, list[Mismatch]], traces: Traces) -> Failure:
    kind = next(kind for kind in GRAVEST if kind in kinds)
    told = kinds[kind] or [one for others in kinds.values() for one in others]
    if not told:
        told = [Mismatch(digest.algorithm, digest.value, "") for digest in traces.absent.get(path, ())]
        told += [Mismatch(digest.algorithm, "", digest.value) for digest in traces.strangers.get(path, ())]
    best = max(told, key=_strength, default=_NOTHING)
    return Failure(path, kind, best.algorithm, best.expected, best.found)


def _strength(one: Digest | Mismatch) -> int:
    return ALGORITHMS.index(one.algorithm) if one.algorithm in ALGORITHMS else -1


def _strongest(promised: Digests) -> Digest | None:
    return max(promised, key=_strength, default=None)


def _displaced(errors: Iterable[Problem]) -> dict[str, Digests]:
    """The digests that were found of files that should be others: one may have been moved over another."""
    found: dict[str, Digests] = defaultdict(tuple)
    for error in errors:
        if error.mismatch and error.mismatch.found:
            digest = Digest(error.mismatch.algorithm, error.mismatch.found)
            found[error.path] += () if digest in found[error.path] else (digest,)
    return found


def _with_moves(told: list[Failure], traces: Traces, displaced: Mapping[str, Digests]) -> list[Failure]:
    """*told*, in which a lost file whose bytes stand elsewhere was moved there; a stranger there is not told again."""
    lost = {failure.path: _strongest(traces.absent.get(failure.path, ())) for failure in told if _is_lost(failure)}
    moves = _pairs(lost, traces.strangers)
    moves |= _pairs({path: digest for path, digest in lost.items() if path not in moves}, displaced)
    arrived = set(moves.values())
    return [
        _moved(failure, moves[failure.path]) if _is_lost(failure) and failure.path in moves else failure
        for failure in told
        if not (failure.kind is Kind.UNEXPECTED and failure.path in arrived)
    ]


def _is_lost(failure: Failure) -> bool:
    return failure.kind is Kind.MISSING and bool(failure.path)


def _moved(failure: Failure, place: str) -> Failure:
    return replace(failure, kind=Kind.MOVED, found=failure.expected, moved_to=place)


def _pairs(lost: Mapping[str, Digest | None], places: Mapping[str, Digests]) -> dict[str, str]:
    """For each lost path the place that has its digest, and each place for one path only.

    Where several have it, one of the same name is taken, else the first, so that the pairs are always the same.
    """
    alike: dict[tuple[Digest, str], list[str]] = defaultdict(list)
    for place in sorted(places, reverse=True):
        for each in places[place]:
            alike[each, _name(place)].append(place)
            alike[each, ""].append(place)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in (_name, _any_name):
        for path in sorted(lost.keys() - found.keys()):
            digest = lost[path]
            candidates = alike.get((digest, name(path)), []) if digest else []
            while candidates and path not in found:
                if (place := candidates.pop()) not in taken:
                    taken.add(place)
                    found[path] = place
    return found


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _any_name(_path: str) -> str:
    return ""


def _explains(failure: Failure, result: Problem) -> bool:
    """Whether *failure* is why *result* was found: what is wrong with the payload, or with what describes it."""
    if failure.kind in (Kind.TAMPERED, Kind.UNREADABLE):
        return True
    return (
        failure.path.startswith(_PAYLOAD) or failure.path in ("", result.path) or failure.moved_to.startswith(_PAYLOAD)
    )
