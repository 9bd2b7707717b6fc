"""The events behind a value: which rows an aggregate, a list or a sequence found in the history of a profile."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from parcours.language.reference import Place, Row, as_instant, rows_that_count, value_at
from parcours.language.scopes import conditions
from parcours.language.tree import Aggregate, Each, Events, Node, Quantifier, Sequence, SequenceStep

#: How many combinations of events are tried to show one that is a sequence.
MOST_TRIES = 10_000


def events_that_count(node: Node, place: Place) -> tuple[Row, ...]:
    """The events that made the value of ``node`` what it is; none for a node that does not look at events.

    Of a list of events the elements that meet its condition; of a sequence one that is there; of ``all`` the events
    that do not meet the condition, when there are any. Events of the list of all events are given as it has them,
    with ``eventType`` and ``timestamp``.
    """
    match node:
        case Aggregate():
            return tuple({id(row.rows[-1]): row.rows[-1] for row in rows_that_count(node, place)}.values())
        case Each(kind="filter", over=over, body=condition) if _of_events(over):
            return tuple(_meeting(over, condition, place, wanted=True))
        case Quantifier(kind=kind, over=over, where=condition) if _of_events(over):
            against = tuple(_meeting(over, condition, place, wanted=False)) if kind == "all" else ()
            return against or tuple(_meeting(over, condition, place, wanted=True))
        case Sequence(over=over) if _of_events(over):
            return _sequence(node, place)
        case _:
            return ()


def _of_events(over: Node) -> bool:
    """Whether the elements of a list are events of the profile."""
    match over:
        case Events():
            return True
        case Each(kind="filter" | "ascending" | "descending", over=inner):
            return _of_events(inner)
        case _:
            return False


def _meeting(over: Node, condition: Node, place: Place, *, wanted: bool) -> Iterator[Row]:
    for element in value_at(over, place) or []:
        if (value_at(condition, place.inside(element)) is True) == wanted:
            yield element


# --- sequences -----------------------------------------------------------------------------------------


def _sequence(node: Sequence, place: Place) -> tuple[Row, ...]:
    """One event per step, the earliest that there are; nothing when the sequence does not hold."""
    if value_at(node, place) is not True:
        return ()
    return _Search(node, place).found(0, None, ()) or ()


class _Search:
    """Tries events one after the other, for a sequence that is known to be there."""

    def __init__(self, node: Sequence, place: Place) -> None:
        self.steps = node.steps
        self.place = place
        (self.field,) = node.time
        elements = [element for element in value_at(node.over, place) or [] if element.get(self.field) is not None]
        self.elements: list[tuple[int, Any]] = [(as_instant(element[self.field]), element) for element in elements]
        self.tries = count(1)

    def found(self, step: int, after: int | None, rows: tuple[Row, ...]) -> tuple[Row, ...] | None:
        """Events for the steps from ``step`` on; ``rows`` are those of the steps before, the last one first."""
        if step == len(self.steps):
            return ()
        later = [(time, one) for time, one in self.elements if after is None or time > after]
        met = [(time, one) for time, one in later if self._meets(self.steps[step], (one, *rows))]
        for time, one in met:
            if sum(other <= time for other, _ in met) < self.steps[step].count:
                continue
            if next(self.tries) > MOST_TRIES:
                return None
            rest = self.found(step + 1, time, (one, *rows))
            if rest is not None:
                return (one, *rest)
        return None

    def _meets(self, step: SequenceStep, rows: tuple[Row, ...]) -> bool:
        place = self.place.at_rows((*rows, *self.place.rows))
        return all(value_at(part, place) is True for part in conditions(step))
