"""What runs hear of that happened before they came to where they stand (R11; section 21, lines 19 and 20).

Two things: activities that look back count events since the entry, or some time before the arrival; and a run that
waits for the answer to a call is busy, so the events that come meanwhile are worked off, in the order in which they
came, as soon as it stands somewhere: each moves it one step, or is lost there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import EventListener
from parcours.flow.journeys.columns import first_of_each, microseconds
from parcours.flow.journeys.instances import HOLDS
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.moving import CALLING, Movement
from parcours.flow.journeys.plan import Ear
from parcours.flow.journeys.rows import TypeRows, texts
from parcours.flow.journeys.slots import NONE, Instants, Slots
from parcours.flow.journeys.versions import RUNNING, Version

FREE, PAUSE = HOLDS.index(""), HOLDS.index("pause")
#: Names of what is kept in :attr:`Journey.queued`, in front of the type of event.
PAST, BUSY = "past.", "busy."
#: Lets runs go by an ear: instants, and the events and rows that did it.
LetGo = Callable[[Journey, Version, Ear, Slots, Instants, TypeRows, NDArray[np.intp]], None]


class _Heard(NamedTuple):
    """Events that runs hear at one ear, as columns: slot, what orders them, and the row among ``events``."""

    ear: Ear
    events: TypeRows
    slot: Slots
    order: NDArray[np.int64]
    row: NDArray[np.intp]


class Earlier:
    """Keeps events for runs, and lets them hear these later."""

    def __init__(self, moving: Movement, let_go: LetGo) -> None:
        self._moving = moving
        self._let_go = let_go

    # --- keeping -----------------------------------------------------------------------------------

    def keep(
        self,
        journey: Journey,
        events: TypeRows,
        who: NDArray[np.intp],
        slots: Slots,
        at: Instants,
        row: NDArray[np.intp],
    ) -> None:
        """An event of each of these people: ``slots`` are theirs, ``who`` the positions of the people."""
        runs = journey.runs
        for version in journey.versions:
            ears = version.plan.events.get(events.type, ())
            if not ears or version.status not in RUNNING:
                continue
            inside = np.flatnonzero((runs.version[slots] == version.index) & (at[who] >= runs.entered[slots]))
            inside = inside[same_supplement(journey, version, events, slots[inside], row[who[inside]])]
            if any(_looks_back(ear) for ear in ears):
                own = inside[~runs.at_rest(slots[inside]) & (runs.root[slots[inside]] == slots[inside])]
                _keep(journey, PAST, events, slots[own], row[who[own]])
            stand = slots[inside]
            waits = runs.held[stand] == CALLING
            if version.definition.head.on_paused == "keep":
                waits |= runs.held[stand] == PAUSE
            busy = waits & (runs.place[stand] != NONE) & (at[who[inside]] >= runs.arrived[stand])
            _keep(journey, BUSY, events, stand[busy], row[who[inside[busy]]])

    # --- hearing -----------------------------------------------------------------------------------

    def look_back(self, journey: Journey, version: Version, place: int, slots: Slots) -> None:
        """Runs have come to a place."""
        if not journey.queued:
            return
        gone = self._hear(journey, version, [*self._past(journey, version, place, slots)])[0]
        self._work_off(journey, version, place, slots[~np.isin(slots, gone)])

    def _past(self, journey: Journey, version: Version, place: int, slots: Slots) -> Iterator[_Heard]:
        runs = journey.runs
        for ear, listener in _ears(version, place):
            kept = _alive(journey, PAST + listener.event)
            if not _looks_back(ear) or kept is None:
                continue
            stand = pl.DataFrame({"_slot": runs.root[slots], "_own": slots, "_arrived": runs.arrived[slots]})
            found = kept.join(stand, on="_slot", how="inner", maintain_order="left")
            back = np.iinfo(np.int64).max if listener.look_back == "entry" else int(listener.look_back or 0)
            time, arrived = microseconds(found["_time"]), found["_arrived"].to_numpy()
            entered = runs.entered[found["_slot"].to_numpy()]
            timely = (time > entered) & (time <= arrived) & (arrived - time <= back)
            yield _met(version, ear, found.filter(pl.Series(timely)), "_own", time[timely])

    def _work_off(self, journey: Journey, version: Version, place: int, slots: Slots) -> None:
        """Runs that were busy hear what came meanwhile, until something moves them on."""
        names = [name for name in journey.queued if name.startswith(BUSY)]
        if not names or not len(slots):
            return
        heard = []
        for ear, listener in _ears(version, place):
            kept = _alive(journey, BUSY + listener.event)
            if kept is not None:
                mine = kept.filter(pl.col("_slot").is_in(slots.tolist()))
                heard.append(_met(version, ear, mine, "_slot", mine["_turn"].to_numpy()))
        gone, turn = self._hear(journey, version, heard)
        moved = pl.DataFrame({"_slot": gone, "_until": turn}, schema={"_slot": pl.Int32, "_until": pl.Int64})
        still = pl.col("_turn") > pl.col("_until")
        others = ~pl.col("_slot").is_in(slots.tolist())
        for name in names:
            rows = journey.queued[name].join(moved, on="_slot", how="left", maintain_order="left")
            journey.queued[name] = rows.filter(others | still.fill_null(False)).drop("_until")

    def _hear(self, journey: Journey, version: Version, heard: list[_Heard]) -> tuple[Slots, NDArray[np.int64]]:
        """Each run hears what is first for it, at the upper ear where several hear it: who is gone, by what."""
        sizes = [len(each.slot) for each in heard]
        if not sum(sizes):
            return np.empty(0, np.int32), np.empty(0, np.int64)
        slot = np.concatenate([each.slot for each in heard])
        order = np.concatenate([each.order for each in heard])
        which = np.repeat(np.arange(len(heard)), sizes)
        member = np.repeat([each.ear.member for each in heard], sizes)
        sequence = np.lexsort((member, order, slot))
        first = sequence[first_of_each(slot[sequence])]
        starts = np.cumsum([0, *sizes])
        for index, each in enumerate(heard):
            rows = first[which[first] == index] - starts[index]
            own = each.slot[rows]
            self._let_go(journey, version, each.ear, own, journey.runs.arrived[own], each.events, each.row[rows])
        return slot[first], order[first]


def same_supplement(
    journey: Journey, version: Version, events: TypeRows, slots: Slots, rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """With second identifiers an event that names one is about the run of that one only."""
    named = version.definition.entry.supplemental
    if named is None or named not in events.rows.columns:
        return np.ones(len(slots), np.bool_)
    told = journey.runs.numbered(texts(events.rows, named, rows))
    same: NDArray[np.bool_] = (told == NONE) | (journey.runs.supplement[slots] == told)
    return same


def _ears(version: Version, place: int) -> Iterator[tuple[Ear, EventListener]]:
    """Who listens to events at a place."""
    for ear in (ear for ears in version.plan.events.values() for ear in ears):
        if ear.place == place and isinstance(ear.listener, EventListener):
            yield ear, ear.listener


def _met(version: Version, ear: Ear, found: pl.DataFrame, slot: str, order: NDArray[np.int64]) -> _Heard:
    """Those of these events that meet the rule of an ear."""
    listener = ear.listener
    assert isinstance(listener, EventListener)
    events = TypeRows.of(listener.event, found)
    rule = version.plan.places[ear.place][ear.member].rules.get(listener.rule or "")
    rows = np.flatnonzero(events.meet(rule, np.arange(found.height)))
    return _Heard(ear, events, found[slot].to_numpy()[rows], order[rows], rows)


def _keep(journey: Journey, kind: str, events: TypeRows, slots: Slots, rows: NDArray[np.intp]) -> None:
    """Keep events, each with the slot and number of the run that may hear it, and the turn in which it came."""
    if not len(slots):
        return
    turns = [kept["_turn"].max() for name, kept in journey.queued.items() if name.startswith(kind) and kept.height]
    fresh = events.rows[rows].with_columns(
        _slot=pl.Series(slots, dtype=pl.Int32),
        _number=pl.Series(journey.runs.number[slots], dtype=pl.Int32),
        _turn=pl.lit(1 + max(turns, default=0), dtype=pl.Int64),  # type: ignore[type-var, operator]
    )
    known = journey.queued.get(kind + events.type)
    journey.queued[kind + events.type] = fresh if known is None else pl.concat([known, fresh], how="diagonal_relaxed")


def _alive(journey: Journey, name: str) -> pl.DataFrame | None:
    """What is kept under a name, without what belongs to runs that are over."""
    kept = journey.queued.get(name)
    if kept is None or not kept.height:
        return None
    runs, slots = journey.runs, kept["_slot"].to_numpy()
    same = (runs.profile[slots] == kept["_profile"].to_numpy()) & (runs.number[slots] == kept["_number"].to_numpy())
    same &= ~runs.at_rest(slots)
    if not same.all():
        journey.queued[name] = kept = kept.filter(pl.Series(same))
    return kept


def _looks_back(ear: Ear) -> bool:
    return isinstance(ear.listener, EventListener) and ear.listener.look_back is not None
