"""A text in two languages is seen to be in two, passage by passage, with honest shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.proposals.propose import propose
from preserve.identify.probes.passages import passages
from preserve.identify.probes.pieces import MOST
from preserve.model import Agent, Identification, Outcome, Passage, ProbeRun

ENGLISH = (
    "The reading room has stood open to everyone for twenty years, and everyone has at some time fallen asleep in it."
)
GERMAN = "Der Grenzstein am oberen Weg wurde heute von beiden Seiten besichtigt und für schief befunden, nach beiden."
ARABIC = "لقد ظلت قاعة المطالعة مفتوحة للجميع عشرين سنة، ونام فيها الجميع مرة على الأقل، وهي اليوم بحاجة إلى سقف جديد."
PERSIAN = "قالی‌ای که فرستاده بودید رسید و در اتاق پهن شد، ولی از آن روز هیچ‌کس جرئت نمی‌کند پا روی آن بگذارد."
URDU = "آپ کا خط کل شام کو ملا اور سب نے مل کر پڑھا۔ یہاں بارش نہیں ہوئی مگر چھت پھر بھی ٹپک رہی ہے۔"
RUSSIAN = "Просим не выходить на палубу и не давать капитану советов. Чай подаётся бесплатно, сахар за отдельную плату."
TURKISH = "Sis nedeniyle vapur kıyı göründüğü zaman kalkacaktır. Güverteye çıkmamanızı ve akıl vermemenizi rica ederiz."
SPANISH = (
    "El río sabe adónde va pero no quiere decirlo a nadie, y los que viven en la orilla hacen como si no lo supieran."
)
LINES = [
    "The shop is closed on Mondays and on the day after",
    "Le magasin est fermé le lundi et le lendemain des fêtes",
    "The owner is in the garden behind the house",
    "Le propriétaire est dans le jardin derrière la maison",
    "Ring twice and wait for the dog to bark",
    "Sonnez deux fois et attendez que le chien aboie",
]
FIGURES = "12 14 1980\n16 18 1990"
CODE = "for (int j = 0; j < n; ++j) { out[j] = (buf[j] << 2) | 0x01; }\nwhile (i < n) { buf[i] = src[i] ^ 0x5a; i++; }"
NAMES = "Henrik Aalto\nGiuseppe Ferrante\nWm. Blackadder\nOdile Marchetti"


def shares(text: str) -> dict[str, float]:
    return {passage.tag: passage.share for passage in passages(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ([ENGLISH, ARABIC], {"en": 0.5, "ar": 0.5}),
        ([ENGLISH, GERMAN, ENGLISH, GERMAN], {"en": 0.5, "de": 0.5}),
        ([PERSIAN, ARABIC], {"fa": 0.5, "ar": 0.5}),
        ([URDU, PERSIAN, ARABIC], {"ur": 0.3, "fa": 0.35, "ar": 0.35}),
        ([RUSSIAN, TURKISH], {"ru": 0.5, "tr": 0.5}),
        ([ENGLISH, ENGLISH, SPANISH, ENGLISH], {"en": 0.75, "es": 0.25}),
        ([ARABIC, ARABIC, NAMES, ARABIC], {"ar": 0.83}),
        ([ENGLISH, FIGURES], {"en": 1.0}),
        ([ENGLISH + " " + SPANISH + " " + ENGLISH], {"en": 0.67, "es": 0.33}),
        (["A heading", ENGLISH], {"en": 1.0}),
        (["\n".join(LINES)], {"en": 0.46, "fr": 0.54}),
        ([ENGLISH, CODE], {"en": 0.7}),
    ],
)
def test_each_language_has_its_share_of_the_letters(text: list[str], expected: dict[str, float]) -> None:
    found = shares("\n\n".join(text))
    assert found == pytest.approx(expected, abs=0.08)
    assert sum(found.values()) <= 1.001


@pytest.mark.parametrize(
    "text", ["", " \n", FIGURES, CODE, NAMES, "\x00\x01\x02", "\ud800\udfff", "ok", "https://x.example/a/b/c"]
)
def test_what_is_unsure_is_in_no_language(text: str) -> None:
    assert passages(text) == ()


def test_the_snippet_is_how_the_longest_passage_begins_to_the_letter() -> None:
    text = f"{ARABIC}\n\n{ENGLISH}\n\n{ARABIC}\n\n{ARABIC} {ARABIC}\n"
    first = {passage.tag: passage.text for passage in passages(text)}
    assert all(text.count(snippet) for snippet in first.values())
    assert ENGLISH.startswith(first["en"])
    assert len(max(first.values(), key=len)) <= 201


def test_control_characters_and_lone_surrogates_are_let_go() -> None:
    (found,) = passages(f"\x00\x1b[0m{ENGLISH}\ud800 \ufffe {ENGLISH}")
    assert (found.tag, found.share) == ("en", 1.0)


def test_of_a_long_text_windows_are_taken_evenly() -> None:
    found = shares("\n\n".join([ENGLISH] * 600 + [ARABIC] * 300))
    assert found == pytest.approx({"en": 0.66, "ar": 0.34}, abs=0.1)
    assert sum(passage.letters for passage in passages((ENGLISH + "\n\n") * 5000)) <= MOST


@given(
    st.text(max_size=300) | st.lists(st.sampled_from([ENGLISH, ARABIC, CODE, "\ud800", "\0", "{", "\n\n"])).map("".join)
)
def test_nothing_makes_it_fail(text: str) -> None:
    found = passages(text)
    assert all(0 < passage.share <= 1 for passage in found)
    assert sum(passage.share for passage in found) <= 1.001
    assert all(passage.text in text for passage in found)


def test_languages_are_proposed_with_share_evidence_and_the_tool_that_told() -> None:
    data = f"{ENGLISH}\n\n{ARABIC}\n".encode()
    run = ProbeRun("language", Agent("CLD2", "V2.0"), Outcome.SUCCESS)
    found = Identification("data/x.txt", "text/plain", "utf-8", runs=(run,), passages=passages(data.decode()))
    proposals = [one for one in propose("data/x.txt", data, found) if one.field == "dcterms:language"]
    assert [(one.value, one.tool, one.version) for one in proposals] == [("en", "CLD2", "V2.0"), ("ar", "CLD2", "V2.0")]
    assert [one.share for one in proposals] == [passage.share for passage in found.passages]
    assert {one.method for one in proposals} == {"text:language-passages"}
    for one in proposals:
        assert data[one.evidence.start : one.evidence.end].decode() == one.evidence.text
    lone = Identification("data/x.txt", "text/plain", "utf-8", passages=(Passage("en", 1.0, 50, "not in there"),))
    (unsure,) = [one for one in propose("data/x.txt", data, lone) if one.field == "dcterms:language"]
    assert (unsure.confidence, unsure.evidence.start) == (0.6, None)
