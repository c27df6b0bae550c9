"""``--set dcterms:title=…`` on the command line → statements."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.describe.record.correct import right_tag
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import heading, nearest
from preserve.describe.record.value_rules import CORRECTIONS
from preserve.describe.record.values import is_language_tag
from preserve.errors import DescriptionError
from preserve.model import Severity, Statement
from preserve.storage.names import shown


def set_statements(pairs: Sequence[str]) -> tuple[Statement, ...]:
    """The statements of ``term=value`` pairs; the term as ``dcterms:title``, ``dc:title`` or ``title``.

    A language is given as ``title@ar=…``.  ``DescriptionError`` names the first pair that is not legal and says what
    to write instead.
    """
    return tuple(_statement(pair) for pair in pairs)


def _statement(pair: str) -> Statement:
    written, equals, value = pair.partition("=")
    if not equals:
        raise DescriptionError(
            f"'{shown(pair)}' is not a term and a value.", hint="Write it like this: --set dcterms:title='A title'"
        )
    name = heading(written)
    if not name.term:
        raise no_term(written)
    if not value.strip():
        raise DescriptionError(f"{name.term} is given without a value.", hint="Write a value after the equals sign.")
    if name.lang and not is_language_tag(name.lang):
        better = right_tag(name.lang)
        raise DescriptionError(
            f"'{shown(name.lang)}', the language of {name.term}, is not a language tag.",
            hint=f"Write {better} instead." if better else "Write a tag such as en, ar or fr-CA.",
        )
    statement, findings = settle(Statement(name.term, value.strip(), name.lang, origin="set"))
    for rule, sentence in findings:
        if rule in CORRECTIONS:  # who sits at the keyboard is asked, and not corrected
            raise DescriptionError(sentence, hint=f"Write: --set {name.term}='{statement.value}'")
        if rule.severity is Severity.ERROR:
            raise DescriptionError(sentence, hint=rule.hint)
    return statement


def no_term(written: str) -> DescriptionError:
    """What to say of a word that is no term."""
    close = nearest(written)
    return DescriptionError(
        f"'{shown(written)}' is not a Dublin Core term.",
        hint=f"Did you mean {close}?" if close else "Terms are written like dcterms:title or dcterms:created.",
    )
