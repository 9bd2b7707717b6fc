"""Which calls of a journey share something with which others, and which may follow upon which.

Calls that share nothing can be answered in any order. Calls to one endpoint that has a rate, and seats of one row, come
in order of time: whoever answers many of them at once has to know that none can come before them any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.clock import duration
from parcours.core.errors import DeliveryError
from parcours.flow.delivery.planning import Planner
from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.activities.condition import Condition
from parcours.flow.journeys.activities.custom_action import CustomAction
from parcours.flow.journeys.activities.profile_cap import ProfileCap
from parcours.flow.journeys.activities.split import Split
from parcours.flow.journeys.activities.wait import Wait
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.graph import backward, targets


def groups_of(draft: JourneyDefinition, planner: Planner | None) -> dict[str, str]:
    """For each activity whose calls share something the name of its group: groups share nothing with each other."""
    shares = {name: _shares(name, activity, planner) for name, activity in draft.activities.items()}
    group = {name: name for name, shared in shares.items() if shared}
    owner: dict[str, str] = {}
    for name in group:
        for thing in sorted(shares[name]):
            other = group[owner.setdefault(thing, name)]
            group = {one: group[name] if known == other else known for one, known in group.items()}
    return group


def _shares(name: str, activity: Activity, planner: Planner | None) -> frozenset[str]:
    """What the calls of an activity share with other calls."""
    if isinstance(activity, ProfileCap) or (isinstance(activity, Split) and activity.exact):
        return frozenset([f"seats of {name}"])
    asked = called(activity)
    if asked is None or planner is None:
        return frozenset()
    try:
        return planner.shared(*asked)
    except DeliveryError:
        return frozenset()


def called(activity: Activity) -> tuple[str, str] | None:
    """The channel and name of the action or source that an activity calls."""
    if isinstance(activity, CustomAction):
        return "http", activity.action
    if isinstance(activity, Condition) and activity.source is not None:
        return "source", activity.source.name
    return None


def led_to(draft: JourneyDefinition, within: int) -> dict[str, frozenset[str]]:
    """For each activity those that somebody who leaves it may stand before in less than ``within`` microseconds."""
    graph = draft.activities
    return {name: frozenset(_soon(name, graph, within)) for name in graph}


def _soon(start: str, graph: Mapping[str, Activity], within: int) -> dict[str, int]:
    """The activities behind one with the shortest time until somebody stands there."""
    found: dict[str, int] = {}
    ahead = [(to, 0) for to in _behind(graph[start])]
    while ahead:
        name, time = ahead.pop()
        if name not in graph or time >= within or found.get(name, within) <= time:
            continue
        found[name] = time
        later = time + _least(graph[name])
        ahead.extend((to, later) for to in _behind(graph[name]))
    return found


def _behind(activity: Activity) -> tuple[str, ...]:
    return (*targets(activity), *backward(activity))


def _least(activity: Activity) -> int:
    """The time that everybody spends at an activity, as far as it is known beforehand."""
    return duration(activity.length) if isinstance(activity, Wait) and activity.length is not None else 0
