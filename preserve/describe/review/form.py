"""A description as a plain TOML form for an editor, and what a person made of it.

Every term stands with all of its values.  Proposals stand as comments, so that nothing is taken over by itself.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from preserve.describe.record.terms import nearest, term_of
from preserve.describe.review.choose import about_of
from preserve.describe.review.revise import Changes, Description
from preserve.errors import DescriptionError
from preserve.model import Evidence, Proposal, ProposalStatus, Statement
from preserve.storage.names import shown

LARGEST = 16 * 1024 * 1024
"""Bytes; a longer form is refused unread."""

_HEAD = """\
# The description of {name}
# {urn}, state {state}
#
# Change, add or take out lines, then save and close. Nothing is changed if you save it as it is.
# Lines that begin with # are not read. A term stands with all of its values:
#     title = ["One", {{ value = "Another", lang = "fr" }}]
# A term that is taken out loses its values.
# What stands in a list behind a # is proposed by programs and confirmed by nobody. To take it over, remove that #.
# The terms: title, creator, contributor, publisher, created, issued, date, abstract, description, subject, language,
# type, source, spatial, temporal, isPartOf, rights, license ...

"""
_PROPOSED = """
# Only proposed so far:
"""


def to_form(name: str, urn: str, state: int, description: Description, *, one_file: bool) -> str:
    """The form for *description*, the given *state* of the package called *name*."""
    said = _grouped(description.record.statements)
    proposed: dict[tuple[str, str], list[Proposal]] = {}
    for proposal in description.proposals:
        if proposal.status is ProposalStatus.PENDING:
            proposed.setdefault((about_of(proposal, one_file=one_file), proposal.field), []).append(proposal)
    text = _HEAD.format(name=shown(name), urn=urn, state=state)
    for about in sorted({about for about, _ in (*said, *proposed)} | {""}):
        text += f"\n[{_quoted(about)}]\n" if about else ""
        entries = {term: statements for (at, term), statements in said.items() if at == about}
        text += "".join(_entry(term, some, proposed.get((about, term), ())) for term, some in entries.items())
        new = {term: some for (at, term), some in proposed.items() if at == about and term not in entries}
        text += (_PROPOSED if new else "") + "".join(_proposed(term, some) for term, some in new.items())
    return text


def from_form(text: str, former: Description) -> Changes:
    """What a person changed.  ``DescriptionError`` says what cannot be understood, with the line where it is known."""
    if len(text) > LARGEST:
        raise _unreadable("it is too large")
    if former.record.statements and not any(
        line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()
    ):
        raise _unreadable("nothing stands in it; to take values back, take out their lines, or use --unset")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(
            str(error)[0].lower() + str(error)[1:] if str(error) else "it is nested too deeply"
        ) from error
    wanted: dict[tuple[str, str], list[Statement]] = {}
    for key, value in document.items():
        if isinstance(value, dict) and not _is_value(value):
            _check_about(key)
            entries, about = value, key
        else:
            entries, about = {key: value}, ""
        for name, values in entries.items():
            place = about, _term(name)
            if place in wanted:
                raise _unreadable(f"{place[1]} stands there twice")
            wanted[place] = _without_stand_in(former, list(_statements(place, values)))
    before = _grouped(former.record.statements)
    changed = {place: said for place, said in wanted.items() if _plain(said) != _plain(before.get(place, ()))}
    drops = [place for place in before if not wanted.get(place)]
    return Changes(tuple(statement for said in changed.values() for statement in said), tuple(drops))


def _plain(statements: Sequence[Statement]) -> list[tuple[str, str]]:
    return [(s.value, s.lang) for s in statements]


def _grouped(statements: Sequence[Statement]) -> dict[tuple[str, str], list[Statement]]:
    found: dict[tuple[str, str], list[Statement]] = {}
    for statement in statements:
        found.setdefault((statement.about, statement.term), []).append(statement)
    return found


def _without_stand_in(former: Description, said: list[Statement]) -> list[Statement]:
    """A title that somebody adds takes the place of the one that only stands in."""
    if former.record.title_stands_in and len(said) > 1:
        stand_in = {s.value for s in former.record.statements if (s.about, s.term) == ("", "dcterms:title")}
        return [s for s in said if (s.about, s.term) != ("", "dcterms:title") or s.value not in stand_in]
    return said


def _entry(term: str, statements: Sequence[Statement], proposed: Sequence[Proposal]) -> str:
    """A term with its values, and what is proposed beside them."""
    values = "".join(f"    {_value(s.value, s.lang, s.scheme)},\n" for s in statements)
    return f"{term.partition(':')[2]} = [\n{values}{_candidates(proposed)}]\n"


def _proposed(term: str, proposed: Sequence[Proposal]) -> str:
    """A term that has no value yet: its list is empty, and counts as no value."""
    return f"{term.partition(':')[2]} = [\n{_candidates(proposed)}]\n"


def _candidates(proposed: Sequence[Proposal]) -> str:
    lines = ""
    for proposal in proposed:
        why = _one_line(f"{proposal.confidence:.0%}, {proposal.method}{_place(proposal.evidence)}")
        lines += f"    # {_value(proposal.value, proposal.lang, '')},  # {why}\n"
    return lines


def _place(evidence: Evidence) -> str:
    where = "" if evidence.start is None else f", from byte {evidence.start:,}"
    return f"; {shown(evidence.path)}{where}"


def _value(value: str, lang: str, scheme: str) -> str:
    marks = f", lang = {_quoted(lang)}" if lang else f", scheme = {_quoted(scheme)}" if scheme else ""
    return f"{{ value = {_quoted(value)}{marks} }}" if marks else _quoted(value)


def _quoted(text: str) -> str:
    """A basic string of TOML, which escapes as JSON does, and DEL too (TOML 1.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_value(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("value"), str)


def _check_about(key: str) -> None:
    if not key.startswith("data/") or key == "data/":
        raise _unreadable(f'[{shown(key)}] is not the path of a file of the package, such as ["data/letter.txt"]')


def _term(name: str) -> str:
    term = term_of(name)
    if not term:
        close = nearest(name)
        raise _unreadable(f"'{shown(name)}' is not a Dublin Core term" + (f"; did you mean {close}?" if close else ""))
    return term


def _statements(place: tuple[str, str], values: Any) -> Iterator[Statement]:
    about, term = place
    for value in values if isinstance(values, list) else [values]:
        marks = {"value": value} if isinstance(value, str) else value
        if isinstance(value, (int, date)) and not isinstance(value, bool):
            marks = {"value": str(value)}
        if not isinstance(marks, dict) or not all(isinstance(one, str) for one in marks.values()):
            raise _unreadable(f"a value of {term} is not a text between quotation marks")
        if "value" not in marks or marks.keys() - {"value", "lang", "scheme"}:
            raise _unreadable(f'a value of {term} is written as "text" or {{ value = "text", lang = "en" }}')
        if marks["value"].strip():
            yield Statement(term, marks["value"].strip(), marks.get("lang", ""), marks.get("scheme", ""), about=about)


def _unreadable(why: str) -> DescriptionError:
    return DescriptionError(f"The form cannot be understood: {why.removesuffix('.')}.", hint="Nothing was changed.")
