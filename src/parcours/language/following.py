"""What a sequence means: elements that follow one another in time, one per step (profile-query-language.md, 9.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from parcours.language import tree
from parcours.language.scopes import conditions, earlier_steps, kept_after
from parcours.language.tree import Node, SequenceStep

#: Whether a condition holds for the rows it sees: the element, then those chosen for the steps before it.
Meets = Callable[[Node, tuple[Any, ...]], bool]
#: The places of the elements chosen so far; of a step that no later step reads it does not matter which it was.
_Chosen = tuple[int | None, ...]


def followed(node: tree.Sequence, elements: Sequence[tuple[int, Any]], meets: Meets) -> bool:
    """Whether there is an element for every step, each later than the one before; ``elements`` are (time, element).

    Every combination is tried; of those that look the same to all later steps only the earliest is kept. A condition
    that reads no earlier step is evaluated for every element, others for every element that comes into question.
    """
    states: dict[_Chosen, int | None] = {(): None}
    for position, step in enumerate(node.steps):
        able = _able(step, position, elements, meets)
        kept = kept_after(node, position)
        found: dict[_Chosen, int | None] = {}
        for chosen, last in states.items():
            for place in _next(step, position, chosen, last, elements, able, meets):
                after = tuple(one if number in kept else None for number, one in enumerate((*chosen, place)))
                moment = elements[place][0]
                known = found.get(after)
                found[after] = moment if known is None else min(known, moment)
        states = found
    return bool(states)


def _able(step: SequenceStep, position: int, elements: Sequence[tuple[int, Any]], meets: Meets) -> list[int]:
    """The elements that meet the conditions of the step that read no earlier step."""
    alone = [part for part in conditions(step) if not earlier_steps(part, position)]
    hidden = (None,) * position
    return [
        place for place, (_, element) in enumerate(elements) if all(meets(part, (element, *hidden)) for part in alone)
    ]


def _next(
    step: SequenceStep,
    position: int,
    chosen: _Chosen,
    last: int | None,
    elements: Sequence[tuple[int, Any]],
    able: list[int],
    meets: Meets,
) -> list[int]:
    """The elements that can be the step's: later than the last, and at least the ``count``-th that meets it."""
    linked = [part for part in conditions(step) if earlier_steps(part, position)]
    before = tuple(None if place is None else elements[place][1] for place in reversed(chosen))
    later = [place for place in able if last is None or elements[place][0] > last]
    met = [place for place in later if all(meets(part, (elements[place][1], *before)) for part in linked)]
    times = [elements[place][0] for place in met]
    return [place for place in met if sum(time <= elements[place][0] for time in times) >= step.count]
