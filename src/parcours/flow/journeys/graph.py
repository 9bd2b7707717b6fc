"""The graph of a journey: order of activities, and what a graph must not have (journeys.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from parcours.core.errors import CycleError, DefinitionError, ParcoursError
from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.problems import unknown_activity

Graph = Mapping[str, Activity]


def targets(activity: Activity) -> tuple[str, ...]:
    """The activities that the edges of ``activity`` lead to, each once, in vertical order."""
    return tuple(dict.fromkeys(edge.to for edge in activity.edges() if edge.to is not None))


def graph_problems(start: str, graph: Graph) -> Iterator[ParcoursError]:
    """Unknown targets, activities that nobody can reach, loops.

    Unreachable activities are only reported when all targets exist, so that one misspelt name is one problem.
    """
    unknown = [*_unknown_targets(start, graph)]
    yield from unknown
    loop = find_loop(graph)
    if loop is not None:
        yield CycleError(
            "activities lead back to an earlier one: " + " → ".join(loop),
            where=f"activities.{loop[0]}",
            hint="end the path instead; a person can enter the journey again by its re-entry rule",
        )
    if not unknown:
        yield from _unreachable(start, graph)


def _unknown_targets(start: str, graph: Graph) -> Iterator[ParcoursError]:
    if start not in graph:
        yield unknown_activity("start", start, graph)
    for name, activity in graph.items():
        for setting, to in dict.fromkeys((edge.setting, edge.to) for edge in activity.edges()):
            if to is not None and to not in graph:
                yield unknown_activity(f"activities.{name}.{setting}", to, graph)


def _unreachable(start: str, graph: Graph) -> Iterator[ParcoursError]:
    reached = reachable(start, graph)
    for name in graph:
        if name not in reached:
            yield DefinitionError(
                f"nothing leads to activity {name!r}",
                code="unreachable-activity",
                where=f"activities.{name}",
                hint="name it behind 'then' or 'to' of another activity, or remove it",
            )


def reachable(start: str, graph: Graph) -> set[str]:
    """``start`` and every activity behind it."""
    reached, ahead = set(), [start]
    while ahead:
        name = ahead.pop()
        if name in graph and name not in reached:
            reached.add(name)
            ahead.extend(targets(graph[name]))
    return reached


def find_loop(graph: Graph) -> tuple[str, ...] | None:
    """Some loop as a path that ends where it starts, or ``None``."""
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        trail = [(start, iter((start,)))]
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


def in_order(start: str, graph: Graph) -> tuple[str, ...]:
    """The reachable activities so that every edge leads to a later one; equal graphs give equal orders."""
    order: list[str] = []
    done: set[str] = set()
    trail = [(start, iter(reversed(targets(graph[start]))))]
    while trail:
        name, ahead = trail[-1]
        step = next((target for target in ahead if target not in done), None)
        if step is not None:
            trail.append((step, iter(reversed(targets(graph[step])))))
            continue
        trail.pop()
        if name not in done:
            done.add(name)
            order.append(name)
    return tuple(reversed(order))
