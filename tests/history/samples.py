"""Entries to write down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from preserve.history.chain import History, extend, judge
from preserve.history.entry import TYPES, NewEntry, package_urn, sealing
from preserve.model import Agent, Event, Outcome, Package, PinnedDigest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
URN = package_urn(PACKAGE_ID)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MACHINE = Agent("preserve", "1.0")
NAME = "letters-3f2504e0.history.jsonl"

PACKAGE = Package(
    id=PACKAGE_ID,
    name="letters-3f2504e0",
    transfer="letters",
    title="Letters",
    title_stands_in=False,
    sealed=NOW,
    bag_version="1.0",
    files=3,
    bytes=1234,
    pinned=(
        PinnedDigest("tagmanifest-sha256.txt", "sha256", "ab" * 32),
        PinnedDigest("tagmanifest-sha512.txt", "sha512", "cd" * 64),
    ),
)
SEALING = sealing(PACKAGE, NOW, [MACHINE])


def fixity(number: int, *, objects: tuple[str, ...] = (), note: str = "") -> Event:
    """The fixity check number so-and-so."""
    moment = NOW + timedelta(hours=number)
    return Event("fix", moment, Outcome.SUCCESS, (MACHINE,), f"check {number}", note, objects)


def lines(count: int) -> list[bytes]:
    """The lines of a good history: the sealing and *count* checks, each with its line end."""
    data, _ = extend(History((), ()), URN, [SEALING, *(NewEntry(fixity(number)) for number in range(count))])
    return data.splitlines(keepends=True)


def judged(some: list[bytes], seen_head: str = "") -> History:
    """The judgement on these lines."""
    return judge(some, name=NAME, package=URN, seen_head=seen_head)


def codes(history: History) -> list[str]:
    """The codes of its findings."""
    return [problem.code for problem in history.problems]


def write(path: Path, some: list[bytes]) -> None:
    """Put these lines on disk, as they are."""
    path.write_bytes(b"".join(some))


TEXTS = st.text(st.characters(), max_size=40)
PATHS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.binary(max_size=20).map(lambda b: b.decode("utf-8", "surrogateescape")),
)
EVENTS = st.builds(
    Event,
    st.sampled_from(sorted(TYPES)),
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(Outcome),
    st.lists(st.builds(Agent, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    TEXTS,
    TEXTS,
    st.lists(PATHS, max_size=3).map(tuple),
)
