"""Language tags in the three letters of ISO 639, which some targets want."""

from __future__ import annotations

from functools import lru_cache

from preserve.describe.record.values import is_language_tag


@lru_cache(maxsize=1024)
def three_letters(tag: str) -> str:
    """The code of ISO 639-3 for the language of *tag* (``ara`` for ``ar-EG``), or "" if it has none."""
    if not is_language_tag(tag):
        return ""
    from langcodes import Language  # noqa: PLC0415  35 ms that not every command needs

    try:
        return str(Language.get(tag).to_alpha3())
    except LookupError:  # a private or a grandfathered tag
        return ""


def is_more_than_language(tag: str) -> bool:
    """Whether *tag* also says a script, a region or a variant, which three letters do not."""
    return "-" in tag
