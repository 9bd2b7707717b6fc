"""The graph of a journey: which activity leads where, and their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from parcours.flow.journeys.activities.base import Activity

Graph: TypeAlias = Mapping[str, Activity]
#: Where a path begins: an activity, or several.
Start: TypeAlias = str | tuple[str, ...]
#: Label of the one edge that may lead back: that of the activity ``loop``.
AGAIN = "again"


def targets(activity: Activity) -> tuple[str, ...]:
    """The activities that the edges of ``activity`` lead on to, each once, in vertical order.

    The way back of a bounded loop is none of them.
    """
    return tuple(dict.fromkeys(name for edge in activity.edges() if edge.label != AGAIN for name in edge.to))


def backward(activity: Activity) -> tuple[str, ...]:
    """Where a bounded loop leads back to; nowhere for other activities."""
    return tuple(dict.fromkeys(name for edge in activity.edges() if edge.label == AGAIN for name in edge.to))


def reachable(start: Start, graph: Graph) -> set[str]:
    """``start`` and every activity behind it."""
    reached: set[str] = set()
    ahead = [*_names(start)]
    while ahead:
        name = ahead.pop()
        if name in graph and name not in reached:
            reached.add(name)
            ahead.extend(targets(graph[name]))
    return reached


def before(graph: Graph) -> dict[str, frozenset[str]]:
    """For each activity those from which some path leads to it, also around a bounded loop."""
    into: dict[str, set[str]] = {name: set() for name in graph}
    for name, activity in graph.items():
        for to in (*targets(activity), *backward(activity)):
            into.get(to, set()).add(name)
    return {name: frozenset(_closure(into[name], into)) for name in graph}


def _closure(start: set[str], into: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [*start]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(into[name])
    return found


def avoidable(start: Start, graph: Graph, name: str, without: str) -> bool:
    """Whether some path from ``start`` reaches ``name`` without passing ``without``."""
    return name in reachable(start, {other: activity for other, activity in graph.items() if other != without})


def find_loop(graph: Graph) -> tuple[str, ...] | None:
    """Some loop as a path that ends where it starts, or ``None``; bounded loops are none."""
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        trail: list[tuple[str, Iterator[str]]] = [("", iter((start,)))]
        while trail:
            name = next(trail[-1][1], None)
            if name is None:
                trail.pop()
                if path:
                    done.add(path.pop())
            elif name in path:
                return (*path[path.index(name) :], name)
            elif name in graph and name not in done:
                path.append(name)
                trail.append((name, iter(targets(graph[name]))))
    return None


def in_order(start: Start, graph: Graph) -> tuple[str, ...]:
    """The reachable activities so that every edge but ``again`` leads on; equal graphs give equal orders."""
    order: list[str] = []
    seen: set[str] = set()
    trail: list[tuple[str, Iterator[str]]] = [("", iter(reversed(_names(start))))]
    while trail:
        name, ahead = trail[-1]
        step = next((target for target in ahead if target not in seen and target in graph), None)
        if step is not None:
            seen.add(step)
            trail.append((step, iter(reversed(targets(graph[step])))))
            continue
        trail.pop()
        if trail:
            order.append(name)
    return tuple(reversed(order))


def positions(start: Start, graph: Graph) -> dict[str, int]:
    """The place of every activity from left to right; those that nobody reaches come last.

    A graph with a loop has such places, too.
    """
    order, ahead, found = 0, [*_names(start)], dict[str, int]()
    if find_loop(graph) is None:
        ahead = [*in_order(start, graph)]
    for name in ahead:
        if name in graph and name not in found:
            found[name] = order
            order += 1
            ahead.extend(targets(graph[name]))
    return found | {name: order + index for index, name in enumerate(name for name in graph if name not in found)}


def _names(start: Start) -> tuple[str, ...]:
    return (start,) if isinstance(start, str) else tuple(start)
