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


def judge(path: str, processes: int) -> None:
    """Raises if the bag is not valid."""
    bagit.Bag(path).validate(processes=processes)


def main(how: str, paths: list[str]) -> None:
    """Judge all of *paths*."""
    logging.disable(logging.WARNING)
    if how == "pool":
        with Pool(2) as pool:
            pool.map(partial(judge, processes=1), paths, chunksize=50)
        return
    for path in paths:
        judge(path, int(how))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
