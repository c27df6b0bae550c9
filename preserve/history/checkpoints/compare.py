"""Whether a history still is what a checkpoint saw, and if not, what became of it.  All functions are pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from preserve.history.chain import History
from preserve.history.checkpoints import rules
from preserve.history.checkpoints.body import Mark
from preserve.history.checkpoints.leaves import prints_of
from preserve.history.entry import GENESIS, NOTE, Entry
from preserve.model import Outcome, Problem, Rule, Severity
from preserve.storage.names import shown
from preserve.storage.times import rfc3339

_MOST_COMPARED = 3000
_MOST_TOLD = 8


def holds(mark: Mark, entries: Sequence[Entry]) -> bool:
    """Whether the first lines are, to the last octet, those that *mark* was made of.

    Each line carries the hash of the one before, so the hash of the last one proves all.
    """
    if len(entries) < mark.entries or entries[mark.entries - 1].digest != mark.head:
        return False
    previous = GENESIS
    for number, entry in enumerate(entries[: mark.entries], 1):
        if (entry.seq, entry.previous) != (number, previous):
            return False
        previous = entry.digest
    return True


def differences(mark: Mark, prints: Sequence[str], past: History, name: str) -> Problem:
    """What became of the history *past* of the package *name*, which is not any more what *mark* was made of.

    *prints* are those of its entries then, as far as they are known.
    """
    rule, what = _what(mark, prints, past)
    broken = next((problem.message for problem in past.problems if problem.severity is Severity.ERROR), "")
    said = "".join(f" {each}" for each in _own_words(past.entries))
    text = f"The history of the package {shown(name)} is not what the checkpoint saw: {what}.{said}"
    return rule.at(name, f"{text} {broken}".rstrip())


def tells_of_loss(prints: Sequence[str], past: History) -> bool:
    """Whether an unbroken history says, since it had the entries with these *prints*, that a person accepted a loss."""
    new = [entry for entry, own in zip(past.entries, prints_of(past.entries), strict=True) if own not in prints]
    return not past.broken and any("accepted" in words for words in _own_words(new))


def _what(mark: Mark, prints: Sequence[str], past: History) -> tuple[Rule, str]:
    now = len(past.entries)
    if not now:
        return rules.HISTORY_REWRITTEN, f"it had {_lines(mark.entries)}, and none can be read"
    known = prints_of(past.entries)
    if _begun_late(past) and (not prints or prints[0] != known[0]):
        rule = rules.HISTORY_BEGUN_ANEW
        return rule, f"it had {_lines(mark.entries)} and was begun anew; of the former one {_kept(prints, known)}"
    if now < mark.entries and (not prints or tuple(prints[:now]) == known):
        return (
            rules.HISTORY_SHORTENED,
            f"it had {_lines(mark.entries)}, of which the last {mark.entries - now} are gone",
        )
    if not prints:
        return (
            rules.HISTORY_REWRITTEN,
            f"its first {_lines(mark.entries)} are others; which of them, only the companion tells",
        )
    told = list(_changes(prints, known)) if max(now, len(prints)) <= _MOST_COMPARED else [_first(prints, known)]
    if not told:
        return rules.HISTORY_REWRITTEN, "its lines say the same, but are numbered, chained or spelt otherwise"
    more = f", and {len(told) - _MOST_TOLD} more changes" if len(told) > _MOST_TOLD else ""
    return rules.HISTORY_REWRITTEN, "; ".join(told[:_MOST_TOLD]) + more


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """What was done to the lines *old* so that they became *new*; what follows after all of them is no change."""
    before, after = set(old), set(new)
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = old[start:end], new[first:last]
        if kind == "equal" or (kind == "insert" and start == len(old)):
            continue
        if gone and all(each in after for each in gone):
            yield f"{_which(start, end)} moved to another place"
        elif gone and come and not all(each in before for each in come):
            yield f"{_which(start, end)} altered"
        elif gone:
            yield f"{_which(start, end)} removed"
        elif not all(each in before for each in come):
            yield (
                f"{_lines(len(come))} put in after line {start}"
                if start
                else f"{_lines(len(come))} put in at its start"
            )


def _first(old: Sequence[str], new: Sequence[str]) -> str:
    same = next((place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(new))
    return f"from line {same + 1} on it is another"


def _begun_late(past: History) -> bool:
    """Whether the first entry says of itself that it was written when there was no history, or none any more."""
    first = past.entries[0].event
    return first.type == "ipc" and bool(first.note)


def _kept(prints: Sequence[str], known: Sequence[str]) -> str:
    if not prints:
        return "nothing can be proven"
    kept = len(set(prints) & set(known))
    return f"it holds {_lines(kept)}" if kept else "it holds nothing"


def _own_words(entries: Iterable[Entry]) -> Iterator[str]:
    """What a history itself says about a loss: a person accepted it, or a program found it."""
    for entry in entries:
        event = entry.event
        lost = event.type == NOTE and event.outcome is Outcome.WARNING and "lost" in event.detail
        if lost or (event.type == "val" and "history of this package" in event.detail):
            yield f"It says itself, on {rfc3339(event.time)}: {shown(' '.join((event.detail, event.note)).strip())}"


def _which(start: int, end: int) -> str:
    return f"line {start + 1} was" if end - start == 1 else f"lines {start + 1} to {end} were"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
