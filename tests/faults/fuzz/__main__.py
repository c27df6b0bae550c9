"""One reader under atheris: ``python -m tests.faults.fuzz READER [options and folders of libFuzzer]``."""

import sys

import atheris

with atheris.instrument_imports(include=["preserve"]):
    from tests.faults.fuzz.readers import READERS

name = sys.argv.pop(1)
atheris.Setup(sys.argv, READERS[name])
atheris.Fuzz()
