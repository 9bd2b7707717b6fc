"""Entries of people who are inside already, kept until that run has ended (journeys.md, section 21, line 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.entrants import Entrants, roots_of
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.slots import Instants, Slots
from parcours.flow.journeys.versions import OVER, Version

if TYPE_CHECKING:
    from parcours.flow.journeys.entering import Doors

#: Where the entries are kept, in :attr:`Journey.queued`.
LINE = "waiting"
#: Where those are kept that came during a pause, if the journey keeps them (section 21, line 49).
PAUSED_LINE = "paused"
_KEY = ["_profile", "_key"]


class Line:
    """The people who wait before one door or another."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def stand(self, journey: Journey, version: Version, found: Entrants, line: str = LINE) -> None:
        """These wait until their run has ended, or the pause is over."""
        known = journey.queued.get(line)
        last = 0 if known is None or not known.height else int(known["_turn"].max())  # type: ignore[arg-type]
        texts = {"_supplement": found.supplement, "_event_id": found.event_id}
        frame = pl.DataFrame((pl.Series("_profile", found.profile, pl.Int32),)).with_columns(
            pl.Series("_turn", np.arange(last + 1, last + 1 + len(found)), pl.Int64),
            pl.lit(found.way).alias("_way"),
            pl.lit(version.definition.version).alias("_version"),
            pl.lit(found.detail, dtype=pl.String).alias("_detail"),
            *(pl.lit(None, dtype=pl.String).alias(n) if text is None else text.alias(n) for n, text in texts.items()),
        )
        for root, rows in found.heard[:1]:
            frame = frame.with_columns(rows.to_struct(f"{root[0]}/{root[1]}"))
        journey.queued[line] = frame if known is None else pl.concat([known, frame], how="diagonal_relaxed")

    def pause_is_over(self, journey: Journey, version: Version, now: int) -> None:
        """Those who came during the pause enter now, one after the other where a person came several times."""
        waiting = journey.queued.pop(PAUSED_LINE, None)
        if waiting is None or not waiting.height:
            return
        left = waiting.with_columns(_ended=pl.lit(now, dtype=pl.Int64))
        while left.height:
            first = left.unique("_profile", keep="first", maintain_order=True)
            for part in first.partition_by("_way", "_detail", maintain_order=True):
                self._doors.enter(journey, version, _entrants(version, part))
            left = left.join(first, on="_turn", how="anti", maintain_order="left")

    def call_up(self, journey: Journey, slots: Slots, at: Instants) -> None:
        """Runs have ended: of those who waited for it the first one enters that no rule refuses."""
        waiting = journey.queued.get(LINE)
        if waiting is None or not waiting.height:
            return
        runs = journey.runs
        ended = pl.DataFrame({"_profile": runs.profile[slots], "_key": runs.supplement[slots], "_ended": at})
        keys = pl.Series("_key", runs.numbered(waiting["_supplement"]))
        left = waiting.with_columns(keys).join(ended.unique(_KEY), on=_KEY, how="inner", maintain_order="left")
        while left.height:
            first = left.unique(_KEY, keep="first", maintain_order=True)
            done = self._try(journey, first)
            left = left.join(first, on="_turn", how="anti", maintain_order="left")
            left = left.join(done, on=_KEY, how="anti", maintain_order="left")

    def send_away(self, journey: Journey, version: Version, now: int, reason: str | None) -> None:
        """Nobody enters any more who waits before this version; without a reason nothing is told of it."""
        waiting = journey.queued.get(LINE)
        if waiting is None or not waiting.height:
            return
        if version not in journey.doors:
            return
        mine = pl.Series([_door(journey, number) is version for number in waiting["_version"].to_list()])
        gone = waiting.filter(mine).with_columns(_ended=pl.lit(now, dtype=pl.Int64))
        journey.queued[LINE] = waiting.filter(~mine)
        for part in gone.partition_by("_way", "_detail", maintain_order=True) if reason is not None else ():
            self._doors.refuse(journey, version, _entrants(version, part), str(reason))

    def _try(self, journey: Journey, rows: pl.DataFrame) -> pl.DataFrame:
        """The keys of those who entered, or are inside still; of these rows each has another key."""
        done: list[pl.DataFrame] = []
        for part in rows.partition_by("_version", "_way", "_detail", maintain_order=True):
            version = _door(journey, int(part["_version"][0]))
            found = None if version is None else _entrants(version, part)
            inside = np.zeros(part.height, np.bool_)
            if version is not None and found is not None:
                inside = self._doors.rules.are_inside(journey, found)
            _leave(journey, part.filter(pl.Series(~inside)))
            begun = np.zeros(part.height, np.bool_)
            if version is not None and found is not None and not inside.all():
                begun[~inside] = self._let_in(journey, version, found.some(~inside))
            done.append(part.filter(pl.Series(begun | inside)).select(_KEY))
        return pl.concat(done)

    def _let_in(self, journey: Journey, version: Version, found: Entrants) -> NDArray[np.bool_]:
        if version.status in OVER:
            self._doors.refuse(journey, version, found, "journey_closed")
            return np.zeros(len(found), np.bool_)
        return self._doors.enter(journey, version, found)[0]


def _door(journey: Journey, number: int) -> Version | None:
    """What somebody enters who waited before this version: the same test, or the newest that is published."""
    known = journey.version(number)
    return known if known is not None and known in journey.trials else journey.entrance


def _leave(journey: Journey, rows: pl.DataFrame) -> None:
    """These wait no longer."""
    journey.queued[LINE] = journey.queued[LINE].join(rows, on="_turn", how="anti", maintain_order="left")


def _entrants(version: Version, rows: pl.DataFrame) -> Entrants:
    heard: list[tuple[Root, pl.DataFrame]] = []
    for column in rows.columns:
        _, slash, name = column.partition("/")
        if slash:
            heard += [(root, rows[column].struct.unnest()) for root in roots_of(version, name)]
    supplement = None if version.definition.entry.supplemental is None else rows["_supplement"]
    own = rows["_event_id"]
    return Entrants(
        rows["_profile"].to_numpy(),
        rows["_ended"].to_numpy(),
        str(rows["_way"][0]),
        supplement,
        tuple(heard),
        None if own.is_null().all() else own,
        rows["_detail"][0],
    )
