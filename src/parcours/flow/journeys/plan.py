"""What a tick needs of a version of a journey, worked out once when it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import Activity, Edge, Listener
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.language.tree import Node


@dataclass(frozen=True, slots=True)
class Stop:
    """One activity in its place.

    Attributes:
        name, place: its id, and its position in the order in which activities are passed.
        activity: the plug-in.
        edges, listeners: the ways out, and what wakes a run parked here.
        woken: index of the edge behind each listener.
        rules: its typed rules by their setting.
    """

    name: str
    place: int
    activity: Activity
    edges: tuple[Edge, ...]
    listeners: tuple[Listener, ...]
    woken: NDArray[np.int16]
    rules: Mapping[str, Node]

    def edge(self, label: str) -> int:
        """Index of the edge with this label."""
        return [edge.label for edge in self.edges].index(label)


@dataclass(frozen=True, slots=True)
class Plan:
    """One version: its definition, its activities in order, and what they want to hear of.

    Attributes:
        index: position among the versions of the journey.
        properties: properties of heard events that messages show; ``None`` if they show none.
    """

    index: int
    definition: JourneyDefinition
    stops: tuple[Stop, ...]
    listened: frozenset[str]
    properties: frozenset[str] | None

    @staticmethod
    def of(definition: JourneyDefinition, index: int) -> Plan:
        """The plan of a definition."""
        stops = tuple(_stop(definition, name, place) for place, name in enumerate(definition.activities))
        return Plan(index, definition, stops, definition.listened(), definition.event_properties() or None)


def _stop(definition: JourneyDefinition, name: str, place: int) -> Stop:
    activity = definition.activities[name]
    edges, listeners = activity.edges(), activity.listens()
    labels = [edge.label for edge in edges]
    woken = np.array([labels.index(listener.edge) for listener in listeners], np.int16)
    return Stop(name, place, activity, edges, listeners, woken, definition.rules_of(name))
