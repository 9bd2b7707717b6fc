"""``workspace.records``: what happened, row by row, in pages: qualifications, steps, deliveries, events.

A page is one statement that ends at its last row: filters, order and cursor are part of it, so a page of a table of
millions takes milliseconds, and no other row leaves the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.core.clock import iso
from parcours.core.errors import UnknownNameError, nearest
from parcours.service.paging import PAGE, Order, Page, check_limit, cursor_of, place_in
from parcours.service.reporting.sql import text
from parcours.service.reports import profile_number
from parcours.service.segments import Moment, as_instant
from parcours.store.log.types import quote

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

_RESULT = "coalesce((SELECT any_value(o.result) FROM facts.outcomes o WHERE o.key = deliveries.key), 'pending')"
#: Arrivals among which a page is looked for first, and how many times more each time that it was not full.
_NEAR, _FURTHER = 20_000, 32


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the log as it is shown: its name, its columns, and the one that says when a row happened.

    ``further`` are columns of a table that is ``joined`` with the rows of a page, which are called ``page``.
    """

    table: str
    columns: tuple[str, ...]
    time: str
    condition: str = "true"
    further: tuple[str, ...] = ()
    joined: str = ""


_QUALIFICATIONS = Source("qualifications", ("segment", "version", "status", "effective", "cause"), "effective")
_STEPS = Source(
    "journey_steps",
    ("journey", "version", "run", "activity", "kind", "outcome", "time", "detail"),
    "time",
)
_DELIVERIES = Source(
    "deliveries",
    ("key", "channel", "journey", "version", "run", "activity", "decided", "content"),
    "decided",
    further=("coalesce(o.result, 'pending') AS result", "o.time AS settled", "o.attempts", "o.detail", "o.answer"),
    joined="LEFT JOIN facts.outcomes o ON o.key = page.key",
)


class Records:
    """What happened, row by row. Made by the workspace; frames are Polars frames.

    Every method gives a :class:`~parcours.service.paging.Page`. ``sort`` is ``arrived`` (the order in which the
    workspace learnt of it) or the name of the column that says when it happened, with ``-`` in front for the newest
    first; ``cursor`` is the ``next`` of the page before.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def qualifications(
        self,
        *,
        segment: str | None = None,
        profile: str | None = None,
        status: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        sort: str = "-arrived",
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Entries and exits: ``profile_id``, ``segment``, ``version``, ``status``, ``effective``, ``cause``.

        Args:
            segment: of this segment only.
            profile: of this profile only.
            status: ``realized`` or ``exited`` only.
            since, until: from this instant on, and before that one.
            sort: ``arrived`` or ``effective``; ``-`` in front of it: the newest first.
            cursor: ``next`` of the page before.
            limit: at most so many rows.

        Raises:
            UnknownNameError: there is no such profile.
            InputError: the order, the cursor, the limit or an instant cannot be read.
        """
        filters = {"segment": segment, "status": status}
        return self._page(_QUALIFICATIONS, filters, profile, since, until, sort, cursor, limit)

    def steps(
        self,
        *,
        journey: str | None = None,
        profile: str | None = None,
        version: int | None = None,
        run: str | None = None,
        activity: str | None = None,
        outcome: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        sort: str = "-arrived",
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Steps in journeys: ``profile_id``, ``journey``, ``version``, ``run``, ``activity``, ``kind``, ``outcome``,
        ``time``, ``detail``.

        Args:
            journey, version, run, activity, outcome: only steps with these.
            profile, since, until, cursor, limit: see :meth:`qualifications`.
            sort: ``arrived`` or ``time``; ``-`` in front of it: the newest first.

        Raises:
            UnknownNameError, InputError: see :meth:`qualifications`.
        """
        filters = {"journey": journey, "version": version, "run": run, "activity": activity, "outcome": outcome}
        return self._page(_STEPS, filters, profile, since, until, sort, cursor, limit)

    def deliveries(
        self,
        *,
        journey: str | None = None,
        profile: str | None = None,
        version: int | None = None,
        activity: str | None = None,
        channel: str | None = None,
        result: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        sort: str = "-arrived",
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Messages and calls: ``profile_id``, ``key``, ``channel``, ``journey``, ``version``, ``run``, ``activity``,
        ``decided``, ``content``, ``result`` (``pending`` before there is one), and of the result: ``settled`` (when),
        ``attempts``, ``detail`` (what the channel said) and ``answer`` (JSON: where it went, or what came back).

        Args:
            journey, version, activity, channel, result: only deliveries with these.
            profile, since, until, cursor, limit: see :meth:`qualifications`.
            sort: ``arrived`` or ``decided``; ``-`` in front of it: the newest first.

        Raises:
            UnknownNameError, InputError: see :meth:`qualifications`.
        """
        filters = {"journey": journey, "version": version, "activity": activity, "channel": channel}
        source = _DELIVERIES if result is None else replace(_DELIVERIES, condition=f"{_RESULT} = {text(result)}")
        return self._page(source, filters, profile, since, until, sort, cursor, limit)

    def events(
        self,
        event: str,
        *,
        profile: str | None = None,
        where: Mapping[str, str | int | float | bool] | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        sort: str = "-arrived",
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Events of a type that count: ``profile_id``, ``event_id``, ``time``, and a column per property.

        Args:
            event: type of the events.
            where: only events whose properties have these values.
            profile, since, until, cursor, limit: see :meth:`qualifications`.
            sort: ``arrived`` or ``time``; ``-`` in front of it: the newest first.

        Raises:
            UnknownNameError: there is no such event type, property or profile.
            InputError: see :meth:`qualifications`.
        """
        known = self._parts.log.schema.events
        if event not in known:
            raise UnknownNameError(
                f"there are no events of type {event!r}", code="unknown-event", hint=nearest(event, known)
            )
        for name in where or {}:
            if name not in known[event]:
                raise UnknownNameError(
                    f"event {event!r} has no property {name!r}", where=event, hint=nearest(name, known[event])
                )
        source = Source(f"event_{event}", ("_event_id", "_time", *known[event]), "_time", "_retracted IS NULL")
        order = "-_time" if sort == "-time" else "_time" if sort == "time" else sort
        page = self._page(source, dict(where or {}), profile, since, until, order, cursor, limit)
        return Page(page.items.rename({"_event_id": "event_id", "_time": "time"}), page.next)

    # --- how ---------------------------------------------------------------------------------------------

    def _page(
        self,
        source: Source,
        filters: Mapping[str, Any],
        profile: str | None,
        since: Moment | None,
        until: Moment | None,
        sort: str,
        cursor: str | None,
        limit: int,
    ) -> Page:
        check_limit(limit)
        order = Order.read(sort, ("arrived", source.time))
        conditions = [source.condition]
        conditions += [f"{quote(name)} = {literal(value)}" for name, value in filters.items() if value is not None]
        if profile is not None:
            conditions.append(f"_profile = {profile_number(self._parts.log, profile)}")
        for sign, moment in ((">=", since), ("<", until)):
            if moment is not None:
                conditions.append(f"{quote(source.time)} {sign} {instant_literal(as_instant(moment))}")
        conditions += behind(order, source.time, cursor)
        if order.column == "arrived":
            rows = self._near(source, conditions, order, cursor, limit + 1)
        else:
            rows = self._parts.log.query(_statement(source, conditions, order, limit + 1))
        return _page_of(rows, source, order, limit)

    def _near(
        self, source: Source, conditions: list[str], order: Order, cursor: str | None, limit: int
    ) -> pl.DataFrame:
        """The next rows in order of arrival, looked for near the place where the page begins, then further and further
        away: rows lie in that order, so the database leaves out what is elsewhere."""
        place = place_in(cursor, order, int)
        newest = int(self._parts.log.query("SELECT coalesce(max(_seq), 0) FROM facts.ticks").item())
        start = place[0] if place is not None else newest if order.descending else 0
        width = _NEAR
        while True:
            end = start - width if order.descending else start + width
            whole = end <= 0 if order.descending else end >= newest
            near = [] if whole else [f"_seq {'>=' if order.descending else '<='} {end}"]
            rows = self._parts.log.query(_statement(source, [*conditions, *near], order, limit))
            if whole or rows.height == limit:
                return rows
            width *= _FURTHER


def literal(value: Any) -> str:
    """A value as SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else text(str(value))


def instant_literal(moment: int) -> str:
    """An instant, in microseconds, as SQL."""
    return f"TIMESTAMPTZ {text(iso(moment))}"


def behind(order: Order, time: str, cursor: str | None) -> list[str]:
    """The conditions on rows behind a cursor.

    Raises:
        InputError: ``bad-cursor``.
    """
    sign = "<" if order.descending else ">"
    if order.column == "arrived":
        found = place_in(cursor, order, int)
        return [] if found is None else [f"_seq {sign} {found[0]}"]
    found = place_in(cursor, order, int, int)
    if found is None:
        return []
    moment, column = instant_literal(found[0] or 0), quote(time)
    return [f"{column} {sign}= {moment}", f"({column} {sign} {moment} OR _seq {sign} {found[1]})"]


def _statement(source: Source, conditions: list[str], order: Order, limit: int) -> str:
    way = "DESC" if order.descending else "ASC"
    first = "" if order.column == "arrived" else f"{quote(source.time)} {way}, "
    names = ", ".join(map(quote, source.columns))
    page = (
        f"SELECT _seq, _profile, {names} FROM facts.{quote(source.table)} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {first}_seq {way} LIMIT {limit}"
    )
    shown = ["(SELECT p._profile_id FROM facts.profiles p WHERE p._profile = page._profile) AS profile_id"]
    shown += [f"page.{quote(name)}" for name in source.columns] + list(source.further)
    again = first and f"page.{first}"
    return f"SELECT page._seq, {', '.join(shown)} FROM ({page}) page {source.joined} ORDER BY {again}page._seq {way}"


def _page_of(rows: pl.DataFrame, source: Source, order: Order, limit: int) -> Page:
    shown = rows.head(limit)
    following = None
    if rows.height > limit:
        last = shown.row(-1, named=True)
        if order.column == "arrived":
            following = cursor_of(order, last["_seq"])
        else:
            moment = shown[source.time].cast(pl.Datetime("us", "UTC")).to_physical()[-1]
            following = cursor_of(order, moment, last["_seq"])
    return Page(shown.drop("_seq"), following)
