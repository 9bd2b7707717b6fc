"""What a tick needs of a version of a journey, worked out once when it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parcours.flow.journeys.activities.base import (
    ERROR,
    Activity,
    Edge,
    EventListener,
    Listener,
    SegmentListener,
    SignalListener,
)
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.slots import NONE
from parcours.language.tree import Attribute, Given, Node, walk

#: Label of the way back of a loop.
AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Stop:
    """One activity in its place.

    Attributes:
        name, index: its id, and its position in the order in which activities are passed.
        activity: the plug-in.
        edges: the ways out; ``ways`` the place each leads to, or ``NONE``.
        listeners: what wakes a run parked here, each with the index of its edge.
        rules: its typed rules by their setting.
        error: index of the way out of a failure, or ``NONE``.
        remembers: the root under which answers to its calls are remembered, if some expression reads them.
    """

    name: str
    index: int
    activity: Activity
    edges: tuple[Edge, ...]
    ways: tuple[int, ...]
    listeners: tuple[tuple[Listener, int], ...]
    rules: Mapping[str, Node]
    error: int
    remembers: Root | None

    def edge(self, label: str) -> int:
        """Index of the edge with this label."""
        return [edge.label for edge in self.edges].index(label)


@dataclass(frozen=True, slots=True)
class Ear:
    """A listener in its place: the place where runs stand, which activity of it listens, and for what."""

    place: int
    member: int
    edge: int
    listener: Listener


class Plan:
    """One version: its definition, its places in order, and what they want to hear of.

    A place is where runs can stand: an activity, or several that race. The first places are the activities, in an order
    in which every edge but the way back of a loop leads to a later one; behind them come the races.

    Attributes:
        index: position among the versions of the journey.
        places: per place the activities there, from top to bottom.
        rank: per place its position in the order in which places are passed.
        start: the place where runs begin, or ``NONE`` in a journey without activities.
        events, segments, signals: who listens to a type of event, a segment, the deliveries of an activity.
        wanted: by root the fields that some expression or message shows; ``None`` among them stands for all.
        attributes: the attributes that some rule, expression or message reads.
        forks, joins: whether runs can be at several places; the places where they come together.
        behind: per place the places that can be reached from it.
    """

    def __init__(self, definition: JourneyDefinition, index: int) -> None:
        self.index = index
        self.definition = definition
        self._races: dict[tuple[str, ...], int] = {}
        names = {name: position for position, name in enumerate(definition.activities)}
        self._names = names
        self.wanted = _wanted(definition)
        stops = [self._stop(name, position) for name, position in names.items()]
        self.start = self._place(definition.start)
        races = [tuple(stops[names[name]] for name in race) for race in self._races]
        self.stops: Sequence[Stop] = stops
        self.places: Sequence[tuple[Stop, ...]] = [*((stop,) for stop in stops), *races]
        first = [min(stop.index for stop in members) for members in self.places]
        order = sorted(range(len(first)), key=lambda place: (first[place], place))
        self.rank = {place: rank for rank, place in enumerate(order)}
        self.events: Mapping[str, list[Ear]] = defaultdict(list)
        self.segments: Mapping[str, list[Ear]] = defaultdict(list)
        self.signals: Mapping[str, list[Ear]] = defaultdict(list)
        for ear in self._ears():
            match ear.listener:
                case EventListener(event=event):
                    self.events[event].append(ear)
                case SegmentListener(segment=segment):
                    self.segments[segment].append(ear)
                case SignalListener(activity=activity):
                    self.signals[activity].append(ear)
        self.events, self.segments, self.signals = dict(self.events), dict(self.segments), dict(self.signals)
        self.attributes = _attributes(definition)
        self.joins = frozenset(stop.index for stop in stops if stop.activity.joins)
        self.forks = any(stop.activity.forks for stop in stops)
        self.behind = _behind(self.places)

    def listened(self) -> frozenset[str]:
        """The event types that matter to runs inside."""
        exits = {event for event, _, _ in self.definition.exits() if event is not None}
        return frozenset(self.events) | exits

    def _place(self, to: Sequence[str]) -> int:
        if not to:
            return NONE
        if len(to) == 1:
            return self._names[to[0]]
        return len(self._names) + self._races.setdefault(tuple(to), len(self._races))

    def _stop(self, name: str, index: int) -> Stop:
        activity = self.definition.activities[name]
        edges = activity.edges()
        labels = [edge.label for edge in edges]
        return Stop(
            name,
            index,
            activity,
            edges,
            tuple(self._place(edge.to) for edge in edges),
            tuple((listener, labels.index(listener.edge)) for listener in activity.listens()),
            self.definition.rules_of(name),
            # an error edge that leads nowhere is not drawn
            next((at for at, edge in enumerate(edges) if edge.label == ERROR and edge.to), NONE),
            self._remembered(name, activity),
        )

    def _remembered(self, name: str, activity: Activity) -> Root | None:
        root = activity.remembers(name)
        return (root[0], root[1]) if root is not None and root[:2] in self.wanted else None

    def _ears(self) -> Iterator[Ear]:
        for place, members in enumerate(self.places):
            for member, stop in enumerate(members):
                for listener, edge in stop.listeners:
                    yield Ear(place, member, edge, listener)


def _wanted(definition: JourneyDefinition) -> Mapping[Root, frozenset[str | None]]:
    """What expressions and messages of a version read of what runs remember."""
    found: defaultdict[Root, set[str | None]] = defaultdict(set)
    for rule in definition.rules.values():
        for node in walk(rule):
            if isinstance(node, Given):
                found[(node.path[0], node.path[1])].add(node.path[2] if len(node.path) > 2 else None)
    for activity in definition.activities.values():
        needs = activity.needs()
        if needs.event:
            found["heard", ""] |= needs.event
        for path in needs.given:
            found[(path[0], path[1])].add(path[2] if len(path) > 2 else None)
    return {root: frozenset(fields) for root, fields in found.items()}


def _attributes(definition: JourneyDefinition) -> frozenset[str]:
    read = {node.path[0] for rule in definition.rules.values() for node in walk(rule) if isinstance(node, Attribute)}
    return definition.attributes() | read


def _behind(places: Sequence[tuple[Stop, ...]]) -> Mapping[int, frozenset[int]]:
    """For each place those that can be reached from it by one edge or more."""
    behind: dict[int, frozenset[int]] = {}
    for start in range(len(places)):
        reached: set[int] = set()
        ahead = [start]
        while ahead:
            ways = {way for stop in places[ahead.pop()] for way in stop.ways if way != NONE}
            ahead += ways - reached
            reached |= ways
        behind[start] = frozenset(reached)
    return behind
