"""What the reference evaluator reads: one profile, and the place where a node is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from parcours.core.errors import EvaluationError
from parcours.language.functions.declaration import Value
from parcours.language.tree import Aggregate, Node

#: An event (its properties, and ``_time`` in microseconds) or an element of a list inside it.
Row: TypeAlias = Mapping[str, Any]
#: A row and those around it, innermost first; the outermost is the event.
Rows: TypeAlias = tuple[Any, ...]
#: For an aggregate the rows that meet its condition, in order of time, and their times.
Memo: TypeAlias = dict[Aggregate, tuple[list[int], list[Rows]]]


def _in_no_segment(_: str) -> bool:
    return False


def _no_answer(path: tuple[str, ...], parameters: Mapping[str, Value]) -> Value:
    return None


def _no_chance(kind: str, site: int) -> Value:
    raise EvaluationError(f"nothing draws a {kind} here", code="no-chance")


@dataclass(frozen=True)
class Person:
    """All that is known of one profile.

    ``events`` holds the events by type in order of arrival, each with ``_time``; ``history``, when given, is what
    ``Events`` means instead: one list of objects with ``eventType`` and ``timestamp``, in any order; what has no time
    stands last. ``segments`` tells whether the profile is in a segment; a segment whose rule stands in ``rules`` is
    evaluated instead. ``been`` tells whether the profile was in a segment at some time before. ``given`` holds the
    values beside the profile, nested by the names of ``Given.path``.
    ``fetch(path, parameters)`` asks a data source and ``chance(kind, site)`` draws.
    """

    attributes: Mapping[str, Value] = field(default_factory=dict)
    events: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    segments: Callable[[str], bool] = _in_no_segment
    rules: Mapping[str, Node] = field(default_factory=dict)
    been: Callable[[str], bool] = _in_no_segment
    given: Mapping[str, Value] = field(default_factory=dict)
    history: Sequence[Row] | None = None
    fetch: Callable[[tuple[str, ...], Mapping[str, Value]], Value] = _no_answer
    chance: Callable[[str, int], Value] = _no_chance


@dataclass(frozen=True)
class Place:
    """Where a node is evaluated: whose data, when, and inside which rows (innermost first).

    With a ``memo`` the events that meet a condition are looked for once, for all the instants asked about.
    """

    person: Person
    now: int
    rows: Rows = ()
    memo: Memo | None = None

    def inside(self, row: object) -> Place:
        return self.at_rows((row, *self.rows))

    def at_rows(self, rows: Rows) -> Place:
        return Place(self.person, self.now, rows, self.memo)
