"""What a person wrote → a statement that the profile allows, with a finding for everything that was changed."""

from __future__ import annotations

from dataclasses import replace

from preserve.describe import rules
from preserve.describe.judge import Finding, judge_statement
from preserve.describe.terms import DCMI_TYPES, SCHEMES
from preserve.describe.values import better_tag, is_language_tag, lacks_seconds, scheme_for
from preserve.model import Statement
from preserve.storage.names import shown

_SAME_SCHEME = {"RFC5646": "RFC4646", "BCP47": "RFC4646", "EDTF": ""}
"""Schemes that people name and that the XML Schemas of 2008 do not have: what is written instead."""
_TYPES = {name.lower(): name for name in DCMI_TYPES}


def settle(statement: Statement) -> tuple[Statement, tuple[Finding, ...]]:
    """*statement* with its language tag and scheme as they can be written, and what the judge says of the result.

    The value itself is never changed, save that a DCMI type gets its capital letters.  A scheme is added only where
    the form of the value leaves no doubt.
    """
    findings: list[Finding] = []
    settled = _with_scheme(_with_lang(statement, findings), findings)
    findings.extend(judge_statement(settled))
    if settled.lang and settled.scheme:  # the judge has said so; the schemas allow only one
        settled = replace(settled, lang="")
    return settled, tuple(findings)


def _with_lang(statement: Statement, findings: list[Finding]) -> Statement:
    lang = statement.lang.strip()
    if not lang or is_language_tag(lang):
        return replace(statement, lang=lang)
    better = better_tag(lang)
    if better:
        findings.append((rules.LANG_CORRECTED, f"The language tag '{shown(lang)}' is written as {better}."))
    else:
        findings.append(
            (rules.LANG_DROPPED, f"'{shown(lang[:40])}', the language of {statement.term}, is not a language tag.")
        )
    return replace(statement, lang=better)


def _with_scheme(statement: Statement, findings: list[Finding]) -> Statement:
    scheme = _SAME_SCHEME.get(statement.scheme, statement.scheme)
    value = statement.value
    if scheme == "W3CDTF" and lacks_seconds(value):
        findings.append(
            (rules.DATE_WITHOUT_SECONDS, f"{statement.term} is {value}, a time without seconds, as no schema allows.")
        )
        return replace(statement, scheme="")
    if scheme and scheme not in SCHEMES:
        findings.append((rules.XML_IGNORED, f"{shown(scheme)}, the scheme of {statement.term}, is not known."))
        scheme = ""
    if not scheme and statement.term == "dcterms:type":
        value = _TYPES.get(value.lower(), value)
    if not scheme and not statement.lang and not statement.scheme:
        scheme = scheme_for(statement.term, value)
    return replace(statement, scheme=scheme, value=value)
