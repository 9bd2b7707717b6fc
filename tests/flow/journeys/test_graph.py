"""Orders and reachability of graphs, against their plain meaning."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.graph import avoidable, before, find_loop, in_order, positions, reachable, targets
from tests.flow.journeys.small import Loop, Parked, Step

NAMES = "abcdef"


@st.composite
def graphs(draw: st.DrawFn) -> Mapping[str, Activity]:
    """Any graph, with and without loops, bounded loops, races and edges that lead nowhere."""
    to = st.none() | st.sampled_from(NAMES) | st.lists(st.sampled_from(NAMES), max_size=3).map(tuple)
    kinds = st.one_of(
        st.builds(Step, then=to, on_error=to),
        st.builds(Parked, then=to, on_timeout=to),
        st.builds(Loop, again=to, then=to),
    )
    count = draw(st.integers(1, len(NAMES)))
    return {name: draw(kinds) for name in draw(st.permutations(NAMES[:count]))}


def paths(graph: Mapping[str, Activity], start: str, *, back: bool = False) -> set[str]:
    """Everything behind ``start`` by one edge or more, the plain way."""
    found: set[str] = set()
    for _ in range(len(graph) + 1):
        names = [start, *found]
        for name in names:
            edges = graph[name].edges() if name in graph else ()
            found |= {to for edge in edges if back or edge.label != "again" for to in edge.to}
    return found


@given(graphs())
def test_reachable_is_the_start_and_all_behind_it(graph: Mapping[str, Activity]) -> None:
    for name in graph:
        assert reachable(name, graph) == ({name} | paths(graph, name)) & set(graph)


@given(graphs())
def test_a_loop_is_found_where_there_is_one(graph: Mapping[str, Activity]) -> None:
    loop = find_loop(graph)
    assert (loop is not None) == any(name in paths(graph, name) for name in graph)
    if loop is not None:
        assert loop[0] == loop[-1]
        assert all(to in targets(graph[name]) for name, to in pairwise(loop))


@given(graphs())
def test_in_order_every_edge_leads_on(graph: Mapping[str, Activity]) -> None:
    for start in graph:
        order = in_order(start, graph)
        assert set(order) == reachable(start, graph)
        assert len(set(order)) == len(order)
        if find_loop(graph) is None:
            rank = {name: index for index, name in enumerate(order)}
            assert all(rank[to] > rank[name] for name in order for to in targets(graph[name]) if to in rank)


@given(graphs())
def test_before_is_the_other_way_round(graph: Mapping[str, Activity]) -> None:
    earlier = before(graph)
    for name in graph:
        assert earlier[name] == {other for other in graph if name in paths(graph, other, back=True)}


@given(graphs())
def test_positions_are_a_numbering(graph: Mapping[str, Activity]) -> None:
    start = next(iter(graph))
    found = positions(start, graph)
    assert sorted(found.values()) == [*range(len(graph))]
    reached = reachable(start, graph)
    assert {found[name] for name in reached} == set(range(len(reached)))


@given(graphs())
def test_avoidable_means_a_way_around(graph: Mapping[str, Activity]) -> None:
    start = next(iter(graph))
    for name in graph:
        for without in graph:
            left = {other: activity for other, activity in graph.items() if other != without}
            expected = start != without and (name == start or name in paths_within(left, start)) and name != without
            assert avoidable(start, graph, name, without) == expected


def paths_within(graph: Mapping[str, Activity], start: str) -> set[str]:
    found = {start}
    for _ in range(len(graph) + 1):
        found |= {to for name in found for to in targets(graph[name]) if to in graph}
    return found
