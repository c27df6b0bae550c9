"""Ask the archive in the working folder through the Python API: ``answers.py QUESTION`` prints the seconds it takes.

The archive is opened for each answer; the interpreter and the libraries are there already.  The median of ten counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import preserve

QUESTIONS: dict[str, Callable[[], object]] = {"status": lambda: preserve.status(".")}


def seconds(question: Callable[[], object]) -> float:
    """How long one answer takes."""
    began = time.perf_counter()
    question()
    return time.perf_counter() - began


if __name__ == "__main__":
    asked = QUESTIONS[sys.argv[1]]
    asked()
    print(median(seconds(asked) for _ in range(10)))
