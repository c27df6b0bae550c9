"""Judges descriptions: pure rules over statements, and the check of a whole ``dc.xml`` (XSD first, then rules)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from preserve.describe import rules
from preserve.describe.terms import ELEMENT_OF, LANGUAGE_SCHEMES, SCHEMES
from preserve.describe.values import better_tag, illegal_characters, is_language_tag, legal_under, legible
from preserve.model import Problem, Record, Rule, Statement
from preserve.storage.names import shown

Finding = tuple[Rule, str]
"""A rule that was broken, and the sentence that says how."""

_SHOWN = 80
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
    if not any(value.strip() for value in record.values("dcterms:title")):
        found.append(rules.TITLE_MISSING.at(path, "The description has no title."))
    if not any(value.strip() for value in record.values("dcterms:identifier")):
        found.append(rules.IDENTIFIER_MISSING.at(path, "The description has no identifier."))
    return tuple(found)


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
    yield from _judge_lang(statement)


def _judge_scheme(statement: Statement) -> Iterator[Finding]:
    scheme, value = statement.scheme, statement.value
    if not scheme:
        if statement.term == "dcterms:language" and not is_language_tag(value):
            yield rules.LANGUAGE_NOT_A_TAG, f"The language {_quoted(value)} is not a language tag{_suggestion(value)}."
        return
    if scheme not in SCHEMES:
        yield rules.SCHEME_UNKNOWN, f"{statement.term} names the scheme {_quoted(scheme)}, which does not exist."
        return
    if ELEMENT_OF[statement.term] not in SCHEMES[scheme]:
        yield rules.SCHEME_MISPLACED, f"The scheme {scheme} does not go with {statement.term}."
    if not legal_under(scheme, value):
        rule = _RULE_OF_SCHEME.get(scheme, rules.CODE_ILLEGAL)
        hint = _suggestion(value) if scheme in LANGUAGE_SCHEMES else ""
        yield rule, f"{statement.term} is {_quoted(value)}, which is not legal {scheme}{hint}."


def _judge_lang(statement: Statement) -> Iterator[Finding]:
    if not statement.lang:
        return
    if statement.scheme:
        yield (
            rules.LANG_WITH_SCHEME,
            f"{statement.term} has both a language ({_quoted(statement.lang)}) and the scheme {statement.scheme}.",
        )
    if not is_language_tag(statement.lang):
        yield (
            rules.LANG_ILLEGAL,
            f"The language of {statement.term} is given as {_quoted(statement.lang)}, which is not a language tag"
            f"{_suggestion(statement.lang)}.",
        )


def _suggestion(tag: str) -> str:
    better = better_tag(tag)
    return f"; write {better}" if better and better != tag else ""


def _quoted(value: str) -> str:
    return f"'{shown(value if len(value) <= _SHOWN else value[:_SHOWN] + '…')}'"
