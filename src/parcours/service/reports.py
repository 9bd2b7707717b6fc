"""What happened, from the log: members and movements per day, and journeys in few numbers (more: ``reporting``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from parcours.core.clock import as_datetime
from parcours.core.errors import UnknownNameError
from parcours.service.reporting.activities import deliveries, funnel
from parcours.service.reporting.runs import run_totals
from parcours.service.reporting.sql import text
from parcours.store.log import Log
from parcours.store.log.types import quote

__all__ = [
    "all_ids",
    "deliveries",
    "event_counts",
    "funnel",
    "history",
    "journey_totals",
    "membership",
    "memberships",
    "moment_text",
    "pending_messages",
    "profile_number",
    "sample",
    "sparkline",
    "text",
]

_BLOCKS = " ▁▂▃▄▅▆▇█"


def profile_number(log: Log, profile: str) -> int:
    """The number of a profile, by any of its ids.

    Raises:
        UnknownNameError: nobody has this id.
    """
    found = log.resolve([profile])["_profile"].drop_nulls()
    if not len(found):
        raise UnknownNameError(
            f"there is no profile {profile!r}",
            code="unknown-profile",
            hint='look for it: parcours sql "SELECT * FROM profiles LIMIT 10"',
        )
    return int(found.item())


def all_ids(log: Log, profile: str) -> list[str]:
    """All ids of a profile, by any of them: what it is called, then the others, sorted.

    Raises:
        UnknownNameError: nobody has this id.
    """
    number = profile_number(log, profile)
    found = log.resolve(log.ids_of(log.parts_of(number))).filter(pl.col("_profile") == number)
    main = found["_profile_id"][0]
    return [main, *(id_ for id_ in found["id"].to_list() if id_ != main)]


def event_counts(log: Log, profile: int | None = None) -> dict[str, int]:
    """How many events of each type count, of everybody or of the profile with this number; retracted ones do not."""
    whose = "" if profile is None else f" AND _profile = {profile}"
    asked = [
        f"SELECT {text(event)} AS event, count(*) AS events FROM facts.{quote('event_' + event)} "
        f"WHERE _retracted IS NULL{whose}"
        for event in log.schema.events
    ]
    counted = dict(log.query(" UNION ALL ".join(asked)).iter_rows()) if asked else {}
    return {event: counted[event] for event in log.schema.events}


def pending_messages(log: Log) -> int:
    """How many messages were decided and are not settled."""
    return int(log.query("SELECT count(*) FROM facts.deliveries d ANTI JOIN outcomes o USING (key)").item())


def history(log: Log, segment: str, zone: str = "UTC") -> pl.DataFrame:
    """Per day from the first tick to the last: ``day``, ``entries``, ``exits`` and ``members`` at its end.

    Days are those of ``zone``; an entry counts on the day on which the rule became true.
    """
    moved = log.query(
        f"""
        SELECT CAST(effective AT TIME ZONE {text(zone)} AS DATE) AS day,
               count(*) FILTER (status = 'realized') AS entries, count(*) FILTER (status = 'exited') AS exits
        FROM facts.qualifications WHERE segment = {text(segment)} GROUP BY day ORDER BY day
        """
    )
    days = _days(log, zone, moved)
    return (
        days.join(moved, on="day", how="left", maintain_order="left")
        .with_columns(pl.col("entries", "exits").fill_null(0))
        .with_columns(members=(pl.col("entries") - pl.col("exits")).cum_sum())
    )


def _days(log: Log, zone: str, moved: pl.DataFrame) -> pl.DataFrame:
    ticks = log.query("SELECT min(now) AS first, max(now) AS last FROM ticks").row(0)
    found = [moment.astimezone(ZoneInfo(zone)).date() for moment in ticks if isinstance(moment, datetime)]
    found += [day for day in moved["day"] if isinstance(day, date)]
    if not found:
        return pl.DataFrame(schema={"day": pl.Date})
    return pl.DataFrame({"day": pl.date_range(min(found), max(found), eager=True)})


def memberships(log: Log, profile: int) -> list[dict[str, Any]]:
    """Per segment the profile was ever in: ``segment``, ``status``, ``effective``, ``version``, ``just_now``."""
    return log.query(
        f"""
        SELECT segment, arg_max(status, _seq) AS status, arg_max(effective, _seq) AS effective,
               arg_max(version, _seq) AS version,
               max(_tick) = (SELECT max(_tick) FROM ticks) AS just_now
        FROM facts.qualifications WHERE _profile = {profile} GROUP BY segment ORDER BY segment
        """
    ).to_dicts()


def membership(row: Mapping[str, Any]) -> dict[str, object]:
    """One of :func:`memberships` as an entry of ``segmentMembership`` (segment-membership.md, section 2)."""
    status = "existing" if row["status"] == "realized" and not row["just_now"] else row["status"]
    return {"status": status, "lastQualificationTime": row["effective"], "version": row["version"]}


def sample(log: Log, segment: str, size: int) -> pl.DataFrame:
    """Some members with their attributes: the same ones each time, spread over all."""
    return log.query(
        f"""
        SELECT m.since AS _since, p.* FROM members m JOIN profiles p ON p._profile = m._profile
        WHERE m.segment = {text(segment)} ORDER BY hash(m._profile_id), m._profile LIMIT {int(size)}
        """
    )


# --- journeys ------------------------------------------------------------------------------------------


def journey_totals(log: Log) -> pl.DataFrame:
    """Per journey somebody ever entered or tried to: runs ``entered``, ``inside``, ``ended``; ``not_let_in``."""
    return run_totals(log, by_version=False).select(
        "journey",
        "entered",
        inside="in_progress",
        ended=pl.col("entered") - pl.col("in_progress"),
        not_let_in="discarded",
    )


# --- drawing -------------------------------------------------------------------------------------------


def sparkline(values: list[float], width: int = 52) -> str:
    """The values as a line of blocks, each block the mean of its stretch, on a scale from 0 to the greatest."""
    if not values:
        return ""
    width = min(width, len(values))
    edges = [round(place * len(values) / width) for place in range(width + 1)]
    means = [sum(values[lo:hi]) / (hi - lo) for lo, hi in pairwise(edges)]
    top = max(*means, 0.0) if len(means) > 1 else max(means[0], 0.0)
    if top <= 0:
        return _BLOCKS[1] * width
    return "".join(_BLOCKS[max(1, min(8, round(mean / top * 8)))] for mean in means)


def moment_text(moment: int) -> str:
    """An instant for people, to the minute, in UTC."""
    return as_datetime(moment).strftime("%Y-%m-%d %H:%M")
