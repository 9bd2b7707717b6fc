"""Members of a segment in pages, and a segment in few numbers, from the memberships in memory and the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.service.definitions import method_in
from parcours.service.listing import Uses
from parcours.service.paging import Order, Page, check_limit, cursor_of, place_in
from parcours.service.reporting.sql import text
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

_ORDERS = ("appeared", "since")
#: Entries that are read for each one that a page wants.
_AHEAD = 4
_Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Growth:
    """What changed within a length of time up to the last tick."""

    entries: int
    exits: int
    net: int


@dataclass(frozen=True, slots=True)
class SegmentStatistics:
    """A segment in few numbers, as of the last tick.

    Attributes:
        members: how many there are.
        share: of all profiles, from 0 to 1.
        growth: by length of time: ``day``, ``week``, ``month``.
        trend: members at the end of each of the last 30 days, the oldest first.
        used_by: the definitions that refer to it, in words.
        features: what is kept for its rule; those that others read, too, among them in ``shared_features``.
        method: how it is kept up to date: ``incremental``, ``recomputed``, ``by the clock`` or ``batch``.
        last_change: when somebody entered or left last.
    """

    segment: str
    members: int
    share: float
    growth: Mapping[str, Growth]
    trend: list[int]
    used_by: list[str]
    features: int
    shared_features: int
    method: str
    last_change: datetime | None


def page(parts: Parts, segment: str, sort: str, cursor: str | None, limit: int) -> Page:
    """See :meth:`parcours.service.segments.Segments.members_page`."""
    check_limit(limit)
    order = Order.read(sort, _ORDERS)
    with parts.moving:
        members = parts.runner.state.segments.bits.members(segment)
    if order.column == "appeared":
        found, following = _by_number(members, order, cursor, limit)
    else:
        found, following = _by_entry(parts, segment, members, order, cursor, limit)
    with parts.moving:
        ids = parts.runner.state.ids(found)
    since = _since(parts, segment, found)
    return Page(pl.DataFrame([ids.alias("profile_id"), since]), following, len(members))


def count(parts: Parts, segment: str) -> int:
    """How many members there are."""
    with parts.moving:
        return len(parts.runner.state.segments.bits.members(segment))


def _by_number(members: _Numbers, order: Order, cursor: str | None, limit: int) -> tuple[_Numbers, str | None]:
    place = place_in(cursor, order, int)
    if order.descending:
        end = len(members) if place is None else int(np.searchsorted(members, place[0]))
        shown, more = members[max(0, end - limit) : end][::-1], end > limit
    else:
        start = 0 if place is None else int(np.searchsorted(members, place[0], side="right"))
        shown, more = members[start : start + limit], start + limit < len(members)
    return shown, cursor_of(order, int(shown[-1])) if more and len(shown) else None


def _by_entry(
    parts: Parts, segment: str, members: _Numbers, order: Order, cursor: str | None, limit: int
) -> tuple[_Numbers, str | None]:
    """In the order of the last entries, which are read piece by piece until the page is full."""
    place = place_in(cursor, order, int)
    way, sign = ("DESC", "<") if order.descending else ("ASC", ">")
    found: list[tuple[int, int]] = []
    at = None if place is None else place[0]
    while len(found) <= limit:
        behind = "true" if at is None else f"_seq {sign} {at}"
        rows = parts.log.query(
            f"SELECT _seq, _profile FROM facts.qualifications WHERE segment = {text(segment)} "
            f"AND status = 'realized' AND {behind} ORDER BY _seq {way} LIMIT {limit * _AHEAD}"
        )
        if not rows.height:
            break
        at = int(rows["_seq"][-1])
        last = _last_entries(parts, segment, rows["_profile"])
        kept = rows.filter(pl.col("_seq").is_in(last.implode()))
        inside = np.isin(kept["_profile"].to_numpy(), members)
        found += kept.filter(pl.Series(inside)).select("_profile", "_seq").iter_rows()
    shown = found[:limit]
    numbers = np.array([number for number, _ in shown], np.int32)
    return numbers, cursor_of(order, shown[-1][1]) if len(found) > limit else None


def _last_entries(parts: Parts, segment: str, profiles: pl.Series) -> pl.Series:
    """The arrival numbers of the last entries of these profiles."""
    listed = ", ".join(map(str, profiles.unique().to_list()))
    return parts.log.query(
        f"SELECT max(_seq) AS last FROM facts.qualifications WHERE segment = {text(segment)} "
        f"AND status = 'realized' AND _profile IN ({listed}) GROUP BY _profile"
    )["last"]


def _since(parts: Parts, segment: str, profiles: _Numbers) -> pl.Series:
    """When each of these entered last, in order."""
    moments = pl.Series("since", [], pl.Datetime("us", "UTC"))
    if not len(profiles):
        return moments
    listed = ", ".join(map(str, profiles.tolist()))
    rows = parts.log.query(
        f"SELECT _profile, arg_max(effective, _seq) AS since FROM facts.qualifications WHERE "
        f"segment = {text(segment)} AND status = 'realized' AND _profile IN ({listed}) GROUP BY _profile"
    )
    wanted = pl.DataFrame({"_profile": profiles})
    return wanted.join(rows, on="_profile", how="left", maintain_order="left")["since"]


def statistics(parts: Parts, found: Definition, history: pl.DataFrame, uses: Uses) -> SegmentStatistics:
    """See :meth:`parcours.service.segments.Segments.statistics`; ``history`` has its days, ``uses`` what it takes."""
    with parts.moving:
        state = parts.runner.state
        members = state.segments.bits.count(found.id)
        alive = int(state.alive.sum())
    return SegmentStatistics(
        segment=found.id,
        members=members,
        share=members / alive if alive else 0.0,
        growth={name: _growth(history, days) for name, days in (("day", 1), ("week", 7), ("month", 30))},
        trend=history["members"].tail(30).to_list(),
        used_by=uses.used_by,
        features=uses.features,
        shared_features=uses.shared_features,
        method=method_in(found.body).kind,
        last_change=_last_change(parts, found.id),
    )


def _growth(history: pl.DataFrame, days: int) -> Growth:
    if not history.height:
        return Growth(0, 0, 0)
    last: Any = history["day"].max()
    recent = history.filter(pl.col("day") > last - timedelta(days=days))
    entries, exits = int(recent["entries"].sum()), int(recent["exits"].sum())
    return Growth(entries, exits, entries - exits)


def _last_change(parts: Parts, segment: str) -> datetime | None:
    found = parts.log.query(
        f"SELECT effective FROM facts.qualifications WHERE segment = {text(segment)} ORDER BY _seq DESC LIMIT 1"
    )
    moment: datetime | None = found[0, 0] if found.height else None
    return moment
