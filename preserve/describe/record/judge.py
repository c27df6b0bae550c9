"""Judges descriptions: pure rules over statements, and the check of a whole ``dc.xml`` (XSD first, then rules)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from preserve.describe.record import rules, value_rules
from preserve.describe.record.edtf import is_edtf
from preserve.describe.record.embargo import AVAILABLE
from preserve.describe.record.judge_values import (
    judge_embargo,
    judge_rights,
    judge_value,
    language_hint,
    listed,
    quoted,
)
from preserve.describe.record.rights import RIGHTS_TERMS
from preserve.describe.record.rules import Finding
from preserve.describe.record.terms import ELEMENT_OF, LANGUAGE_SCHEMES, SCHEMES
from preserve.describe.record.typed_dates import read_date
from preserve.describe.record.values import better_tag, illegal_characters, is_language_tag, legal_under, legible
from preserve.model import Problem, Record, Statement
from preserve.storage.names import shown

_RELATIONS = frozenset(["relation", "source"])
_ONLY_ONE = {"dcterms:type": value_rules.TYPE_SEVERAL, AVAILABLE: value_rules.EMBARGO_SEVERAL}
_RULE_OF_SCHEME = {
    "W3CDTF": rules.DATE_ILLEGAL,
    "IMT": rules.MEDIA_TYPE_ILLEGAL,
    "URI": rules.URI_ILLEGAL,
    "DCMIType": rules.TYPE_ILLEGAL,
    **dict.fromkeys(LANGUAGE_SCHEMES, rules.LANGUAGE_ILLEGAL),
}


def judge_record(record: Record, *, path: str = "", where: Callable[[int], str] = lambda _: "") -> tuple[Problem, ...]:
    """Everything that the profile finds wrong with *record*.

    *path* names the file the findings are about; *where* gives the beginning of a sentence ("Line 5: ") for the
    statement with that place in the record.
    """
    found = [
        rule.at(path, where(place) + sentence)
        for place, statement in enumerate(record.statements)
        for rule, sentence in judge_statement(statement)
    ]
    found += [rule.at(path, sentence) for rule, sentence in _judge_whole(record)]
    return tuple(found)


def _judge_whole(record: Record) -> Iterator[Finding]:
    """What only all statements together can break."""
    if not any(value.strip() for value in record.values("dcterms:title")):
        yield rules.TITLE_MISSING, "The description has no title."
    if not any(value.strip() for value in record.values("dcterms:identifier")):
        yield rules.IDENTIFIER_MISSING, "The description has no identifier."
    if not record.values("dcterms:type"):
        yield value_rules.TYPE_MISSING, "The description has no type."
    own = set(record.values("dcterms:identifier"))
    for statement in record.statements:
        if not statement.about and ELEMENT_OF.get(statement.term) in _RELATIONS and statement.value in own:
            yield (
                value_rules.RELATION_TO_ITSELF,
                f"{statement.term} is {quoted(statement.value)}, the identifier of this package.",
            )
    yield from judge_several(record.statements)


def judge_several(statements: Iterable[Statement]) -> Iterator[Finding]:
    """Terms that have one value for each thing described, and have more: the type, and the embargo."""
    found: dict[tuple[str, str], list[str]] = {}
    for statement in statements:
        if statement.term in _ONLY_ONE and statement.value.strip():
            found.setdefault((statement.about, statement.term), []).append(statement.value)
    for (about, term), values in found.items():
        if len(set(values)) > 1:
            what = f"The description of {shown(about)}" if about else "The description"
            named = listed(tuple(map(quoted, values[:5]))).replace(" or ", " and ")
            yield _ONLY_ONE[term], f"{what} has {len(values)} values of {term}: {named}."


def judge_statement(statement: Statement) -> Iterator[Finding]:
    """What is wrong with one statement by itself."""
    if statement.term not in ELEMENT_OF:
        yield rules.TERM_UNKNOWN, f"{shown(statement.term)} is not a DCMI term."
        return
    if not statement.value.strip():
        yield rules.VALUE_EMPTY, f"{statement.term} has no value."
        return
    if bad := illegal_characters(statement.value):
        listed = ", ".join(legible(char) for char in bad[:10])
        yield rules.CHARACTER_ILLEGAL, f"{statement.term} contains characters that XML cannot hold: {listed}."
    if statement.about and (not statement.about.startswith("data/") or statement.about == "data/"):
        yield rules.ABOUT_ILLEGAL, f"{statement.term} describes {shown(statement.about)}, which is no place in the bag."
    yield from _judge_scheme(statement)
    yield from judge_value(statement)
    if statement.term == AVAILABLE:
        yield from judge_embargo(statement)
    yield from _judge_lang(statement)


def _judge_scheme(statement: Statement) -> Iterator[Finding]:
    scheme, value = statement.scheme, statement.value
    if not scheme:
        return
    if scheme == "EDTF":
        if ELEMENT_OF[statement.term] not in SCHEMES["W3CDTF"]:
            yield rules.SCHEME_MISPLACED, f"The scheme EDTF does not go with {statement.term}."
        elif not is_edtf(value):
            yield (
                rules.DATE_ILLEGAL,
                f"{statement.term} is {quoted(value)}, which is not legal EDTF{_date_hint(value)}.",
            )
        return
    if scheme not in SCHEMES:
        yield rules.SCHEME_UNKNOWN, f"{statement.term} names the scheme {quoted(scheme)}, which does not exist."
        return
    if ELEMENT_OF[statement.term] not in SCHEMES[scheme]:
        yield rules.SCHEME_MISPLACED, f"The scheme {scheme} does not go with {statement.term}."
    if not legal_under(scheme, value):
        rule = _RULE_OF_SCHEME.get(scheme, rules.CODE_ILLEGAL)
        hint = _suggestion(value) if scheme in LANGUAGE_SCHEMES else _date_hint(value) if scheme == "W3CDTF" else ""
        yield rule, f"{statement.term} is {quoted(value)}, which is not legal {scheme}{hint}."
    elif scheme == "URI" and statement.term in RIGHTS_TERMS:
        yield from judge_rights(statement)


def _judge_lang(statement: Statement) -> Iterator[Finding]:
    if not statement.lang:
        return
    if statement.scheme:
        yield (
            rules.LANG_WITH_SCHEME,
            f"{statement.term} has both a language ({quoted(statement.lang)}) and the scheme {statement.scheme}.",
        )
    if not is_language_tag(statement.lang):
        yield (
            rules.LANG_ILLEGAL,
            f"The language of {statement.term} is given as {quoted(statement.lang)}, which is not a language tag"
            f"{_suggestion(statement.lang)}.",
        )


def _suggestion(tag: str) -> str:
    better = better_tag(tag)
    return f"; write {better}" if better and better != tag else language_hint(tag)


def _date_hint(value: str) -> str:
    readings = tuple(reading for reading in read_date(value).values if reading != value)
    return f"; it can be read as {listed(readings)}" if readings else ""
