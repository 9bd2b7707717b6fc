"""What activities share that start a run of another journey for the same person (journeys.md, R16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Names, RuleText, Targets, edge
from parcours.flow.journeys.activities.calls import error_edge
from parcours.flow.journeys.activities.values import expressions, table, value_problems
from parcours.flow.journeys.typed import Values


class Starting(Activity, frozen=True, kw_only=True):
    """Starts a run of ``journey``, whose first event has ``values`` as its properties."""

    acts: ClassVar[bool] = True

    journey: str
    values: dict[str, Any] = msgspec.field(default_factory=dict)
    then: Targets = None
    on_error: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from value_problems("values", self.values)

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"), *error_edge(self.on_error))

    def rules(self) -> tuple[RuleText, ...]:
        return expressions("values", self.values)

    def payload(self, arrivals: Arrivals) -> Values | None:
        """The properties of the first event, a row per run; ``None`` where there are none."""
        return table(arrivals, "values", self.values) if self.values else None
