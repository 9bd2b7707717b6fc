"""How many definitions one tick takes over: when a segment begins, everybody may enter it at once."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.core.facts import DefinitionChange
from parcours.engines.state import State

#: As many first entries as one tick makes at most, if everybody enters every new segment: some 2 GB of memory.
MOST_FIRST = 32_000_000


def first_portion(changes: Sequence[DefinitionChange], state: State) -> list[DefinitionChange]:
    """Those of these changes that one tick takes over; all, unless many segments begin for many people.

    The others follow with later ticks. They stand behind the first ones, so nothing goes before what it refers to. What
    is about no definition never waits.
    """
    room = max(1, MOST_FIRST // max(1, len(state.alive)))
    beginning = [place for place, change in enumerate(changes) if _begins(change)]
    if len(beginning) <= room:
        return list(changes)
    return [change for place, change in enumerate(changes) if place < beginning[room] or not change.id]


def _begins(change: DefinitionChange) -> bool:
    """Whether everybody is looked at because of this change."""
    return change.kind == "segment" and change.action == "publish"
