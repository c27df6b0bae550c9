"""Nothing in a file from outside makes a reader stumble: a few thousand tries of what atheris does for hours.

See ``readers`` for what each promises, and ``scripts/fuzz`` for the long way.
"""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.fuzz.readers import READERS
from tests.faults.fuzz.seeds import SEEDS, WORDS


@cache
def seeds(name: str) -> list[bytes]:
    return [bytes(seed) for seed in SEEDS[name]()]


@st.composite
def bent(draw: st.DrawFn, name: str) -> bytes:
    """One of the seeds, in which a few things were put, replaced, taken out or said twice."""
    data = draw(st.sampled_from(seeds(name)))
    pieces = st.sampled_from(WORDS[name]) | st.binary(max_size=4)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(start + draw(st.sampled_from([0, 1, 2, 8, 100])), len(data))
        data = data[:start] + draw(pieces | st.just(2 * data[start:end])) + data[end:]
    return data


@pytest.mark.parametrize("name", READERS)
def test_the_seeds_are_read(name: str) -> None:
    for seed in seeds(name):
        READERS[name](seed)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_changed_no_promise_is_broken(name: str, data: st.DataObject) -> None:
    READERS[name](data.draw(bent(name)))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300))
def test_no_noise_breaks_a_promise_either(name: str, data: bytes) -> None:
    READERS[name](data)
