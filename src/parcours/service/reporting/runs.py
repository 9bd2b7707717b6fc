"""How many entered, are inside, and ended in which way; entries per day; time between activities; who got stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from parcours.service.reporting.sql import of_journey, runs_of, text, visits_of

if TYPE_CHECKING:
    from parcours.store.log import Log

#: How runs end, in the order of the columns of :func:`run_totals`.
ENDS = ("finished", "error", "timed_out", "exited", "instance_timed_out", "stopped", "merged")


def run_totals(log: Log, journey: str | None = None, *, by_version: bool = True) -> pl.DataFrame:
    """Per journey (and version) that has steps: numbers of runs.

    ``entered`` = ``in_progress`` + ``finished`` + ``error`` + ``timed_out`` + ``exited`` + ``instance_timed_out`` +
    ``stopped`` + ``merged``; ``failed`` = ``error`` + ``timed_out``. ``held_out`` were kept for comparison and
    ``discarded`` not let in; both are in none of the others. A run counts for the version that it is in, or was in
    last; tests and dry runs do not count.
    """
    ends = ", ".join(f"count(*) FILTER (status = '{end}') AS {end}" for end in ENDS)
    key = "journey, version" if by_version else "journey"
    return log.query(
        f"""
        WITH runs AS (
            SELECT {key}, count(*) AS entered, count(*) FILTER (status = 'inside') AS in_progress, {ends}
            FROM {runs_of(journey)} GROUP BY {key}
        ), others AS (
            SELECT {key}, count(*) FILTER (outcome = 'held_out') AS held_out,
                   count(*) FILTER (kind = 'discard') AS discarded
            FROM facts.journey_steps
            WHERE (kind = 'discard' OR outcome = 'held_out') AND {of_journey(journey)} GROUP BY {key}
        )
        SELECT {key}, coalesce(entered, 0) AS entered, coalesce(in_progress, 0) AS in_progress,
               {", ".join(f"coalesce({end}, 0) AS {end}" for end in ENDS)},
               coalesce(error + timed_out, 0) AS failed, coalesce(held_out, 0) AS held_out,
               coalesce(discarded, 0) AS discarded
        FROM runs FULL JOIN others USING ({key}) ORDER BY {key}
        """
    )


def entries_per_day(log: Log, journey: str | None = None, zone: str = "UTC") -> pl.DataFrame:
    """Per journey and day of ``zone`` with entries: ``journey``, ``day``, ``entered``, ``held_out``."""
    return log.query(
        f"""
        WITH entries AS (
            SELECT journey, entered AS time, true AS let_in FROM {runs_of(journey)}
            UNION ALL
            SELECT journey, time, false FROM facts.journey_steps WHERE kind = 'entry' AND outcome = 'held_out'
        )
        SELECT journey, CAST(time AT TIME ZONE {text(zone)} AS DATE) AS day,
               count(*) FILTER (let_in) AS entered, count(*) FILTER (NOT let_in) AS held_out
        FROM entries WHERE {of_journey(journey)} GROUP BY ALL ORDER BY ALL
        """
    )


def passages(log: Log, journey: str, first: str, then: str) -> pl.DataFrame:
    """The time between two activities of a run: ``runs``, ``least``, ``median``, ``mean``, ``most``.

    From the departure from ``first`` (an activity, or the entry) to the next arrival at ``then``; runs that never came
    there do not count. The times are durations, null where there are no runs.
    """
    return log.query(
        f"""
        WITH places AS (SELECT * FROM {visits_of(log, journey)}),
        times AS (
            SELECT epoch_us(min(b.arrived)) - epoch_us(a."left") AS took
            FROM places a JOIN places b ON b.run = a.run AND b._seq > a._seq AND b.arrived >= a."left"
            WHERE a.activity = {text(first)} AND b.activity = {text(then)} GROUP BY a.run, a.visit, a."left"
        )
        SELECT count(*) AS runs, min(took) AS least, CAST(median(took) AS BIGINT) AS median,
               CAST(avg(took) AS BIGINT) AS mean, max(took) AS most FROM times
        """
    ).with_columns(pl.col("least", "median", "mean", "most").cast(pl.Duration("us")))


def stuck(log: Log, journey: str, activity: str) -> pl.DataFrame:
    """Who came to an activity and did not pass on: ``_profile_id``, ``run``, ``arrived``, ``outcome``, ``detail``.

    ``outcome`` is ``waiting`` or ``held`` of who is still there, else how the run ended there.
    """
    return log.query(
        f"""
        SELECT v._profile_id, v.run, v.arrived,
               CASE WHEN v."left" IS NULL THEN v.outcome ELSE r.status END AS outcome,
               coalesce(v.detail, r.detail) AS detail
        FROM {visits_of(log, journey)} v JOIN journey_runs r USING (run)
        WHERE v.activity = {text(activity)}
          AND (v."left" IS NULL OR r.activity = v.activity AND r.status NOT IN ('inside', 'finished'))
        ORDER BY v.arrived, v._profile_id
        """
    )
