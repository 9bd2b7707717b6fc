"""Runs, counters and whatever else belongs to profiles, when two profiles turn out to be one, or one to be two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import EventBatch
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.slots import NONE, Profiles, Slots
from parcours.flow.journeys.state import JourneysState
from parcours.flow.journeys.versions import RUNNING

#: The numbers of the profiles that external ids lead to.
Numbers = Callable[[pl.Series], Profiles]


def rename(state: JourneysState, profiles: Profiles, names: Sequence[str]) -> None:
    """These profiles are called anew; their runs keep the names under which they were begun."""
    called = pl.Series("name", names, pl.String)
    for journey in state.journeys.values():
        rows, slots = journey.runs.slots_of(profiles)
        begun = journey.runs.number[slots] > 0
        rows, slots = rows[begun], slots[begun]
        if len(slots):
            runs = journey.runs
            state.names.keep(journey.id, runs.profile[slots], runs.number[slots], called.gather(pl.Series(rows)))


def join(state: JourneysState, gone: Profiles, into: Profiles, names: Sequence[str]) -> None:
    """All that belongs to profiles that are gone belongs to others from now on, in this order.

    ``names`` is what those that are gone were called. ``into`` may itself be gone by a later one.
    """
    if not len(gone):
        return
    rename(state, gone, names)
    for journey in state.journeys.values():
        known = {*gone[journey.runs.newest_of(gone) != NONE].tolist()}
        for profile, other in zip(gone.tolist(), into.tolist(), strict=True) if known else ():
            if profile in known:
                _hand_on(state, journey, profile, other)
                known.add(other)
    last = _last(gone, into)
    for journey in state.journeys.values():
        journey.queued = {name: _moved(rows, *last) for name, rows in journey.queued.items()}
        for version in journey.versions:
            if version.rounds is not None:
                version.rounds.join(*last)
    state.early = {type_: _moved(rows, *last) for type_, rows in state.early.items()}
    for profile, other in zip(gone.tolist(), into.tolist(), strict=True):
        state.board.join(profile, other)
    state.signals.join(*last)


def separate(state: JourneysState, back: int, whole: int, numbers: Numbers, moved: Sequence[EventBatch]) -> None:
    """A profile is taken out of another one again: runs that were begun under its ids are its own, and so are events
    that wait for their time. What was counted by rule sets counts for both."""
    state.board.copy(whole, back)
    for journey in state.journeys.values():
        rows = state.names.rows.filter((pl.col("journey") == journey.id) & (pl.col("profile") == whole))
        rows = rows.filter(pl.Series(numbers(rows["name"]) == back)) if rows.height else rows
        if rows.height:
            _give_back(state, journey, back, whole, rows)
    ids = {batch.type: batch.rows.filter(pl.col("_profile") == back)["_event_id"] for batch in moved}
    for type_, events in state.early.items():
        if type_ in ids:
            mine = pl.col("_event_id").is_in(ids[type_].implode())
            profile = pl.when(mine).then(pl.lit(back, pl.Int32)).otherwise("_profile")
            state.early[type_] = events.with_columns(_profile=profile)


def rivals(journey: Journey, profiles: Profiles) -> Slots:
    """Of runs of these profiles that go on side by side, although one person may be in the journey once only, all but
    the one that was begun first."""
    runs = journey.runs
    _, slots = runs.slots_of(profiles)
    slots = slots[(runs.root[slots] == slots) & ~runs.at_rest(slots) & _counted(journey, slots)]
    if len(slots) < 2:
        return np.empty(0, np.int32)
    tried = np.array([version.mode != "live" for version in journey.versions])[runs.version[slots]]
    keys = (tried, runs.supplement[slots], runs.profile[slots])
    order = np.lexsort((runs.number[slots], runs.entered[slots], *keys))
    slots = slots[order]
    same = np.ones(len(slots), np.bool_)
    same[0] = False
    for key in keys:
        same[1:] &= key[order][1:] == key[order][:-1]
    rest: Slots = slots[same]
    return rest


def _counted(journey: Journey, slots: Slots) -> NDArray[np.bool_]:
    """Which of these runs are of versions that let a person be inside once only."""
    once = [
        version.status in RUNNING
        and version.definition.head.on_entry_inside != "parallel"
        and version.definition.entry.kind != "business_event"
        for version in journey.versions
    ]
    found: NDArray[np.bool_] = np.array(once, np.bool_)[journey.runs.version[slots]]
    return found


def _hand_on(state: JourneysState, journey: Journey, profile: int, other: int) -> None:
    runs = journey.runs
    both = np.array([profile, other], np.int32)
    _, slots = runs.slots_of(both[:1])
    if not len(slots):
        return
    more = int(runs.numbers_of(both[1:])[0])
    state.names.hand_on(journey.id, profile, other, more)
    begun = runs.number[slots] > 0
    runs.number[slots[begun]] += more
    runs.foreign[slots] = 1
    runs.give(slots, other)


def _give_back(state: JourneysState, journey: Journey, back: int, whole: int, rows: pl.DataFrame) -> None:
    runs = journey.runs
    _, slots = runs.slots_of(np.array([whole], np.int32))
    numbers, own = rows["number"].to_numpy(), rows["own"].to_numpy()
    order = np.argsort(numbers)
    place = np.minimum(np.searchsorted(numbers[order], runs.number[slots]), len(numbers) - 1)
    mine = numbers[order][place] == runs.number[slots]
    slots, place = slots[mine], place[mine]
    inside = slots[(runs.root[slots] == slots) & ~runs.at_rest(slots)]
    runs.number[slots] = own[order][place]
    runs.foreign[slots] = 0
    runs.give(slots, back)
    state.names.give_back(rows.with_columns(to=pl.lit(back, pl.Int32)))
    for slot in inside.tolist():
        version = journey.versions[int(runs.version[slot])]
        if version.mode == "live":
            state.board.hand_over(version.definition.head.rule_sets, whole, back)


def _last(gone: Profiles, into: Profiles) -> tuple[Profiles, Profiles]:
    """Where everything ends up in the end, of those that are gone."""
    ways = dict(zip(gone.tolist(), into.tolist(), strict=True))
    ends = []
    for profile in gone.tolist():
        while profile in ways:
            profile = ways[profile]
        ends.append(profile)
    return gone, np.array(ends, np.int32)


def _moved(rows: pl.DataFrame, gone: Profiles, into: Profiles) -> pl.DataFrame:
    if not rows.height or "_profile" not in rows.columns:
        return rows
    return rows.with_columns(pl.col("_profile").replace(pl.Series(gone), pl.Series(into)).cast(pl.Int32))
