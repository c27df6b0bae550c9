"""How far a found likeness can be trusted: precision and recall over the labelled pairs in tests/describe/alike.

    scripts/measure_likeness.py        the figures, and each pair that is judged wrongly

The pairs written later were not tuned for.  The exit status is 1 where something is called a version that is none.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from preserve.catalog.alike import FEWEST
from preserve.describe.likeness.compare import Likeness, compare
from preserve.describe.likeness.prints import text_print
from preserve.describe.likeness.words import form_of, text_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.describe.alike.pairs import LATER, PAIRS, Pair


def judged(pair: Pair) -> Likeness | None:
    """What an ingest would find: by the fingerprints first, then word by word."""
    (data, charset, mime), (other_data, other_charset, other_mime) = pair.one, pair.other
    form, other_form = form_of(mime), form_of(other_mime)
    one = text_print("data/one", data, charset, form)
    other = text_print("data/other", other_data, other_charset, other_form)
    if one is None or other is None:
        return None
    if one.same != other.same and len(set(one.sketch) & set(other.sketch)) < FEWEST:
        return None
    return compare(text_of(data, charset, form), text_of(other_data, other_charset, other_form))


def wrong(pairs: Sequence[Pair]) -> tuple[list[str], list[str]]:
    """The names of the pairs that are called versions and are none, and of those that were missed."""
    found = {pair.name: judged(pair) is not None for pair in pairs}
    false = [pair.name for pair in pairs if found[pair.name] and not pair.alike]
    return false, [pair.name for pair in pairs if pair.alike and not found[pair.name]]


def main() -> int:
    """Print the figures."""
    failed = 0
    for title, pairs in (("tuned for", PAIRS), ("written later", LATER)):
        false, missed = wrong(pairs)
        alike = sum(pair.alike for pair in pairs)
        right = alike - len(missed)
        precision = right / (right + len(false))
        print(
            f"{title}: {len(pairs)} pairs, {alike} of them alike: precision {precision:.2f}, recall {right / alike:.2f}"
        )
        print(*(f"  called a version: {name}" for name in false), *(f"  missed: {name}" for name in missed), sep="\n")
        failed += len(false)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
