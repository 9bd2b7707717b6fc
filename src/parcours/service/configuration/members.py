"""Who would enter and leave which segment if definitions were changed: those edited, and those that refer to them.

Segments are evaluated in order of dependency as of the last tick, each with the members that those before it would
have. The live state is only read, and let go of between two segments, so that ticks go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parcours.flow.segments.definitions import dependency_order
from parcours.kernel.evaluate import Compiled, holds
from parcours.language.tree import Node, members
from parcours.service.configuration.records import Moved
from parcours.service.previews import feature_book

if TYPE_CHECKING:
    from parcours.engines.state import State
    from parcours.service.wiring import Parts

Bools = npt.NDArray[np.bool_]
#: How many are named of those who would enter, or leave.
SAMPLE = 10


def affected(rules: Mapping[str, Node], changed: Collection[str]) -> list[str]:
    """The changed segments and those that refer to them, however far away, in order of dependency."""
    found = set(changed)
    order = [name for name in dependency_order(rules) if name in rules]
    for name in order:
        if found.intersection(members(rules[name])):
            found.add(name)
    return [name for name in order if name in found]


def moved(parts: Parts, rules: Mapping[str, Node], changed: Collection[str], gone: Collection[str]) -> list[Moved]:
    """The members of every segment that is affected, before and after; nothing before the first tick.

    Args:
        rules: of all segments as they would be.
        changed: the segments whose rules are new or edited.
        gone: segments that would be taken out of use.
    """
    if parts.log.last_tick() is None:
        return []
    after: dict[str, Bools] = {}
    return [
        *(_moved(parts, name, rules[name], after) for name in affected(rules, changed)),
        *(_moved(parts, name, None, after) for name in sorted(gone)),
    ]


def _moved(parts: Parts, segment: str, rule: Node | None, after: dict[str, Bools]) -> Moved:
    with parts.moving:
        state = parts.runner.state
        everybody = np.flatnonzero(state.alive).astype(np.int32)
        before = state.segments.bits.get(segment, everybody)
        held = np.zeros(len(everybody), np.bool_) if rule is None else _held(parts, state, rule, everybody, after)
        found = np.zeros(state.profiles, np.bool_)
        found[everybody] = held
        after[segment] = found
        entering, leaving = everybody[held & ~before], everybody[before & ~held]
        return Moved(
            segment=segment,
            before=int(before.sum()),
            after=int(held.sum()),
            entering=len(entering),
            leaving=len(leaving),
            enter=tuple(map(str, state.ids(entering[:SAMPLE]))),
            leave=tuple(map(str, state.ids(leaving[:SAMPLE]))),
        )


def _held(
    parts: Parts, state: State, rule: Node, everybody: npt.NDArray[np.int32], after: Mapping[str, Bools]
) -> Bools:
    rule = state.readable(rule)
    book, _ = feature_book(state, parts.log, rule)
    return holds(Compiled(rule), book, everybody, state.now or 0, _members_then(state, after))


def _members_then(state: State, after: Mapping[str, Bools]) -> Callable[[str, npt.NDArray[np.int32]], Bools]:
    def member(segment: str, profiles: npt.NDArray[np.int32]) -> Bools:
        known = after.get(segment)
        if known is None:
            return state.segments.bits.get(segment, profiles)
        found = np.zeros(len(profiles), np.bool_)
        there = profiles < len(known)  # who came meanwhile is nowhere yet
        found[there] = known[profiles[there]]
        return found

    return member
