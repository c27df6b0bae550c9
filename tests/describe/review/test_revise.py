"""What a person says becomes the next record: nothing else changes, and it is told what did."""

from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.record.origins import Origin, key_of
from preserve.describe.record.write_xml import TITLE_STANDS_IN
from preserve.describe.review.choose import Candidates
from preserve.describe.review.revise import Changes, Description, Revised, Thing, revise
from preserve.model import Evidence, Proposal, ProposalStatus, Record, Statement

URN = "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8"
LETTER = Thing(URN, "letter.txt", one_file=True)
FOLDER = Thing(URN, "letters", one_file=False)
ADA = Origin("set", "Ada", "2026-01-01T00:00:00Z")
OURS = (
    Statement("dcterms:title", "letter.txt", origin="preserve"),
    Statement("dcterms:identifier", URN, scheme="URI", origin="preserve"),
    Statement("dcterms:language", "en", scheme="RFC4646", origin="preserve"),
    Statement("dcterms:provenance", TITLE_STANDS_IN, "en", origin="preserve"),
)


def proposal(term: str, value: str, confidence: float = 0.9, path: str = "data/letter.txt") -> Proposal:
    return Proposal(f"dcterms:{term}", value, "", confidence, "text:test", "preserve", "1", Evidence(path, 0, 1, "x"))


TITLE, OTHER, ADA_WROTE = proposal("title", "A letter"), proposal("title", "To Bo", 0.5), proposal("creator", "Ada")


def sealed(*proposals: Proposal, more: tuple[Statement, ...] = ()) -> Description:
    statements = (*OURS, *more)
    origins = {key_of(s): Origin(s.origin) for s in statements}
    return Description(Record(statements, title_stands_in=True), proposals, origins)


def said(*pairs: tuple[str, str], about: str = "") -> Changes:
    return Changes(tuple(Statement(f"dcterms:{term}", value, about=about) for term, value in pairs))


def values(revised: Revised, term: str, about: str = "") -> list[str]:
    found = revised.description.record.statements
    return [s.value for s in found if s.term == f"dcterms:{term}" and s.about == about]


def after(*steps: Changes, former: Description | None = None, thing: Thing = LETTER) -> Revised:
    revised = Revised(former or sealed(TITLE, OTHER, ADA_WROTE), ())
    for step in steps:
        revised = revise(thing, revised.description, step, ADA)
    return revised


def test_a_title_takes_the_place_of_what_stood_in() -> None:
    revised = after(said(("title", "A letter to Bo")))
    assert values(revised, "title") == ["A letter to Bo"]
    assert not values(revised, "provenance")
    assert not revised.description.record.title_stands_in
    assert revised.changes == ("dcterms:title: “letter.txt” → “A letter to Bo”",)


def test_a_file_name_that_a_person_gives_is_a_title() -> None:
    revised = after(said(("title", "letter.txt")))
    assert not revised.description.record.title_stands_in
    assert revised.description.origins["", "dcterms:title", "letter.txt", ""] == ADA
    assert revised.changes


def test_without_a_title_the_name_stands_in_again() -> None:
    revised = after(said(("title", "x")), Changes(drops=(("", "dcterms:title"),)))
    assert revised.description.record == sealed().record
    assert revised.description.origins["", "dcterms:title", "letter.txt", ""] == Origin("preserve")


def test_a_note_on_its_past_is_no_title() -> None:
    revised = after(said(("provenance", "Given by the family")))
    assert revised.description.record.title_stands_in
    assert values(revised, "provenance") == ["Given by the family", TITLE_STANDS_IN]
    assert after(Changes(drops=(("", "dcterms:provenance"),))).description.record.title_stands_in


def test_what_is_said_no_more_waits_again_as_a_proposal() -> None:
    revised = after(Changes(accept=(2,)), said(("creator", "Bo")))
    assert revised.description.proposals[2].status is ProposalStatus.PENDING


def test_our_identifier_stays() -> None:
    revised = after(said(("identifier", "A/1"), ("identifier", "A/2")))
    assert values(revised, "identifier") == [URN, "A/1", "A/2"]
    assert values(after(Changes(drops=(("", "dcterms:identifier"),))), "identifier") == [URN]


def test_an_accepted_proposal_is_a_statement_with_its_origin() -> None:
    revised = after(Changes(accept=(0, 2)))
    assert (values(revised, "title"), values(revised, "creator")) == (["A letter"], ["Ada"])
    assert [p.status for p in revised.description.proposals] == ["accepted", "pending", "accepted"]
    assert revised.description.origins["", "dcterms:creator", "Ada", ""].source == "proposal"


def test_a_rejected_one_takes_its_value_back_and_no_other() -> None:
    revised = after(Changes(accept=(2,)), Changes(reject=(2,)))
    assert not values(revised, "creator")
    revised = after(said(("creator", "Ada")), Changes(reject=(2,)))
    assert values(revised, "creator") == ["Ada"], "a person had said it"


def test_saying_just_what_was_proposed_accepts_it() -> None:
    assert after(said(("creator", "Ada"))).description.proposals[2].status is ProposalStatus.ACCEPTED


def test_a_confirmed_certainty_has_a_person_behind_it() -> None:
    revised = after(said(("language", "en"), ("language", "fr")))
    assert values(revised, "language") == ["en", "fr"]
    assert revised.description.origins["", "dcterms:language", "en", ""] == ADA


def test_in_a_folder_proposals_are_about_their_files() -> None:
    revised = after(Changes(accept=(0,)), thing=FOLDER)
    assert values(revised, "title", "data/letter.txt") == ["A letter"]
    assert revised.description.record.title_stands_in


def test_what_is_wrong_is_a_problem_with_its_rule() -> None:
    revised = after(said(("date", "12/12/16")))
    assert [problem.code for problem in revised.problems] == ["date-ambiguous"]
    assert revised.refused


def test_none_of_several_is_chosen_by_the_term() -> None:
    candidates = Candidates((TITLE, OTHER, ADA_WROTE), sealed().record)
    assert candidates.choose(["title"]).places == ()
    assert candidates.choose(["title"]).problems[0].code == "several-proposed"
    assert candidates.choose(["title"], above=0.8).places == (0,)
    assert candidates.choose(["title=To Bo"]).places == (1,)
    assert candidates.choose(["2", "creator"]).places == (1, 2)
    assert candidates.choose(["all"]).places == (2,)
    assert candidates.choose(["all"], rejecting=True).places == (0, 1, 2)


def test_all_leaves_alone_what_a_person_said() -> None:
    record = after(said(("creator", "Bo"))).description.record
    choice = Candidates((TITLE, ADA_WROTE), record).choose(["all"])
    assert choice.places == (0,)
    assert [problem.code for problem in choice.problems] == ["already-described"]


TERMS = st.sampled_from(["title", "creator", "subject", "description", "identifier", "provenance", "spatial"])
SAID = st.lists(st.tuples(TERMS, st.sampled_from(["a", "b", "letter.txt", "Ada", URN, TITLE_STANDS_IN])), max_size=4)
STEPS = st.lists(
    st.one_of(
        SAID.map(lambda pairs: said(*pairs)),
        TERMS.map(lambda term: Changes(drops=(("", f"dcterms:{term}"),))),
        st.integers(0, 2).map(lambda number: Changes(accept=(number,))),
        st.integers(0, 2).map(lambda number: Changes(reject=(number,))),
    ),
    max_size=6,
)


@given(STEPS)
def test_whatever_is_done_the_record_stays_one(steps: list[Changes]) -> None:
    """A title and our identifier, no value twice, an origin for each statement and for nothing else."""
    description = after(*steps).description
    record = description.record
    assert record.values("dcterms:title")
    assert record.values("dcterms:identifier")[0] == URN
    assert len({key_of(s) for s in record.statements}) == len(record.statements)
    assert set(description.origins) == {key_of(s) for s in record.statements}
    assert all(description.origins[key_of(s)].source == s.origin for s in record.statements)
    assert record.title_stands_in == (TITLE_STANDS_IN in record.values("dcterms:provenance"))


@given(STEPS)
def test_nothing_is_changed_by_saying_it_again(steps: list[Changes]) -> None:
    description = after(*steps).description
    again = Changes(tuple(s for s in description.record.statements if not description.record.title_stands_in))
    assert revise(LETTER, description, again, ADA).description.record == description.record
