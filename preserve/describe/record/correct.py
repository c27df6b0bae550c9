"""Corrects a value where only one thing can be meant, and says so: ``27.12.2019``, "English", a licence's address.

Pure.  What can be read in two ways is never corrected; the judge refuses it or suggests.
"""

from __future__ import annotations

import re
from dataclasses import replace

from preserve.describe.record import value_rules
from preserve.describe.record.exact_dates import Kind
from preserve.describe.record.judge_values import quoted
from preserve.describe.record.languages import preferred_tag, tag_of_name
from preserve.describe.record.rights import RIGHTS_TERMS, read_rights
from preserve.describe.record.rights import Kind as RightsKind
from preserve.describe.record.rules import Finding
from preserve.describe.record.terms import DCMI_TYPES, ELEMENT_OF, LANGUAGE_SCHEMES
from preserve.describe.record.typed_dates import read_date
from preserve.describe.record.values import better_tag, is_language_tag
from preserve.model import Rule, Statement

_TYPES = {name.lower(): name for name in DCMI_TYPES}
_OF_DATES = frozenset(["", "W3CDTF", "EDTF"])


def corrected(statement: Statement) -> tuple[Statement, tuple[Finding, ...]]:
    """*statement* with the one value that it can mean.  A DCMI type gets its capital letters without a word."""
    term, value, scheme = statement.term, statement.value, statement.scheme
    if term == "dcterms:type" and scheme in ("", "DCMIType"):
        known = _TYPES.get(re.sub(r"[\s_-]+", "", value).lower(), value)
        return replace(statement, value=known), ()
    if ELEMENT_OF.get(term) == "date" and scheme in _OF_DATES:
        found = read_date(value)
        better = found.values[0] if found.kind is Kind.CERTAIN else ""
        return _with(statement, better, value_rules.DATE_CORRECTED)
    if term == "dcterms:language" and (not scheme or scheme in LANGUAGE_SCHEMES):
        return _with(statement, right_tag(value), value_rules.LANGUAGE_CORRECTED)
    if term in RIGHTS_TERMS and scheme in ("", "URI"):
        rights = read_rights(value)
        better = rights.uri if rights.kind is RightsKind.SPELLING else ""
        return _with(statement, better, value_rules.RIGHTS_URI_CORRECTED)
    return statement, ()


def right_tag(value: str) -> str:
    """The registered tag that *value* surely means: by a name, a wrong form or a deprecated one; "" if it is right."""
    if is_language_tag(value):
        return preferred_tag(value)
    tag = better_tag(value)
    return (preferred_tag(tag) or tag) if tag else tag_of_name(value)


def _with(statement: Statement, better: str, rule: Rule) -> tuple[Statement, tuple[Finding, ...]]:
    if not better or better == statement.value:
        return statement, ()
    said = f"{statement.term} is {quoted(statement.value)}, which is written as {better}."
    return replace(statement, value=better), ((rule, said),)
