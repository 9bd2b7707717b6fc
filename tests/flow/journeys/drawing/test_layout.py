"""Nothing is drawn over anything else."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.drawing.layout import Link, place

sizes = st.tuples(st.floats(40, 240), st.floats(30, 80))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[Link]]:
    boxes = draw(st.lists(sizes, min_size=1, max_size=9))
    pairs = [(a, b) for a, b in combinations(range(len(boxes)), 2)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14)) if pairs else []
    labels = st.one_of(st.just((0.0, 0.0)), st.tuples(st.floats(10, 120), st.just(16.0)))
    links = [Link(a, b, draw(labels)) for a, b in chosen]
    if chosen and draw(st.booleans()):
        a, b = draw(st.sampled_from(chosen))
        links.append(Link(b, a, draw(labels), back=True))
    return boxes, links


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two rectangles (centre, width, height) have no point in common."""
    (x, y, w, h), (a, b, c, d) = one, other
    return abs(x - a) >= (w + c) / 2 - 1e-6 or abs(y - b) >= (h + d) / 2 - 1e-6


@given(graphs())
def test_boxes_and_labels_lie_apart_within_the_picture(graph: tuple[list[tuple[float, float]], list[Link]]) -> None:
    boxes, links = graph
    found = place(boxes, links)

    rectangles = [(*at, *size) for at, size in zip(found.boxes, boxes, strict=True)]
    rectangles += [(*at, *link.label) for at, link in zip(found.labels, links, strict=True) if link.label[0]]
    assert all(apart(one, other) for one, other in combinations(rectangles, 2))
    for x, y, w, h in rectangles:
        assert -1e-6 <= x - w / 2 <= x + w / 2 <= found.width + 1e-6
        assert -1e-6 <= y - h / 2 <= y + h / 2 <= found.height + 1e-6


@given(graphs())
def test_lines_go_down_past_all_boxes(graph: tuple[list[tuple[float, float]], list[Link]]) -> None:
    boxes, links = graph
    found = place(boxes, links)

    for link, line in zip(links, found.lines, strict=True):
        ends = [
            found.boxes[link.source][1],
            *((top + bottom) / 2 for _, top, bottom in line),
            found.boxes[link.target][1],
        ]
        ordered = ends[::-1] if link.back else ends
        assert all(one < other for one, other in pairwise(ordered))
        for x, top, bottom in line:
            bend = (x, (top + bottom) / 2, 0.0, bottom - top)
            assert all(apart(bend, (*at, *size)) for at, size in zip(found.boxes, boxes, strict=True))


@given(graphs())
def test_equal_graphs_have_equal_places(graph: tuple[list[tuple[float, float]], list[Link]]) -> None:
    assert place(*graph) == place(*graph)


def test_a_chain_is_one_straight_line() -> None:
    found = place([(100, 40), (60, 40), (200, 40)], [Link(0, 1, (80, 16)), Link(1, 2)])
    assert len({round(x, 6) for x, _ in found.boxes}) == 1


def test_crossings_are_avoided() -> None:
    """Two pairs whose second halves are listed the wrong way round."""
    found = place([(50, 20)] * 5, [Link(0, 1), Link(0, 2), Link(1, 4), Link(2, 3)])
    first, second, fourth, third = (x for x, _ in found.boxes[1:])
    assert (first < second) == (third < fourth)
