"""Packages as they could be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from preserve.model import Package, PinnedDigest

SEALED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MANIFESTS = ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")


def package(number: int = 1, **changes: Any) -> Package:
    """The package with this number, always the same; sealed later the higher the number."""
    identifier = str(UUID(bytes=sha256(b"%d" % number).digest()[:16], version=4))
    pins = tuple(
        PinnedDigest(manifest, "sha256", sha256(f"{manifest} {number}".encode()).hexdigest()) for manifest in MANIFESTS
    )
    made = Package(
        id=identifier,
        name=f"letter-{number}-{identifier[:8]}",
        transfer=f"letter {number}.txt",
        title=f"Letter no. {number}",
        title_stands_in=bool(number % 2),
        sealed=SEALED + timedelta(seconds=number),
        bag_version="1.0",
        files=number,
        bytes=number * 1000,
        pinned=pins,
    )
    return replace(made, **changes)


# Every Python string: lone surrogates, NUL, backslashes, emoji.
texts = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\\u0d8\x00\udc80\udcff\ud800😀é"), max_size=20)
_names = texts.map(lambda text: text.replace("/", "") or "x")
_times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive
_counts = st.integers(0, 2**63 - 1)
_pins = st.lists(
    st.builds(PinnedDigest, texts, st.sampled_from(["md5", "sha256"]), texts),
    unique_by=lambda pin: (pin.path, pin.algorithm),
    max_size=4,
).map(tuple)
packages = st.builds(
    Package,
    id=st.uuids().map(str),
    name=_names,
    transfer=texts,
    title=texts,
    title_stands_in=st.booleans(),
    sealed=_times,
    bag_version=texts,
    files=_counts,
    bytes=_counts,
    pinned=_pins,
    external_identifier=texts,
    group=texts,
    text=texts,
    last_read_ok=st.none() | _times,
    last_read_bad=st.none() | _times,
)
