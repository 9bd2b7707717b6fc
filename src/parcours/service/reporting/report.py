"""Everything about one journey in one object: counters, drops, errors, calls, goal, and its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.drawing import Counts, Drawing, draw
from parcours.service.reporting.activities import activity_totals, calls, edge_totals, errors
from parcours.service.reporting.drops import discards
from parcours.service.reporting.goals import Conversion, conversion
from parcours.service.reporting.lift import METHOD
from parcours.service.reporting.runs import entries_per_day, run_totals

if TYPE_CHECKING:
    from parcours.store.log import Log


@dataclass(frozen=True, slots=True)
class JourneyReport:
    """What happened in a journey; in notebooks it shows its drawing.

    Attributes:
        runs: see :func:`~.runs.run_totals`, a row per version.
        activities, edges: see :mod:`~.activities`; of one version, where the report was asked for one.
        days: see :func:`~.runs.entries_per_day`.
        discards, errors, calls: by reason, by activity and code, by endpoint.
        goal: ``None`` where the journey has none.
        drawing: the graph with its counters.
    """

    journey: str
    runs: pl.DataFrame
    activities: pl.DataFrame
    edges: pl.DataFrame
    days: pl.DataFrame
    discards: pl.DataFrame
    errors: pl.DataFrame
    calls: pl.DataFrame
    goal: Conversion | None
    drawing: Drawing

    def to_json(self) -> dict[str, Any]:
        """The report as plain data; instants as ISO-8601 texts, lengths of time in microseconds."""
        names = ("runs", "activities", "edges", "days", "discards", "errors", "calls")
        shape: dict[str, Any] = {"journey": self.journey}
        shape |= {name: _rows(getattr(self, name)) for name in names}
        if self.goal is not None:
            shape["goal"] = {**msgspec.to_builtins(self.goal.lift), "open": self.goal.open, "method": METHOD}
        return shape

    def _repr_svg_(self) -> str:
        return self.drawing.svg()


def report(
    log: Log,
    definition: JourneyDefinition,
    *,
    version: int | None = None,
    zone: str | None = None,
    language: str = "en",
    confidence: float = 0.95,
) -> JourneyReport:
    """What happened in a journey.

    Args:
        definition: the version that is drawn; its goal is the goal.
        version: count activities and ways of this version only; without it of all, by the ids of activities.
        zone: of days; that of the journey if not said.
        language: of the drawing.
        confidence: of the intervals of the lift.
    """
    id_ = definition.id
    activities, edges = activity_totals(log, id_, version), edge_totals(log, id_, version)
    return JourneyReport(
        journey=id_,
        runs=run_totals(log, id_),
        activities=activities,
        edges=edges,
        days=entries_per_day(log, id_, zone or definition.head.zone_name),
        discards=discards(log, id_),
        errors=errors(log, id_),
        calls=calls(log, id_),
        goal=conversion(log, definition, confidence),
        drawing=draw(definition, Counts.of(activities, edges), language),
    )


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    plain = [
        pl.col(name).dt.total_microseconds()
        if isinstance(dtype, pl.Duration)
        else pl.col(name).dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
        if isinstance(dtype, pl.Datetime)
        else pl.col(name).cast(pl.String)
        if dtype == pl.Date
        else pl.col(name)
        for name, dtype in frame.schema.items()
    ]
    return frame.select(plain).to_dicts()
