"""What the graph of a journey must not have (journeys.md, section 3), each rule a function of its own.

To add a rule: a function of the graph that gives its problems, and its line in :data:`RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from parcours.core.errors import CycleError, DefinitionError, ParcoursError, nearest
from parcours.flow.journeys.activities.base import Activity, SignalListener
from parcours.flow.journeys.graph import AGAIN, Graph, Start, backward, before, find_loop, reachable
from parcours.flow.journeys.problems import unknown_activity

#: Where the journey begins, its activities, and the problems of these.
Rule: TypeAlias = Callable[[Start, Graph], Iterator[ParcoursError]]


def graph_problems(start: Start, graph: Graph, entry: Collection[str] = ()) -> Iterator[ParcoursError]:
    """Everything wrong with the graph; ``entry`` are the names of the steps that people enter by.

    While some edge leads to an activity that does not exist, other rules are not looked at, so that one misspelt name
    is one problem; only loops are, which do not depend on it.
    """
    yield from back_to_entry(graph, entry)
    unknown = [problem for problem, to in unknown_targets(start, graph) if to not in entry]
    yield from unknown
    for rule in (loop,) if unknown else RULES:
        yield from rule(start, graph)


def back_to_entry(graph: Graph, entry: Collection[str]) -> Iterator[ParcoursError]:
    """No edge leads back to where people enter."""
    for where, to in _edges(graph):
        if to in entry:
            yield CycleError(
                f"it leads back to {to!r}, where people enter",
                where=where,
                hint="end the path instead; a person can enter the journey again by its re-entry rule",
            )


def unknown_targets(start: Start, graph: Graph) -> Iterator[tuple[ParcoursError, str]]:
    """Every edge leads to an activity that exists; each problem with the name that does not."""
    for name in (start,) if isinstance(start, str) else start:
        if name not in graph:
            yield unknown_activity("start", name, graph), name
    for where, to in _edges(graph):
        if to not in graph:
            yield unknown_activity(where, to, graph), to


def _edges(graph: Graph) -> Iterator[tuple[str, str]]:
    """Where every edge is written, and what it leads to."""
    for name, activity in graph.items():
        for setting, to in dict.fromkeys((edge.setting, to) for edge in activity.edges() for to in edge.to):
            yield f"activities.{name}.{setting}", to


def loop(start: Start, graph: Graph) -> Iterator[ParcoursError]:
    """No edge leads back to an earlier activity, but that of a bounded loop."""
    found = find_loop(graph)
    if found is not None:
        yield CycleError(
            "activities lead back to an earlier one: " + " → ".join(found),
            where=f"activities.{found[0]}",
            hint="end the path, or go back by an activity of type loop, which is bounded: {type: loop, again: "
            + f"{found[0]}, times: 5, then: …}}",
        )


def loop_leads_forward(start: Start, graph: Graph) -> Iterator[ParcoursError]:
    """A bounded loop leads back: from where it leads to, people can come to it again."""
    earlier = before(graph)
    for name, activity in graph.items():
        for to in backward(activity):
            if to in graph and to != name and to not in earlier[name]:
                yield DefinitionError(
                    f"{to!r} does not lead to {name!r}, so nobody comes round again",
                    code="loop-leads-forward",
                    where=f"activities.{name}.{AGAIN}",
                    hint="name an activity that stands before the loop",
                )


def disconnected(start: Start, graph: Graph) -> Iterator[ParcoursError]:
    """Something leads to every activity."""
    reached = reachable(start, graph)
    for name in graph:
        if name not in reached:
            yield DefinitionError(
                f"nothing leads to activity {name!r}",
                code="unreachable-activity",
                where=f"activities.{name}",
                hint="name it behind 'then' or 'to' of another activity, or remove it",
            )


def parallel_only_events_and_waits(start: Start, graph: Graph) -> Iterator[ParcoursError]:
    """Where several activities stand behind one step they race, so all of them hold people until something happens."""
    for where, names in _races(start, graph):
        if len(set(names)) < len(names):
            yield DefinitionError("an activity cannot race itself", code="bad-setting", where=where)
        for name in dict.fromkeys(names):
            if name in graph and not (graph[name].parks and not graph[name].joins):
                yield DefinitionError(
                    f"{name!r} ({graph[name].kind}) cannot stand in parallel with others; only waits for a time, "
                    "events, segments or signals can",
                    code="parallel-only-events-and-waits",
                    where=where,
                    hint="put a wait before it, or do both with an activity of type fork",
                )


def _races(start: Start, graph: Graph) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(start, str) and len(start) > 1:
        yield "start", start
    for name, activity in graph.items():
        for setting, to in dict.fromkeys((edge.setting, edge.to) for edge in activity.edges()):
            if len(to) > 1:
                yield f"activities.{name}.{setting}", to


def reaction_needs_message(start: Start, graph: Graph) -> Iterator[ParcoursError]:
    """The signal waited for is of a message that stands before, on some path."""
    earlier = before(graph)
    for name, activity in graph.items():
        for of in dict.fromkeys(heard.activity for heard in activity.listens() if isinstance(heard, SignalListener)):
            if of in graph and sends(graph[of]) and of in earlier[name]:
                continue
            messages = [other for other in earlier[name] if sends(graph[other])]
            yield DefinitionError(
                f"{of!r} is no message before {name!r}",
                code="reaction-needs-message",
                where=f"activities.{name}.of",
                hint=(nearest(of, messages) or "name one of the messages before it")
                if messages
                else "put an e-mail, text message, push or web hook before it",
            )


def sends(activity: Activity) -> bool:
    """Whether it sends messages, whose signals can be waited for."""
    return bool(activity.templates())


#: The rules that are looked at when all edges lead to activities that exist, in order.
RULES: tuple[Rule, ...] = (
    loop,
    loop_leads_forward,
    disconnected,
    parallel_only_events_and_waits,
    reaction_needs_message,
)
