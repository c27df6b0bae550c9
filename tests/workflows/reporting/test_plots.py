"""Plots are well-formed, stay inside their frame, and say in words what they show."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from preserve.workflows.reporting.plots import HEIGHT, WIDTH, Plot, Series, bars, lines, scale

_values = st.lists(st.none() | st.floats(0, 1e15) | st.integers(0, 10**15), min_size=1, max_size=40)


def plot(steps: int, title: str = "Checks") -> Plot:
    return Plot("key", title, "What there is.", [str(number) for number in range(steps)], str)


def parsed(svg: str) -> Any:
    """The drawing, none of whose shapes leaves it."""
    tree = etree.fromstring(svg)
    for shape in tree.iter("circle"):
        assert 0 <= float(shape.get("cx")) <= WIDTH
        assert 0 <= float(shape.get("cy")) <= HEIGHT
    for shape in tree.iter("polyline"):
        for point in shape.get("points").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT
    for shape in tree.iter("rect"):
        assert 0 <= float(shape.get("y")) <= HEIGHT
        assert float(shape.get("width")) > 0
        assert float(shape.get("y")) + float(shape.get("height")) <= HEIGHT
    return tree


@example([5e-324])
@given(_values)
def test_any_values_can_be_drawn(values: list[float | None]) -> None:
    parsed(lines(plot(len(values)), [Series("a", values, "a")], level=1.0))
    drawn = parsed(bars(plot(len(values)), [Series("a", values, "a"), Series("b", values, "b")]))
    assert len(list(drawn.iter("rect"))) == 2 * sum(1 for value in values if value)


@given(st.floats(0, 1e18, exclude_min=True))
def test_a_scale_is_round_and_reaches_the_largest_value(largest: float) -> None:
    found = scale(largest)
    assert found[0] == 0
    assert found[-1] >= largest * 0.999999
    assert 2 <= len(found) <= 6


def test_nothing_to_draw_is_an_empty_frame() -> None:
    assert not list(parsed(lines(plot(0), [Series("a", [], "a")])).iter("polyline"))
    assert not list(parsed(bars(plot(2), [Series("a", [0, None], "a")])).iter("rect"))


def test_a_line_is_broken_where_nothing_is_known() -> None:
    drawn = parsed(lines(plot(6), [Series("a", [1, 2, None, 3, None, 4], "a")]))
    assert len(list(drawn.iter("polyline"))) == 1
    assert len(list(drawn.iter("circle"))) == 3


def test_what_is_written_in_a_plot_stays_text() -> None:
    drawn = parsed(lines(plot(1, "<script>&"), [Series("a", [1], "a")]))
    assert drawn.find("title").text == "<script>&"
    assert drawn.get("aria-labelledby") == "key-title key-description"


def test_many_steps_have_few_labels() -> None:
    assert len(parsed(lines(plot(240), [Series("a", [1.0] * 240, "a")])).xpath("//text[contains(@class, 'x')]")) <= 6
