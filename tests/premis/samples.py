"""Subjects to write: a small plain one, and any that hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from preserve.model import (
    Agent,
    Digest,
    Embedded,
    Event,
    Format,
    Identification,
    LanguageShare,
    Outcome,
    SourceFiles,
    SourceFolder,
    SourceLink,
    Statement,
    StoredFile,
    SuppliedDigest,
    Transfer,
    TransferKind,
)
from preserve.model.identification import APPLICATION
from preserve.premis import vocabulary
from preserve.premis.rights import LICENSE, RIGHTS
from preserve.premis.write import Subject
from preserve.storage.digests import hex_length
from preserve.storage.names import bag_name

PACKAGE_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MACHINE = Agent("preserve", "1.0")


def stored(original: str, *, size: int = 3, mtime_ns: int = 1_700_000_000_123_456_789) -> StoredFile:
    digests = (Digest("sha256", "ab" * 32), Digest("sha3256", "cd" * 32))
    return StoredFile(f"data/{bag_name(original)}", original, size, mtime_ns, digests)


_TRANSFER = Transfer("letters", Path("/in/letters"), TransferKind.FOLDER, files=SourceFiles())
_OF_TRANSFER = {"name", "links", "folders", "supplied"}


def subject(*originals: str, **changes: Any) -> Subject:
    """A package of these files; *changes* replace fields of its transfer or of the subject."""
    transfer = replace(_TRANSFER, **{key: value for key, value in changes.items() if key in _OF_TRANSFER})
    plain = Subject(
        package_id=PACKAGE_ID,
        package_name="letters-3f2504e0",
        transfer=transfer,
        stored=tuple(stored(original) for original in originals),
        identifications=(),
        events=(Event("ing", NOW, Outcome.SUCCESS, (MACHINE,)),),
        created=NOW,
    )
    return replace(plain, **{key: value for key, value in changes.items() if key not in _OF_TRANSFER})


_BYTES = st.binary(min_size=1, max_size=20).map(lambda b: b.replace(b"\0", b"0").replace(b"/", b"_"))
_CHARACTERS = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=20)
NAMES = st.one_of(_BYTES.map(lambda b: b.decode("utf-8", "surrogateescape")), _CHARACTERS).filter(
    lambda name: name not in (".", "..")
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TEXTS = st.text(st.characters(), max_size=60)
_MTIMES = st.one_of(st.integers(-(2**63), 2**63), st.integers(-(2**90), 2**90))
_ZONES = st.one_of(st.just(UTC), st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m))))
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=_ZONES)  # noqa: DTZ001  zones are given
AGENTS = st.builds(Agent, TEXTS, TEXTS, st.sampled_from(sorted(vocabulary.AGENT_TYPES)))
_DIGESTS = st.lists(
    st.sampled_from(sorted(vocabulary.HASHES)).flatmap(
        lambda name: st.builds(
            Digest, st.just(name), st.text("0123456789abcdef", min_size=(n := hex_length(name)), max_size=n)
        )
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda digest: digest.algorithm,
).map(tuple)
_FORMATS = st.lists(st.builds(Format, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple)
_KEYS = st.sampled_from(("fmt/18", "x-fmt/111"))
_FORMATS_OF_PRONOM = st.lists(st.builds(Format, TEXTS, TEXTS, st.just("PRONOM"), _KEYS, TEXTS), max_size=1).map(tuple)
_EMBEDDED = st.lists(
    st.builds(
        Embedded, st.sampled_from((APPLICATION, "dcterms:created")), TEXTS | TIMES.map(str), st.just("pdf:docinfo")
    ),
    max_size=2,
).map(tuple)
_URIS = st.just("https://creativecommons.org/licenses/by/4.0/")
_ABOUT = st.sampled_from(("", "data/nowhere\n"))
_STATEMENTS = st.lists(
    st.builds(Statement, st.sampled_from((LICENSE, RIGHTS)), TEXTS | _URIS, about=_ABOUT), max_size=2
).map(tuple)
_LANGUAGES = st.lists(st.builds(LanguageShare, TEXTS, st.floats(0, 1), st.booleans()), max_size=2).map(tuple)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """A package with odd names, odd texts and odd times."""
    paths = draw(st.lists(PATHS, max_size=4, unique_by=bag_name))
    files = tuple(
        StoredFile(f"data/{bag_name(path)}", path, draw(st.integers(0, 2**63 - 1)), draw(_MTIMES), draw(_DIGESTS))
        for path in paths
    )
    in_bag = [file.path for file in files] + ["metadata/descriptive/dc.xml", "metadata/source/odd\n name "]
    objects = st.lists(st.sampled_from(in_bag), max_size=3, unique=True).map(tuple)
    events = st.builds(
        Event,
        st.sampled_from(sorted(vocabulary.EVENT_TYPES)),
        TIMES,
        st.sampled_from(Outcome),
        st.lists(AGENTS, min_size=1, max_size=2, unique=True).map(tuple),
        TEXTS,
        TEXTS,
        objects,
    )
    return subject(
        package_name=draw(_CHARACTERS),
        name=draw(NAMES),
        stored=files,
        supplied=tuple(SuppliedDigest(path, draw(_DIGESTS)[0], draw(NAMES)) for path in paths),
        links=tuple(SourceLink(draw(PATHS), draw(PATHS)) for _ in range(draw(st.integers(0, 2)))),
        folders=tuple(SourceFolder(draw(PATHS), draw(_MTIMES), draw(st.booleans())) for _ in range(2)),
        identifications=tuple(
            Identification(
                file.path,
                draw(TEXTS),
                draw(TEXTS),
                draw(_FORMATS | _FORMATS_OF_PRONOM),
                draw(_LANGUAGES),
                draw(_EMBEDDED),
            )
            for file in files[:2]
        ),
        events=tuple(draw(st.lists(events, max_size=4))),
        created=draw(TIMES),
        statements=draw(_STATEMENTS),
    )
