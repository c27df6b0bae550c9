"""The tags of a derived bag: what the package says, what a person says for this occasion, and what is still asked for.

Nothing is invented.  A tag gets a value from the description only where both mean the same, and there is but one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from preserve.bag import bag_info
from preserve.bag.profiles.identifiers import PROFILE_IDENTIFIER
from preserve.bag.profiles.model import Profile, Tag
from preserve.errors import UsageError
from preserve.storage.names import shown

Elements = tuple[tuple[str, str], ...]

_COUNTED = (bag_info.OXUM, PROFILE_IDENTIFIER)
"""What nobody says, because it is found out."""


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to say: the *own* elements of the package's bag-info.txt, and what is *said* for this occasion.

    *known* is what the description says, by the tags in lower case that mean the same.
    """

    own: Elements
    said: Elements = ()
    known: Mapping[str, Sequence[str]] | None = None


def tag_files(profile: Profile, given: Given) -> dict[str, Elements]:
    """What stands in bag-info.txt and in each other tag file that *profile* asks for.

    What is said takes the place of the package's own values of that label.  It goes to the file whose tag it is, or to
    the one that is named before it: ``aptrust-info.txt/Title``.  ``UsageError`` if there is no such file, or it is
    something that is found out and not said.
    """
    asked = {bag_info.NAME: profile.tags, **profile.other_tags}
    files = {path: [] if path != bag_info.NAME else list(given.own) for path in asked}
    said: dict[str, list[tuple[str, str]]] = {path: [] for path in asked}
    for label, value in given.said:
        path, name = _place(label, asked)
        if any(name.lower() == each.lower() for each in _COUNTED) and path == bag_info.NAME:
            raise UsageError(f"{shown(name)} is found out and cannot be said.", hint="Leave that tag out.")
        said[path].append((name, value))
    for path, tags in asked.items():
        replaced = {label.lower() for label, _ in said[path]} | {PROFILE_IDENTIFIER.lower()}
        files[path] = [pair for pair in files[path] if pair[0].lower() not in replaced] + said[path]
        files[path] += _from_description(files[path], tags, given.known or {})
    if profile.identifier:
        files[bag_info.NAME].append((PROFILE_IDENTIFIER, profile.identifier))
    return {path: tuple(elements) for path, elements in files.items()}


def _place(label: str, asked: Mapping[str, Sequence[Tag]]) -> tuple[str, str]:
    """The file in which *label* belongs, and the label itself."""
    path, slash, name = label.rpartition("/")
    if slash:
        if path not in asked:
            known = ", ".join(asked)
            raise UsageError(f"The profile has no file of tags {shown(path)}.", hint=f"It has {known}.")
        return path, name
    holders = [path for path, tags in asked.items() if any(tag.label.lower() == label.lower() for tag in tags)]
    return (holders[0] if holders else bag_info.NAME), label


def _from_description(
    there: Sequence[tuple[str, str]], tags: Sequence[Tag], known: Mapping[str, Sequence[str]]
) -> Elements:
    """The tags that are asked for, have no value, and have one in the description."""
    labels = {label.lower() for label, value in there if value}
    found = ((tag, known.get(tag.label.lower(), ())) for tag in tags if tag.label.lower() not in labels)
    return tuple(
        (tag.label, values[0])
        for tag, values in found
        if len(values) == 1 and (not tag.values or values[0] in tag.values)
    )


def lacking(profile: Profile, files: Mapping[str, Elements]) -> Iterator[str]:
    """Every tag that is not as *profile* asks, as a part of a sentence."""
    for path, tags in ((bag_info.NAME, profile.tags), *profile.other_tags.items()):
        for tag in tags:
            values = [value for label, value in files[path] if label.lower() == tag.label.lower()]
            why = _why_not(tag, values)
            if why is not None:
                yield f"{shown(tag.label)} in {shown(path)}{why}"


def _why_not(tag: Tag, values: Sequence[str]) -> str | None:
    """What is wrong with the *values* of a tag, None if nothing is."""
    allowed = f" (one of: {', '.join(map(shown, tag.values))})" if tag.values else ""
    if not any(values):
        return allowed if tag.required else None
    if len(values) > 1 and not tag.repeatable:
        return f", which it allows only once, and there are {len(values)}"
    wrong = [value for value in values if tag.values and value not in tag.values]
    return f", where “{shown(wrong[0])}” is not allowed{allowed}" if wrong else None
