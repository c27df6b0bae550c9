"""What a person wrote → a statement that the profile allows, with a finding for everything that was changed."""

from __future__ import annotations

from dataclasses import replace

from preserve.describe.record import rules
from preserve.describe.record.correct import corrected, right_tag
from preserve.describe.record.judge import judge_statement
from preserve.describe.record.judge_values import language_hint
from preserve.describe.record.rules import Finding
from preserve.describe.record.terms import SCHEMES
from preserve.describe.record.values import is_language_tag, lacks_seconds, same_case, scheme_for
from preserve.model import Statement
from preserve.storage.names import shown

_SAME_SCHEME = {"RFC5646": "RFC4646", "BCP47": "RFC4646"}
"""Schemes that people name and that the XML Schemas of 2008 do not have: what is written instead."""


def settle(statement: Statement) -> tuple[Statement, tuple[Finding, ...]]:
    """*statement* with its language tag and scheme as they can be written, and what the judge says of the result.

    The value is changed only where one thing alone can be meant, and then that is said (see ``correct``).  A scheme is
    added only where the form of the value leaves no doubt.
    """
    findings: list[Finding] = []
    right, changes = corrected(_with_lang(statement, findings))
    findings += changes
    settled = _with_scheme(right, findings)
    findings.extend(judge_statement(settled))
    if settled.scheme == "EDTF":  # which has no name in the schemas of 2008: dc.xml says it by its form
        settled = replace(settled, scheme="")
    if settled.lang and settled.scheme:  # the judge has said so; the schemas allow only one
        settled = replace(settled, lang="")
    return settled, tuple(findings)


def _with_lang(statement: Statement, findings: list[Finding]) -> Statement:
    lang = statement.lang.strip()
    better = right_tag(lang) if lang else ""
    if better:
        findings.append((rules.LANG_CORRECTED, f"The language tag '{shown(lang[:40])}' is written as {better}."))
    elif lang and not is_language_tag(lang):
        said = f"'{shown(lang[:40])}', the language of {statement.term}, is not a language tag{language_hint(lang)}."
        findings.append((rules.LANG_DROPPED, said))
        lang = ""
    lang = same_case(better or lang)
    return statement if lang == statement.lang else replace(statement, lang=lang)


def _with_scheme(statement: Statement, findings: list[Finding]) -> Statement:
    scheme = _SAME_SCHEME.get(statement.scheme, statement.scheme)
    value = statement.value
    if scheme == "W3CDTF" and lacks_seconds(value):
        findings.append(
            (rules.DATE_WITHOUT_SECONDS, f"{statement.term} is {value}, a time without seconds, as no schema allows.")
        )
        return replace(statement, scheme="")
    if scheme == "EDTF":
        return replace(statement, scheme=scheme_for(statement.term, value) or scheme)
    if scheme and scheme not in SCHEMES:
        findings.append((rules.XML_IGNORED, f"{shown(scheme)}, the scheme of {statement.term}, is not known."))
        scheme = ""
    if not scheme and not statement.lang and not statement.scheme:
        scheme = scheme_for(statement.term, value)
    return statement if scheme == statement.scheme else replace(statement, scheme=scheme)
