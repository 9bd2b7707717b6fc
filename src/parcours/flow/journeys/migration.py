"""People inside one version go on in another: where each lands, seen before it is done (journeys.md, section 21, 24).

A person stands at a place: an activity, or several that race. Whoever stands at a place that the other version has,
too, with the same activities as they are written, keeps everything, also the time until which he waits. Whoever stands
at a place whose activities were changed, or that the mapping sends elsewhere, arrives there anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from parcours.core.errors import nearest
from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.definitions import JourneyDefinition

#: Ids of the activities of a place, in vertical order.
Place: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Landing:
    """Where people of one place go: ``to`` a place of the other version; ``anew`` as if they arrived there now."""

    place: str
    to: str
    anew: bool
    people: int = 0

    def __str__(self) -> str:
        if not self.anew:
            return f"{self.people} at {self.place!r} stay there and wait as before"
        where = "arrive there anew" if self.to == self.place else f"arrive at {self.to!r}"
        return f"{self.people} at {self.place!r} {where}"


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where people land, place by place; ``missing`` are places for which there is none.

    Names of places are ids of activities, of several that race joined by a bar: ``bought|pause``.
    """

    landings: tuple[Landing, ...] = ()
    missing: tuple[str, ...] = ()
    hint: str | None = None
    #: Places of the new version by those of the old one, and which of the old ones are left by arriving anew.
    mapping: Mapping[str, str] = field(default_factory=dict)
    anew: frozenset[str] = frozenset()


def destinations(
    old: JourneyDefinition,
    new: JourneyDefinition,
    mapping: Mapping[str, str] | None = None,
    people: Mapping[str, int] | None = None,
) -> Destinations:
    """Where everybody inside ``old`` lands in ``new``.

    Args:
        old, new: the two versions.
        mapping: places of ``new`` for places of ``old``; only needed where ids differ, and stronger than these.
        people: how many stand at each place of ``old``. With it places without people need no destination; without it
            all places do where people can stand.
    """
    wished = mapping or {}
    standing = {name_of(place): place for place in places(old)}
    counted = standing if people is None else {name: standing.get(name, (name,)) for name in people if people[name]}
    known = {name_of(place): place for place in (*places(new), *((name,) for name in new.activities))}
    landings, missing, hints = [], [], []
    for name, place in counted.items():
        to = wished.get(name, name if name in known else _single(place, wished, known))
        if to not in known:
            missing.append(name)
            hints.append(f"mapping: {{{name}: …}}, " + (nearest(to, known) or "an activity of the new version"))
            continue
        anew = to != name or [old.activities.get(one) for one in place] != [new.activities[one] for one in known[to]]
        landings.append(Landing(name, to, anew, 0 if people is None else people[name]))
    return Destinations(
        tuple(landings),
        tuple(missing),
        hints[0] if hints else None,
        {landing.place: landing.to for landing in landings},
        frozenset(landing.place for landing in landings if landing.anew),
    )


def _single(place: Place, wished: Mapping[str, str], known: Mapping[str, Place]) -> str:
    """Where a race goes that the other version has not: to that of its upper activity, wherever that is now."""
    ways = (wished.get(name, name) for name in place)
    return next((to for to in ways if to in known), name_of(place))


def places(definition: JourneyDefinition) -> tuple[Place, ...]:
    """All places of a version where people can stand for a while, in order of activities."""
    found: dict[Place, None] = {}
    for to in _ways(definition):
        if len(to) > 1 or (to and can_stand(definition.activities[to[0]])):
            found[to] = None
    rank = {name: index for index, name in enumerate(definition.activities)}
    return tuple(sorted(found, key=lambda place: [rank[name] for name in place]))


def _ways(definition: JourneyDefinition) -> Iterator[Place]:
    yield definition.start
    for activity in definition.activities.values():
        for edge in activity.edges():
            yield edge.to


def can_stand(activity: Activity) -> bool:
    """Whether people stand at it for a while: it holds them, they are held in front of it, or it waits for others."""
    return activity.parks or activity.acts or type(activity).answered is not Activity.answered or _joins(activity)


def _joins(activity: Activity) -> bool:
    return bool(getattr(activity, "joins", False))


def name_of(place: Place) -> str:
    """The name of a place: ids joined by a bar."""
    return "|".join(place)
