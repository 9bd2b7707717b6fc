"""What activities hand over: messages and calls to the outbox, attributes to the store, failures to memory."""

from __future__ import annotations

import polars as pl

from parcours.flow.journeys.activities.base import Moves
from parcours.flow.journeys.gates import Gates
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.slots import Instants, Slots
from parcours.flow.journeys.versions import Version
from parcours.flow.journeys.work import SNAPSHOT, TROUBLE, Work


class Handing:
    """Takes down what the runs before an activity do besides moving."""

    def __init__(self, work: Work, gates: Gates) -> None:
        self._work = work
        self._gates = gates

    def take(self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, moves: Moves) -> None:
        """Everything that these moves hand over."""
        self._hand_over(journey, version, stop, slots, at, moves)
        schema = self._work.inputs.people.schema
        if moves.writes is not None:
            self._write(journey, slots, at, moves.writes.fitting(schema.attributes))
        if moves.event is not None and moves.events is not None:
            ids = self._keys(journey, stop, slots)
            properties = moves.events.fitting(schema.events.get(moves.event, {}))
            self._work.state.writes.send(moves.event, ids, journey.runs.profile[slots], at, properties)

    def _hand_over(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, moves: Moves
    ) -> None:
        parcels = [(moves.channel, moves.contents, moves.sends)]
        for parcel in moves.parcels:
            parcels.append((parcel.channel, parcel.contents, parcel.sends))
            self._gates.reserve(journey, stop, parcel.channel, slots[parcel.sends], at[parcel.sends])
        for channel, contents, sends in parcels:
            if contents is None:
                continue
            mine, when = (slots, at) if sends is None else (slots[sends], at[sends])
            runs = journey.runs
            self._work.log.deliver(
                journey.id,
                version.definition.version,
                stop.name,
                channel,
                profile=runs.profile[mine],
                number=runs.number[mine],
                visit=runs.visits(mine),
                at=when,
                contents=contents,
            )

    def _keys(self, journey: Journey, stop: Stop, slots: Slots) -> pl.Series:
        runs = journey.runs
        number, visit = (pl.Series(c).cast(pl.String) for c in (runs.number[slots], runs.visits(slots) - 1))
        ids = self._work.inputs.people.ids(runs.profile[slots])
        parts = (pl.lit(journey.id), number, ids, pl.lit(stop.name), visit)
        return pl.select(pl.concat_str(*parts, separator="/")).to_series()

    def _write(self, journey: Journey, slots: Slots, at: Instants, values: pl.DataFrame) -> None:
        self._work.state.writes.set(journey.runs.profile[slots], at, values)
        roots = journey.runs.root[slots]
        frame = journey.memory.frame(SNAPSHOT, roots)
        if frame is not None:  # what a run writes it reads, whatever the read said that it came by (J2)
            known = journey.memory.known(SNAPSHOT, roots)
            shared = [name for name in values.columns if name in frame.columns]
            fresh = frame.with_columns(values[name].cast(frame.schema[name], strict=False) for name in shared)
            journey.memory.keep(SNAPSHOT, roots[known], fresh.filter(pl.Series(known)))

    def remember_trouble(self, journey: Journey, stop: Stop, slots: Slots, codes: pl.Series) -> None:
        """What expressions may ask about the last failure (journeys.md, section 5); null where there is none."""
        known = codes.is_not_null().to_numpy()
        if not known.any() or not any(root[0] == "journey" for v in journey.versions for root in v.plan.wanted):
            return
        slots, shown = slots[known], codes.filter(pl.Series(known)).str.strip_prefix("http_").alias("lastErrorCode")
        kind = "lastDataFetchErrorCode" if stop.activity.kind == "condition" else "lastExecutedActionErrorCode"
        texts = {"lastNodeUIDInError": stop.name, "lastNodeNameInError": stop.activity.label or stop.name}
        texts["lastNodeTypeInError"] = stop.activity.kind
        rows = pl.DataFrame([shown]).with_columns(pl.col("lastErrorCode").alias(kind))
        rows = rows.with_columns(pl.lit(text).alias(name) for name, text in texts.items())
        journey.memory.keep(TROUBLE, journey.runs.root[slots], rows)
