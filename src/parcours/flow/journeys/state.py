"""The state of all journeys of a workspace (or of one partition of its profiles)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import EventBatch
from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.instances import RunTable
from parcours.flow.journeys.plan import Plan
from parcours.flow.journeys.timers import Timers

#: A part of a snapshot: flat data that a store can keep as a file.
Part = NDArray[np.generic] | pl.DataFrame | bytes

OPEN, CLOSED, STOPPING, STOPPED = "open", "closed", "stopping", "stopped"


class Journey:
    """One journey: its versions, of which the last is the one to enter, and its runs.

    ``status`` is ``open``; ``closed`` (nobody enters, who is inside finishes); ``stopping`` (everybody is ended in
    the next tick) or ``stopped``.
    """

    def __init__(self, id: str) -> None:
        self.id = id
        self.status = OPEN
        self.plans: list[Plan] = []
        self.runs = RunTable()
        self.timers = Timers()

    @property
    def versions(self) -> list[JourneyDefinition]:
        """The definitions of all versions; their positions are what ``runs.version`` holds."""
        return [plan.definition for plan in self.plans]

    @property
    def newest(self) -> JourneyDefinition:
        """The version to enter."""
        return self.plans[-1].definition

    def add(self, definition: JourneyDefinition) -> None:
        """A new version beside the others, open for entry. The newest one again only opens the journey."""
        if self.plans and self.newest.version == definition.version:
            self.plans.pop()
        self.plans.append(Plan.of(definition, len(self.plans)))

    def rearm(self) -> None:
        """Set the timers of all waiting runs anew, from the columns."""
        self.timers = Timers()
        waiting = self.runs.inside()
        waiting = waiting[self.runs.due[waiting] != NEVER]
        self.timers.push(self.runs.due[waiting], waiting)


class JourneysState:
    """All journeys. Changed by :meth:`publish` and its like, and by :func:`parcours.flow.journeys.advance.advance`.

    Nothing here depends on the order in which profiles were numbered.
    """

    def __init__(self) -> None:
        self.journeys: dict[str, Journey] = {}
        self.early: dict[str, pl.DataFrame] = {}

    def publish(self, definition: JourneyDefinition) -> None:
        """Open a journey, or a new version of it; runs inside older versions finish there (journeys.md, R15)."""
        journey = self.journeys.setdefault(definition.id, Journey(definition.id))
        journey.add(definition)
        journey.status = OPEN
        if definition.event_properties():
            journey.runs.remember_events()

    def close(self, journey: str) -> None:
        """Let nobody in any more; who is inside finishes. Unknown journeys are ignored."""
        if journey in self.journeys and self.journeys[journey].status == OPEN:
            self.journeys[journey].status = CLOSED

    def stop(self, journey: str) -> None:
        """End everybody inside, in the next tick, and let nobody in. Unknown journeys are ignored."""
        if journey in self.journeys and self.journeys[journey].status in (OPEN, CLOSED):
            self.journeys[journey].status = STOPPING

    def has_stopped(self, journey: str) -> bool:
        """Whether everybody was ended, so that none of its rules is looked at any more."""
        return journey in self.journeys and self.journeys[journey].status == STOPPED

    def erase(self, profiles: NDArray[np.int32]) -> None:
        """Forget these profiles: their runs end without a trace, their events are not heard any more."""
        for journey in self.journeys.values():
            journey.runs.erase(profiles)
        self._keep_early(~pl.col("_profile").is_in(pl.Series(profiles, dtype=pl.Int32).implode()))

    def retract(self, batches: Iterable[EventBatch]) -> None:
        """Forget events that were taken back before their time came; what was heard already stays heard."""
        if self.early:
            ids = pl.concat([batch.rows["_event_id"] for batch in batches] or [pl.Series(dtype=pl.String)])
            self._keep_early(~pl.col("_event_id").is_in(ids.implode()))

    def _keep_early(self, condition: pl.Expr) -> None:
        kept = {type_: rows.filter(condition) for type_, rows in self.early.items()}
        self.early = {type_: rows for type_, rows in kept.items() if rows.height}

    def definitions(self) -> Iterable[JourneyDefinition]:
        """Every version that is open or still has somebody inside."""
        for journey in self.journeys.values():
            inside = journey.runs.inside()
            used = set(np.unique(journey.runs.version[inside]).tolist())
            for index, definition in enumerate(journey.versions):
                if index in used or (journey.status == OPEN and definition is journey.newest):
                    yield definition

    def listened(self) -> frozenset[str]:
        """The event types that some version listens to."""
        return frozenset[str]().union(*(plan.listened for journey in self.journeys.values() for plan in journey.plans))

    def next_due(self) -> int | None:
        """The earliest instant at which a run may move by itself, or ``None``."""
        instants = (journey.timers.next_due() for journey in self.journeys.values())
        return min((instant for instant in instants if instant is not None), default=None)

    def totals(self) -> pl.DataFrame:
        """Per journey: status, runs entered, in progress, ended. Erased profiles do not count."""
        rows = []
        for journey in sorted(self.journeys.values(), key=lambda journey: journey.id):
            entered = int(journey.runs.number[: journey.runs.size].sum())
            inside = len(journey.runs.inside())
            rows.append((journey.id, journey.status, entered, inside, entered - inside))
        names = {"journey": pl.String, "status": pl.String, "entered": pl.Int64}
        return pl.DataFrame(rows, schema={**names, "in_progress": pl.Int64, "ended": pl.Int64}, orient="row")

    def standing(self) -> pl.DataFrame:
        """Per journey, version and activity that holds runs: how many stand there now."""
        rows = []
        for journey in sorted(self.journeys.values(), key=lambda journey: journey.id):
            inside = journey.runs.inside()
            places = np.stack((journey.runs.version[inside], journey.runs.activity[inside]), axis=1)
            for (version, activity), count in zip(*np.unique(places, axis=0, return_counts=True), strict=True):
                definition = journey.versions[version]
                rows.append((journey.id, definition.version, list(definition.activities)[activity], int(count)))
        names = {"journey": pl.String, "version": pl.Int32, "activity": pl.String, "runs": pl.Int64}
        return pl.DataFrame(rows, schema=names, orient="row")

    def dump(self) -> dict[str, Part]:
        """Everything as flat parts for a snapshot."""
        head = {
            journey.id: {"status": journey.status, "versions": [version.to_json() for version in journey.versions]}
            for journey in self.journeys.values()
        }
        parts: dict[str, Part] = {"journeys.json": json.dumps(head, default=str).encode()}
        parts |= {f"runs.{journey.id}": journey.runs.dump() for journey in self.journeys.values()}
        return parts | {f"early.{type_}": rows for type_, rows in self.early.items()}

    @staticmethod
    def load(parts: Mapping[str, Part]) -> JourneysState:
        """The inverse of :meth:`dump`."""
        state = JourneysState()
        head = parts["journeys.json"]
        assert isinstance(head, bytes)
        for id_, shape in json.loads(head).items():
            journey = state.journeys[id_] = Journey(id_)
            for version in shape["versions"]:
                journey.add(JourneyDefinition.from_json(version))
            journey.status = shape["status"]
            journey.runs = RunTable.load(_frame(parts[f"runs.{id_}"]))
            journey.rearm()
        early = {name.removeprefix("early."): part for name, part in parts.items() if name.startswith("early.")}
        state.early = {type_: _frame(part) for type_, part in early.items()}
        return state


def _frame(part: Part) -> pl.DataFrame:
    assert isinstance(part, pl.DataFrame)
    return part
