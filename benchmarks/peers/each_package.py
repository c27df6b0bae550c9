"""Validate many bags through bagit's Python API, as somebody would who writes the loop.

``each_package.py HOW BAG...``, where HOW is ``1`` or ``2`` (bagit's own ``processes=``), or ``pool``: two workers of
our making, who share the packages.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from multiprocessing import Pool

import bagit


def complaint(path: str, processes: int) -> str:
    """What is wrong with the bag, in words, for bagit's errors cannot be sent to another process; "" if it is valid."""
    try:
        bagit.Bag(path).validate(processes=processes)
    except bagit.BagError as error:
        return f"{path}: {error}"
    return ""


def main(how: str, paths: list[str]) -> list[str]:
    """Judge all of *paths*; what is wrong with them."""
    logging.disable(logging.WARNING)
    if how == "pool":
        with Pool(2) as pool:
            said = pool.map(partial(complaint, processes=1), paths, chunksize=50)
    else:
        said = [complaint(path, int(how)) for path in paths]
    return [text for text in said if text]


if __name__ == "__main__":
    if wrong := main(sys.argv[1], sys.argv[2:]):
        sys.exit("\n".join(wrong))
