"""Labelled pairs: two files each, and whether the one is a version of the other."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from tests.describe.alike import texts

MENU = (
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News of the region</a></li></ul></nav>"
    "<div class=bar><a href='/login'>Log in</a> | <a href='/help'>Help and contact</a></div>"
)
FOOT = (
    "<div class=more><h3>More from this author</h3><p><a href='/7'>The lamp in the tower, and other stories</a></p>"
    "</div><p>Printed from our pages on 12 May 2019 at 14:03</p>"
    "<footer>© 2019 The reading room. All rights reserved.</footer>"
)
OTHER_MENU = "<div><a href='/index'>Start</a> <a href='/map'>Map of this site</a></div><p>You are not logged in.</p>"
OTHER_FOOT = (
    "<p>Share this page with your friends!</p><p>Last changed: 3.1.2021</p>"
    "<script>track('reader', 4711);</script><p>Imprint and privacy</p>"
)


class Pair(NamedTuple):
    """Two files with their charsets and media types, and what is true of them."""

    name: str
    one: tuple[bytes, str, str]
    other: tuple[bytes, str, str]
    alike: bool


def plain(text: str, charset: str = "utf-8") -> tuple[bytes, str, str]:
    return text.encode(charset), charset, "text/plain"


def page(text: str, before: str = MENU, after: str = FOOT, charset: str = "utf-8") -> tuple[bytes, str, str]:
    paragraphs = [re.sub(r"\s+", " ", part).strip() for part in text.split("\n\n")]
    title, *rest = paragraphs
    body = f"<h1>{title}</h1>" + "".join(f"<p>{part}</p>" for part in rest)
    head = f"<head><title>{title} - Our site</title><style>p {{ color: black }}</style></head>"
    html = f"<!DOCTYPE html><html>{head}<body>{before}<article>{body}</article>{after}</body></html>"
    return html.encode(charset, "xmlcharrefreplace"), charset, "text/html"


def reflowed(text: str, width: int = 40) -> str:
    return "\n\n".join(textwrap.fill(part, width) for part in text.split("\n\n")) + "\n"


def cut(text: str, part: float) -> str:
    return text[: int(len(text) * part)] + "…"


def vowelled(text: str) -> str:
    """Some vowel signs, and some stretching."""
    return re.sub("([بتسلمنكق])(?=[\u0621-\u064a])", "\\1\u064e", text).replace("كان", "كـــان")


def alike() -> Iterator[Pair]:
    """The same text each time."""
    for name, text in (("english", texts.ENGLISH), ("french", texts.FRENCH), ("arabic", texts.ARABIC)):
        yield Pair(f"{name}: utf-16", plain(text), plain(text, "utf-16"), True)
        yield Pair(f"{name}: CRLF", plain(text), plain(text.replace("\n", "\r\n")), True)
        yield Pair(f"{name}: byte order mark", plain(text), plain(text, "utf-8-sig"), True)
        yield Pair(f"{name}: lines broken anew", plain(text), plain(reflowed(text)), True)
        yield Pair(f"{name}: one line a paragraph", plain(text), plain(reflowed(text, 10_000)), True)
        yield Pair(f"{name}: web page", plain(text), page(text), True)
        yield Pair(f"{name}: two sites", page(text), page(text, OTHER_MENU, OTHER_FOOT), True)
        yield Pair(f"{name}: the end cut off", plain(text), plain(cut(text, 0.7)), True)
    yield Pair("arabic: windows-1256", plain(texts.ARABIC), plain(texts.ARABIC, "windows-1256"), True)
    yield Pair("arabic: vowel signs", plain(texts.ARABIC), plain(vowelled(texts.ARABIC)), True)
    yield Pair("arabic: page in windows-1256", plain(texts.ARABIC), page(texts.ARABIC, charset="windows-1256"), True)
    yield Pair(
        "persian: Arabic yeh and kaf",
        plain(texts.PERSIAN),
        plain(texts.PERSIAN.replace("ی", "ي").replace("ک", "ك")),
        True,
    )
    yield Pair("persian: web page", plain(texts.PERSIAN), page(texts.PERSIAN), True)
    yield Pair("russian: KOI8-R", plain(texts.RUSSIAN), plain(texts.RUSSIAN, "koi8-r"), True)
    yield Pair("russian: two sites", page(texts.RUSSIAN), page(texts.RUSSIAN, OTHER_MENU, OTHER_FOOT), True)
    yield Pair("german: windows-1252", plain(texts.GERMAN), plain(texts.GERMAN, "windows-1252"), True)
    yield Pair("german: decomposed letters", plain(texts.GERMAN), plain(_decomposed(texts.GERMAN)), True)
    yield Pair("turkish: windows-1254", plain(texts.TURKISH), plain(texts.TURKISH, "windows-1254"), True)
    yield Pair("turkish: cut in the middle", plain(texts.TURKISH), plain(cut(texts.TURKISH, 0.5)), True)
    yield Pair("spanish: MacRoman", plain(texts.SPANISH), plain(texts.SPANISH, "mac-roman"), True)
    yield Pair("chinese: GB 18030", plain(texts.CHINESE), plain(texts.CHINESE, "gb18030"), True)
    yield Pair("chinese: web page", plain(texts.CHINESE), page(texts.CHINESE), True)
    yield Pair("letter: quotation marks and dashes", plain(texts.LETTER), plain(texts.LETTER.replace(";", " –")), True)
    yield Pair(
        "letter: a misspelling mended", plain(texts.LETTER), plain(texts.LETTER.replace("quarrel", "quarell")), True
    )
    yield Pair(
        "letter: copied with the menu",
        plain(texts.LETTER),
        plain(f"Home | News | Help\n\n{texts.LETTER}\nPrint\n"),
        True,
    )
    yield Pair(
        "letter: a postscript added", plain(texts.LETTER), plain(texts.LETTER + "\nThe goat sends her love.\n"), True
    )
    yield Pair("poem: web page", plain(texts.POEM), page(texts.POEM), True)
    yield Pair(
        "short: CRLF", plain("The key is under the third pot.\n"), plain("The key is under the third pot.\r\n"), True
    )


def unlike() -> Iterator[Pair]:
    """Two texts each time."""
    books = {"who": "Mr Hale", "day": "3 March 1961", "books": "A History of Bells", "fee": "20 pence"}
    for change in (
        {"who": "Miss Orchard"},
        {"day": "17 June 1962"},
        {"books": "Sailing for Beginners; The Heron"},
        {"fee": "40 pence"},
        {"who": "Dr Lake", "day": "9 May 1964", "books": "Grafting Apple Trees"},
    ):
        name = f"reminder: other {', '.join(change)}"
        yield Pair(name, plain(texts.BOOKS.format(**books)), plain(texts.BOOKS.format(**(books | change))), False)
    other = {"who": "Miss Orchard", "day": "17 June 1962"}
    yield Pair(
        "reminder: web page",
        plain(texts.BOOKS.format(**books)),
        page("Reminder\n\n" + texts.BOOKS.format(**(books | other))),
        False,
    )
    yield Pair("circular: other name", _circular("Anna"), _circular("Boris"), False)
    yield Pair("circular: other title", _circular("Mrs Anna Reed"), _circular("friends"), False)
    roof, school = (texts.MINUTES.format(body=body) for body in (texts.MINUTES_ROOF, texts.MINUTES_SCHOOL))
    yield Pair("minutes: other meeting", plain(roof), plain(school), False)
    yield Pair("minutes: other meeting, web pages", page(roof), page(school), False)
    yield Pair(
        "form: filled in twice", plain(_form("Ada Moor")), plain(_form("Tom Carr", "a wedding", "40", "8 June")), False
    )
    yield Pair("form: other number", plain(_form("Ada Moor")), plain(_form("Ada Moor", number="14")), False)
    yield Pair("form: empty and filled in", plain(_form("", "", "", "")), plain(_form("Ada Moor")), False)
    yield Pair("bulletin: next day", plain(_bulletin("Monday", "3")), plain(_bulletin("Tuesday", "5")), False)
    yield Pair(
        "bulletin: web pages",
        page("Bulletin\n\n" + _bulletin("Monday", "3")),
        page("Bulletin\n\n" + _bulletin("Friday", "9")),
        False,
    )
    yield Pair("poem: same refrain", plain(texts.POEM), plain(texts.OTHER_POEM), False)
    yield Pair("poem: same refrain, web pages", page(texts.POEM), page(texts.OTHER_POEM), False)
    yield Pair("translation", plain(texts.FRENCH), plain(texts.TRANSLATION), False)
    yield Pair("same subject", plain(texts.ENGLISH), plain(texts.SPANISH), False)
    yield Pair("same site", page(texts.ENGLISH), page(texts.LETTER), False)
    yield Pair(
        "same site, short texts", page("Closed\n\nToday we are closed."), page("Open\n\nToday we are open."), False
    )
    yield Pair(
        "short: one word",
        plain("The key is under the third pot.\n"),
        plain("The key is under the second pot.\n"),
        False,
    )
    yield Pair(
        "short: greeting",
        plain("Many happy returns of the day from all of us!\n"),
        plain("Many happy returns of the day from both of us!\n"),
        False,
    )
    yield Pair("same site, same heading", _news("The bridge is closed."), _news("Tea is at four."), False)
    yield Pair("a letter and an answer that quotes it", plain(texts.LETTER), plain(_answer()), False)
    yield Pair("a text and a quotation from it", plain(texts.ENGLISH), plain(_quoting()), False)
    yield Pair("two of one series", plain(_series("first", "beans")), plain(_series("second", "onions")), False)
    yield Pair("arabic: other text", plain(texts.ARABIC), plain(texts.PERSIAN), False)
    yield Pair("arabic: same frame", plain(_receipt("أحمد", "٣٠٠")), plain(_receipt("محمود", "٤٥٠")), False)
    yield Pair("russian: other year", plain(_certificate("1911", "Иван")), plain(_certificate("1912", "Пётр")), False)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _circular(who: str) -> tuple[bytes, str, str]:
    return plain(texts.CIRCULAR.format(who=who))


def _form(name: str, purpose: str = "a birthday", number: str = "12", time: str = "4 May, 3 o'clock") -> str:
    return texts.FORM.format(name=name, address="Quay 7", purpose=purpose, number=number, time=time, remarks="none")


def _bulletin(day: str, noon: str) -> str:
    weather = ("fog", "sun") if day == "Monday" else ("light snow", "clouds")
    return texts.BULLETIN.format(day=day, morning=weather[0], afternoon=weather[1], wind="west", noon=noon, night="-4")


def _answer() -> str:
    quoted = "\n".join(f"> {line}" for line in texts.LETTER.splitlines())
    return f"{texts.MINUTES_ROOF}\n\nYou wrote:\n{quoted}\n"


def _quoting() -> str:
    quoted = texts.ENGLISH.split("\n\n")[2]
    return f"{texts.LETTER}\nP.S. I found this in the newspaper: {quoted}\n"


def _series(number: str, plant: str) -> str:
    return texts.SERIES.format(number=number, plant=plant)


def _receipt(name: str, amount: str) -> str:
    return texts.RECEIPT.format(name=name, amount=amount)


def _certificate(year: str, name: str) -> str:
    return texts.CERTIFICATE.format(year=year, name=name)


def _news(text: str) -> tuple[bytes, str, str]:
    return page(f"News of the day\n\n{text}", after=f"<p>{texts.BOOKS}</p>{FOOT}")


def later() -> Iterator[Pair]:
    """Written when the rules were finished, and not tuned for."""
    yield Pair("german: with page numbers", plain(texts.GERMAN), plain(_paged(texts.GERMAN)), True)
    yield Pair("english: markdown", plain(texts.ENGLISH), plain(_markdown(texts.ENGLISH)), True)
    yield Pair("russian: UTF-16 and cut off", plain(texts.RUSSIAN), plain(cut(texts.RUSSIAN, 0.8), "utf-16-le"), True)
    yield Pair("spanish: page of divs", plain(texts.SPANISH), _divs(texts.SPANISH), True)
    yield Pair("spanish: two kinds of page", page(texts.SPANISH), _divs(texts.SPANISH), True)
    yield Pair("turkish: page in windows-1254", plain(texts.TURKISH), page(texts.TURKISH, charset="windows-1254"), True)
    yield Pair("persian: without joiners", plain(texts.PERSIAN), plain(texts.PERSIAN.replace("\u200c", "")), True)
    yield Pair("poem: lines with bars", plain(texts.POEM), plain(texts.POEM.replace("\n", " / ")), True)
    yield Pair("letter: in capitals", plain(texts.LETTER), plain(texts.LETTER.upper()), True)
    yield Pair("letter: e-mail head added", plain(texts.LETTER), plain(_mailed(texts.LETTER)), True)
    yield Pair("french: without accents", plain(texts.FRENCH), plain(_without_accents(texts.FRENCH)), True)
    yield Pair("french: a paragraph left away", plain(texts.FRENCH), plain(_without_the_middle(texts.FRENCH)), True)
    yield Pair(
        "two receipts on web pages",
        page("Receipt\n\n" + _receipt("A", "3")),
        page("Receipt\n\n" + _receipt("B", "4")),
        False,
    )
    yield Pair(
        "two recipes",
        plain(_recipe("plum", "200 g", "an hour")),
        plain(_recipe("apple", "300 g", "half an hour")),
        False,
    )
    yield Pair(
        "two recipes, numbers alike",
        plain(_recipe("plum", "200 g", "an hour")),
        plain(_recipe("apple", "200 g", "an hour")),
        False,
    )
    yield Pair("two invitations", plain(_invitation("Ida")), plain(_invitation("Otto")), False)
    yield Pair("two letters of one hand", plain(texts.LETTER), plain(_second_letter()), False)
    yield Pair("two tables of contents", plain(_contents("spring")), plain(_contents("autumn")), False)
    yield Pair("a text and its summary", plain(texts.ENGLISH), plain(_summary()), False)
    yield Pair(
        "certificates: other name only", plain(_certificate("1911", "Иван")), plain(_certificate("1911", "Пётр")), False
    )


def _paged(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(line if at % 6 else f"- {at // 6 + 11} -\n{line}" for at, line in enumerate(lines))


def _markdown(text: str) -> str:
    title, rest = text.split("\n", 1)
    return f"# {title}\n{rest.replace('caretaker', '**caretaker**').replace('smith', '_smith_')}"


def _divs(text: str) -> tuple[bytes, str, str]:
    parts = "".join(f"<div class='t'><span>{part}</span></div>" for part in text.split("\n\n"))
    menu = "<table><tr><td><a href=/>Inicio</a></td><td><a href=/m>Mapa</a></td></tr></table>"
    return f"<html><body>{menu}{parts}<hr><small>Visitas: 1204</small></body></html>".encode(), "utf-8", "text/html"


def _mailed(text: str) -> str:
    return f"From: Ida Moor\nTo: Tom Carr\nSubject: the seeds\nDate: 4 May 2003\n\n{text}"


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _without_the_middle(text: str) -> str:
    first, second, _, *rest = text.split("\n\n")
    return "\n\n".join([first, second, *rest])


def _recipe(fruit: str, sugar: str, time: str) -> str:
    return texts.RECIPE.format(fruit=fruit, sugar=sugar, time=time)


def _invitation(who: str) -> str:
    return texts.INVITATION.format(who=who)


def _second_letter() -> str:
    return texts.LETTER.split("\n\n")[0] + "\n\n" + texts.SECOND_LETTER


def _contents(season: str) -> str:
    return texts.CONTENTS.format(season=season)


def _summary() -> str:
    return texts.SUMMARY


PAIRS = (*alike(), *unlike())
LATER = tuple(later())
