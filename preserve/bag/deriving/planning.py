"""What a derived bag consists of, decided before anything is read or built.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from preserve.bag import bag_info, declaration, manifests
from preserve.bag.deriving import tags
from preserve.bag.deriving.tags import Elements, Given
from preserve.bag.inspection import Inspection
from preserve.bag.profiles.model import Patterns, Profile
from preserve.bag.profiles.profile import check
from preserve.bag.sealing.readme import PATH as README
from preserve.errors import BagError, DescriptionError
from preserve.model import Severity
from preserve.storage import digests
from preserve.storage.names import shown

_ENCODING = "UTF-8"
_STRONGEST = ("sha512", "sha256")
"""What is taken where a profile leaves the choice and allows nothing that the package has."""


@dataclass(frozen=True, slots=True)
class Original:
    """The package: its version of BagIt, its files and their sizes, its bag-info.txt and its algorithms."""

    version: str
    payload: Collection[str]
    octets: int
    tag_files: Sequence[str]
    algorithms: Sequence[str]
    info: Elements


@dataclass(frozen=True, slots=True)
class Plan:
    """The bag that will be: *written* is written anew, *kept* are the tag files of the package that go along."""

    version: str
    algorithms: tuple[str, ...]
    tag_algorithms: tuple[str, ...]
    written: Mapping[str, bytes]
    kept: tuple[str, ...]


def plan(profile: Profile, original: Original, given: Given, serialization: str) -> Plan:
    """How a bag that keeps *profile* is made of *original*; *serialization* is the media type, "" for a folder.

    ``DescriptionError`` names every tag that nobody has said, or that is not allowed; ``BagError`` whatever else
    stands against it: nothing that is sent would ever be a bag by this profile.
    """
    files = tags.tag_files(profile, given)
    missing = list(tags.lacking(profile, files))
    if missing:
        raise DescriptionError(
            f"The profile {shown(profile.source)} asks for what is not said: {'; '.join(missing)}.",
            hint='Say it with --tag "LABEL=VALUE", once for each, or as tags of the target.',
        )
    version = _version(profile, original)
    written = {
        declaration.NAME: f"BagIt-Version: {version}\nTag-File-Character-Encoding: {_ENCODING}\n".encode(),
        **{path: bag_info.format_info(elements) for path, elements in files.items() if elements},
    }
    allowed = Patterns(("*",) if profile.tag_files_allowed is None else profile.tag_files_allowed)
    required = set(profile.tag_files_required)
    kept = tuple(
        path
        for path in original.tag_files
        if path not in written
        and manifests.kind_of(path) is None
        and (path in required or (allowed.cover(path) and path != README))
    )
    algorithms = _chosen(profile.manifests_required, profile.manifests_allowed, original.algorithms)
    tag_algorithms = _chosen(profile.tag_manifests_required, profile.tag_manifests_allowed, algorithms)
    made = Plan(version, algorithms, tag_algorithms, written, kept)
    _judge(profile, made, original, files, serialization)
    return made


def _version(profile: Profile, original: Original) -> str:
    """The version that the bag will declare: its own, or the latest older one that is accepted."""
    accepted = profile.bagit_versions
    if accepted is None or original.version in accepted:
        return original.version
    older = [version for version in declaration.VERSIONS if version in accepted and version in ("0.97", "1.0")]
    if not older or any("%" in path for path in original.payload):
        return original.version  # before 1.0 a "%" was written in another way; what stands against it is told
    return older[-1]


def _chosen(required: Sequence[str], allowed: Sequence[str] | None, there: Sequence[str]) -> tuple[str, ...]:
    """The algorithms of the manifests: what is demanded, and of those that are *there* whatever is allowed."""
    wanted = [digests.normalise(name) for name in required]
    permitted = None if allowed is None else [digests.normalise(name) for name in allowed]
    wanted += [name for name in there if permitted is None or name in permitted]
    if not wanted and permitted:
        known = [name for name in permitted if digests.is_known(name)]
        wanted = [name for name in _STRONGEST if name in known][:1] or known[-1:]
    return tuple(sorted(set(wanted)))


def _judge(profile: Profile, made: Plan, original: Original, files: Mapping[str, Elements], serialization: str) -> None:
    """Hold what will be against the profile, before anything of it is."""
    tag_files = (
        *made.written,
        *made.kept,
        *(manifests.file_name(name) for name in made.algorithms),
        *(manifests.file_name(name, tag=True) for name in made.tag_algorithms),
    )
    found = Inspection(
        version=made.version,
        encoding=_ENCODING,
        info=files[bag_info.NAME],
        info_present=True,
        others={path: elements for path, elements in files.items() if path != bag_info.NAME},
        payload_algorithms=made.algorithms,
        tag_algorithms=made.tag_algorithms,
        tag_files=tuple(sorted(tag_files)),
        payload_files=len(original.payload),
        payload_octets=original.octets,
        payload_listed=set(original.payload),
        serialization=serialization,
    )
    against = [problem.message for problem in check(profile, found) if problem.severity is Severity.ERROR]
    against += [f"The algorithm {shown(name)} cannot be computed here." for name in _unknown(made)]
    if not made.algorithms:
        against.append("The profile allows no manifest.")
    if against:
        raise BagError(
            f"No bag by the profile {shown(profile.source)} can be made of this package: {' '.join(against)}",
            hint="Ask whoever published the profile what they take instead.",
        )


def _unknown(made: Plan) -> list[str]:
    return sorted({name for name in (*made.algorithms, *made.tag_algorithms) if not digests.is_known(name)})
