"""Languages as people name them → tags of the registry (BCP 47): "English", "Arabisch", ``eng``, ``en_GB``, ``iw``.

The English names are those of the IANA Language Subtag Registry itself, which langcodes brings along.  It is read
when a name or a deprecated tag is first asked about: 70 ms that most commands never spend.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_OTHER_NAMES = """
ar arabisch arabe árabe арабский arapça عربي عربية العربية عربى
bg bulgarisch bulgare български болгарский
ca katalanisch catalan català
cmn mandarin
cs tschechisch tchèque čeština чешский
da dänisch danois dansk
de deutsch allemand alemán немецкий almanca الألمانية آلمانی
el greek griechisch grec griego ελληνικά греческий yunanca اليونانية
en englisch anglais inglés inglese английский ingilizce الإنجليزية انگلیسی
es castellano spanisch espagnol español испанский ispanyolca الإسبانية اسپانیایی
fa farsi persisch persan persa персидский farsça فارسی الفارسية
fi finnisch finnois suomi
fr französisch français francés французский fransızca الفرنسية فرانسوی
he hebräisch hébreu hebreo иврит ibranice עברית العبرية عبری
hi हिन्दी हिंदी
hu ungarisch hongrois magyar
hy armenisch arménien армянский ermenice հայերեն
it italienisch italien italiano итальянский italyanca الإيطالية
ja japanisch japonais japonés японский japonca 日本語
ka georgisch géorgien грузинский ქართული
ko koreanisch coréen 한국어
ku kurdisch kurde kurdî کوردی الكردية كردي kürtçe курдский
la latein latin latín латинский latince
nl dutch niederländisch néerlandais nederlands holandés голландский
no norwegisch norvégien norsk
pl polnisch polonais polski польский
pt portugiesisch portugais portugués português португальский
ro rumänisch roumain română
ru russisch russe ruso русский rusça الروسية روسی
sr serbisch serbe српски
sv schwedisch suédois svenska
syr syrisch syriaque السريانية
tr türkisch turc turco турецкий türkçe التركية ترکی
uk ukrainisch ukrainien українська украинский
ur اردو
zh chinesisch chinois chino китайский çince 中文 الصينية
"""
"""What languages are called in the languages that this archive's tools read, where the registry does not say it."""


_PLAIN = re.compile(r"(?!in|iw|ji|jw|mo|sh)[a-z]{2}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
"""Tags that nothing is preferred to, so that the registry need not be read for them."""


@dataclass(frozen=True, slots=True)
class _Registry:
    names: Mapping[str, str]
    preferred: Mapping[str, str]


def preferred_tag(tag: str) -> str:
    """The tag that the registry prefers to the deprecated *tag* (``he`` for ``iw``, ``nb`` for ``no-bok``), or ""."""
    if tag[-3:].lower() == "-uk":  # reserved in ISO 3166, and not registered
        return f"{tag[:-2]}GB"
    if _PLAIN.fullmatch(tag):
        return ""
    preferred = _registry().preferred
    if whole := preferred.get(tag.lower()):
        return whole
    first, hyphen, rest = tag.partition("-")
    better = preferred.get(first.lower(), "")
    extended = preferred.get(f"{first}-{rest.partition('-')[0]}".lower(), "")
    if extended:
        return "-".join(filter(None, (extended, rest.partition("-")[2])))
    return better + hyphen + rest if better else ""


def tag_of_name(name: str) -> str:
    """The tag of the language that people call *name*, in English or in one of a few languages, or "" if unsure."""
    return _registry().names.get(_folded(name), "")


def nearest_name(name: str) -> str:
    """The name of a language that *name* is probably a misspelling of, or ""."""
    folded = _folded(name)
    if not 4 <= len(folded) <= 40:
        return ""
    likely = [one for one in _by_letter().get(folded[0], ()) if abs(len(one) - len(folded)) <= 2]
    close = difflib.get_close_matches(folded, likely, n=1, cutoff=0.85)
    return close[0] if close else ""


def _folded(name: str) -> str:
    return re.sub(r"\s+(?:language|\(language\))\Z", "", " ".join(name.split()).casefold())


@lru_cache(maxsize=1)
def _by_letter() -> Mapping[str, Sequence[str]]:
    """The names by their first letter, which few people misspell: comparing with all eight thousand takes too long."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in _registry().names:
        found[name[0]].append(name)
    return found


@lru_cache(maxsize=1)
def _registry() -> _Registry:
    from langcodes.registry_parser import parse_registry  # noqa: PLC0415

    names: dict[str, str] = {}
    preferred: dict[str, str] = {}
    ambiguous: set[str] = set()
    for entry in parse_registry():  # type: ignore[no-untyped-call]
        tag = str(entry.get("Subtag") or entry.get("Tag"))
        kind, instead = entry["Type"], entry.get("Preferred-Value")
        if instead and kind in ("language", "grandfathered", "redundant"):
            preferred[tag.lower()] = str(instead)
        if instead and kind == "extlang":
            preferred.update({f"{prefix}-{tag}".lower(): str(instead) for prefix in entry.get("Prefix", ())})
        if kind == "language" and not entry.get("Deprecated"):
            for description in entry["Description"]:
                name = _folded(str(description))
                if names.setdefault(name, tag) != tag:
                    ambiguous.add(name)
    for line in _OTHER_NAMES.split("\n"):
        tag, _, others = line.partition(" ")
        names.update({_folded(name): tag for name in others.split()})
    return _Registry({name: tag for name, tag in names.items() if name not in ambiguous}, preferred)
