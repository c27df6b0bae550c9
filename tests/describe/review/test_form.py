"""A description as a form: saved as it is it changes nothing, and what is edited is just what changes."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.record.origins import chunks, from_json, key_of
from preserve.describe.record.terms import ELEMENT_OF
from preserve.describe.review.form import from_form, to_form
from preserve.describe.review.revise import Changes, Description
from preserve.errors import DescriptionError
from preserve.model import Evidence, Proposal, Record, Statement

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)
ABOUT = st.sampled_from(["", "data/a.txt", 'data/"quoted" [x].txt', "data/ü/\\.txt"])
STATEMENTS = st.builds(
    Statement, st.sampled_from(sorted(ELEMENT_OF)), TEXT.map(str.strip), st.sampled_from(["", "ar"]), about=ABOUT
)
PROPOSALS = st.builds(
    Proposal,
    st.sampled_from(["dcterms:title", "dcterms:date"]),
    TEXT,
    st.just(""),
    st.floats(0, 1),
    TEXT,
    TEXT,
    TEXT,
    st.builds(Evidence, st.sampled_from(["data/a.txt", "data/b\n.txt"]), st.none(), st.none(), TEXT),
)


def form_of(description: Description) -> str:
    return to_form("letter-6ba7b810", "urn:uuid:6ba7b810", 1, description, one_file=False)


@given(st.lists(STATEMENTS), st.lists(PROPOSALS))
def test_a_form_that_is_saved_as_it_is_changes_nothing(statements: list[Statement], proposals: list[Proposal]) -> None:
    description = Description(Record(tuple(statements)), tuple(proposals), {})
    assert from_form(form_of(description), description) == Changes()


@given(st.lists(PROPOSALS, min_size=1, max_size=1))
def test_a_proposal_is_taken_over_by_taking_its_sign_away(proposals: list[Proposal]) -> None:
    description = Description(Record(()), tuple(proposals), {})
    term = proposals[0].field.removeprefix("dcterms:")
    shown = form_of(description)
    assert f"{term} = [\n    # " in shown
    changes = from_form(shown.replace(f"{term} = [\n    # ", f"{term} = [\n    "), description)
    assert [(s.term, s.value) for s in changes.puts] == [(proposals[0].field, proposals[0].value.strip())]
    assert changes.puts[0].about == proposals[0].evidence.path


def test_lines_are_changed_added_and_taken_out() -> None:
    title, creator = Statement("dcterms:title", "A", "en"), Statement("dcterms:creator", "B")
    description = Description(Record((title, creator)), (), {})
    text = 'title = ["A", {value = "Ä", lang = "de"}]\n"dc.subject" = "x"\n["data/a.txt"]\ntitle = "C"\n'
    changes = from_form(text, description)
    assert [(s.about, s.term, s.value, s.lang) for s in changes.puts] == [
        ("", "dcterms:title", "A", ""),
        ("", "dcterms:title", "Ä", "de"),
        ("", "dcterms:subject", "x", ""),
        ("data/a.txt", "dcterms:title", "C", ""),
    ]
    assert changes.drops == (("", "dcterms:creator"),)


def test_a_title_that_is_added_takes_the_place_of_what_stood_in() -> None:
    stand_in = Statement("dcterms:title", "letter.txt", origin="preserve")
    description = Description(Record((stand_in,), title_stands_in=True), (), {})
    assert [s.value for s in from_form('title = ["letter.txt", "A letter"]', description).puts] == ["A letter"]
    assert from_form('title = "letter.txt"', description) == Changes()


def test_numbers_and_days_need_no_quotation_marks() -> None:
    changes = from_form("created = 1931\ndate = [1931-02-03]", Description(Record(()), (), {}))
    assert [s.value for s in changes.puts] == ["1931", "1931-02-03"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing stands in it"),
        ("# title = 1\n\n", "nothing stands in it"),
        ("title = x", "at line 1"),
        ('titel = "x"', "did you mean dcterms:title"),
        ("title = 5.5", "text between quotation marks"),
        ('title = {value = "x", language = "en"}', "is written as"),
        ('title = "x"\n"dc.title" = "y"', "twice"),
        ('["letter.txt"]\ntitle = "x"', "data/letter.txt"),
        ("title = [[\n" * 2000, "cannot be understood"),
        ("x" * 17_000_000, "too large"),
    ],
)
def test_what_cannot_be_understood_is_said(text: str, says: str) -> None:
    with pytest.raises(DescriptionError) as error:
        from_form(text, Description(Record((Statement("dcterms:title", "A"),)), (), {}))
    assert says in error.value.message
    assert error.value.message.count("\n") == 0


@given(st.lists(STATEMENTS, unique_by=key_of), TEXT)
def test_origins_come_back_as_they_were_written(statements: list[Statement], origin: str) -> None:
    said = [Statement(s.term, s.value, s.lang, origin=origin, about=s.about) for s in statements]
    found = from_json(b"".join(chunks(said)))
    assert {key: one.source for key, one in found.items()} == {key_of(s): origin for s in said}
    assert b"".join(chunks(said, found)) == b"".join(chunks(said))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"schema_version": 2, "statements": []}', b"\xff", b"[" * 9999])
def test_origins_that_cannot_be_read_are_one_sentence(data: bytes) -> None:
    with pytest.raises(DescriptionError, match=r"origins\.json cannot be read"):
        from_json(data)


def test_a_form_is_legal_toml_whatever_stands_in_it() -> None:
    odd = Statement("dcterms:title", 'a "b" \\ \x7f \u2028 ]] # \u202e')
    text = form_of(Description(Record((odd,)), (), {}))
    assert tomllib.loads(text) == {"title": [odd.value]}
