"""Completing a bag with holes: fetches what fetch.txt lists, when a person asks for it, and only then.

A file is fetched only if it is missing and a manifest holds a checksum for it, because what cannot be checked must
not be let in.  It comes to a hidden name, is hashed as it arrives, broken off when it grows longer than it may
(RFC 8493 §5.3), and gets its own name only if every checksum is right.  fetch.txt itself stays as it is: tag manifests
list it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

from preserve.bag import contents, listed_paths, reading
from preserve.bag import rules as bag_rules
from preserve.bag.fetch_list import NAME, FetchEntry
from preserve.bag.fetching import rules
from preserve.bag.fetching import store as fetching_store
from preserve.bag.fetching.http import Opener, Refused, Response, default_opener, trouble
from preserve.bag.folders.source import open_folder
from preserve.errors import NotABag
from preserve.model import Digest, Problem
from preserve.ports import Progress
from preserve.storage.digests import Hasher
from preserve.storage.names import shown

_BLOCK = 256 * 1024
_OK = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a fetch may take; sizes in octets, times in seconds.

    *file* counts where fetch.txt tells no length, and caps those that it tells; *total* is for all files together.
    *silence* is how long a server may say nothing, *patience* how long one file may take in all.
    """

    file: int = 64 * 2**30
    total: int = 2**42
    redirects: int = 5
    silence: float = 60.0
    patience: float = 24 * 3600.0


def fetch_missing(
    bag: Path,
    entries: Iterable[FetchEntry] | None = None,
    *,
    limits: Limits = Limits(),
    opener: Opener | None = None,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """Fetch what is missing in the bag at the folder *bag*, and say for each file that did not come why.

    *entries* are those of its fetch.txt by default.  Files that are there already are left alone, whatever they
    hold.  ``NotABag`` if *bag* is no folder.
    """
    if not bag.is_dir():
        raise NotABag(f"{shown(str(bag))} is not a folder.", hint="Only a bag in a folder can be completed; unpack it.")
    listed, expected = _read(bag)
    wanted = tuple(listed if entries is None else entries)
    problems: list[Problem] = []
    job = _Job(bag, limits, opener or default_opener(redirects=limits.redirects), progress)
    if progress:
        progress.start(f"Fetching for {bag.name}", len(wanted), sum(entry.length or 0 for entry in wanted))
    try:
        for entry in wanted:
            problem = _unfit(entry, expected)
            if problem is None and not fetching_store.is_there(bag, entry.path):
                problem = job.fetch(entry, expected[entry.path])
            if problem:
                problems.append(problem)
            if progress:
                progress.advance(1, 0)
    finally:
        if progress:
            progress.finish()
    return tuple(dict.fromkeys(problems))


def _read(bag: Path) -> tuple[tuple[FetchEntry, ...], dict[str, tuple[Digest, ...]]]:
    """The entries of fetch.txt, and the checksums that the payload manifests hold for each of their paths."""
    with closing(open_folder(bag)) as source:
        found = reading.read(source, contents.of(source))
    expected: dict[str, tuple[Digest, ...]] = {}
    for manifest in found.payload_manifests:
        for path, value in manifest.entries.items():
            known = (Digest(manifest.kind.algorithm, value.hex()),) if manifest.kind.known else ()
            expected[path] = (*expected.get(path, ()), *known)
    return (found.fetch.entries if found.fetch else ()), expected


def _unfit(entry: FetchEntry, expected: Mapping[str, tuple[Digest, ...]]) -> Problem | None:
    """Why this entry must not be fetched at all."""
    path = shown(entry.path)
    if reason := listed_paths.danger(entry.path):
        return bag_rules.PATH_UNSAFE.at(NAME, f"fetch.txt lists {path}; {reason}.")
    if not entry.path.startswith(listed_paths.PAYLOAD) or not listed_paths.is_plain(entry.path):
        return bag_rules.FETCH_NOT_PAYLOAD.at(NAME, f"fetch.txt lists what is no payload file: {path}.")
    if entry.path not in expected:
        return bag_rules.FETCH_UNLISTED.at(entry.path, f"{path} was not fetched; no manifest lists it.")
    if not expected[entry.path]:
        text = f"{path} was not fetched; no manifest holds a checksum for it that can be computed here."
        return bag_rules.NOT_CHECKABLE.at(entry.path, text)
    if reason := trouble(entry.url):
        return rules.URL_REFUSED.at(entry.path, f"{path} was not fetched; {reason}.")
    return None


@contextmanager
def _network() -> Iterator[None]:
    """Turns everything that a server or the way to it can do to us into ``Refused``."""
    try:
        yield
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, HTTPError):  # it holds the answer, and with it the connection
            error.close()
        raise Refused(rules.FAILED, _told(error)) from error


def _told(error: Exception) -> str:
    """What went wrong, as the end of a sentence."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    if isinstance(error, HTTPError):
        return f"the server answered with status {error.code}"
    if isinstance(cause, TimeoutError):
        return "the server did not answer in time"
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return f"the server could not be reached or broke off ({shown(str(text)[:200]).rstrip('.')})"


class _Job:
    """Fetches file after file, and knows how much may still come."""

    def __init__(self, bag: Path, limits: Limits, opener: Opener, progress: Progress | None) -> None:
        self._bag = bag
        self._limits = limits
        self._open = opener
        self._progress = progress
        self._left = limits.total

    def fetch(self, entry: FetchEntry, expected: tuple[Digest, ...]) -> Problem | None:
        """Fetch one file into its place; the finding if that did not succeed, or is odd."""
        declared = self._limits.file if entry.length is None else min(entry.length, self._limits.file)
        most = min(declared, self._left)
        try:
            octets = self._into_place(entry, expected, most)
        except Refused as refused:
            return refused.rule.at(entry.path, f"{shown(entry.path)} was not fetched; {refused.reason}.")
        except OSError as error:
            text = f"{shown(entry.path)} could not be stored: {fetching_store.reason(error)}."
            return rules.NOT_STORED.at(entry.path, text)
        if entry.length is None or octets == entry.length:
            return None
        text = f"{shown(entry.path)} has {octets:,} octets; fetch.txt declares {entry.length:,}."
        return bag_rules.FETCH_LENGTH.at(entry.path, text)

    def _into_place(self, entry: FetchEntry, expected: tuple[Digest, ...], most: int) -> int:
        """How many octets were stored.  ``Refused`` or, if it is our disk that refuses, ``OSError``."""
        with fetching_store.incoming(self._bag, entry.path) as file:
            with _network():
                response = self._open(entry.url, self._limits.silence)
            with closing(response):
                _judge_head(entry, response, most)
                hasher = Hasher(tuple(digest.algorithm for digest in expected))
                for block in self._blocks(response):
                    hasher.update(block)
                    if hasher.octets > most:
                        raise _too_long(entry, most)
                    file.write(block)
            for promised, found in zip(expected, hasher.digests(), strict=True):
                if promised.value != found.value:
                    told = f"its {found.algorithm} is {found.value}, and the manifest says {promised.value}"
                    raise Refused(rules.MISMATCH, f"what came ({hasher.octets:,} octets) is another file: {told}")
            file.keep()
        return hasher.octets

    def _blocks(self, response: Response) -> Iterator[bytes]:
        deadline = time.monotonic() + self._limits.patience
        while True:
            with _network():
                block = response.read1(_BLOCK)
            if not block:
                return
            if time.monotonic() > deadline:
                raise Refused(rules.FAILED, f"it took longer than {self._limits.patience:,.0f} seconds")
            self._left -= len(block)
            if self._progress:
                self._progress.advance(0, len(block))
            yield block


def _judge_head(entry: FetchEntry, response: Response, most: int) -> None:
    """What the head of the answer tells already."""
    if response.status != _OK:
        raise Refused(rules.FAILED, f"the server answered with status {response.status}")
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise Refused(rules.FAILED, f"the server sends it encoded ({shown(coding[:40])}), which was not asked for")
    length = response.headers.get("Content-Length", "").strip()
    if length.isascii() and length.isdigit() and int(length[:30]) > most:
        raise _too_long(entry, most)


def _too_long(entry: FetchEntry, most: int) -> Refused:
    if most == entry.length:
        return Refused(rules.TOO_LONG, f"the server sends more than the {most:,} octets that fetch.txt declares")
    return Refused(rules.TOO_LONG, f"it is longer than the {most:,} octets that may still be fetched")
