"""What happened at each activity: counters, edges, errors, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from parcours.service.reporting.sql import of_journey, visits_of

if TYPE_CHECKING:
    from parcours.store.log import Log


def funnel(log: Log, journey: str) -> pl.DataFrame:
    """Per activity: ``arrived``, ``waiting`` now, ``left``, in the order in which they were first reached.

    ``outcomes`` says how they were left: ``big 12, otherwise 40``.
    """
    return log.query(
        f"""
        WITH visits AS (
            SELECT activity, any_value(kind) AS kind, CASE WHEN "left" IS NOT NULL THEN outcome END AS how,
                   count(*) AS visits, min(_seq) AS first
            FROM {visits_of(log, journey)} GROUP BY activity, how
        )
        SELECT activity, any_value(kind) AS kind, CAST(sum(visits) AS BIGINT) AS arrived,
               CAST(coalesce(sum(visits) FILTER (how IS NULL), 0) AS BIGINT) AS waiting,
               CAST(coalesce(sum(visits) FILTER (how IS NOT NULL), 0) AS BIGINT) AS "left",
               coalesce(string_agg(how || ' ' || visits, ', ' ORDER BY visits DESC, how), '') AS outcomes
        FROM visits GROUP BY activity ORDER BY min(first)
        """
    )


def activity_totals(log: Log, journey: str, version: int | None = None) -> pl.DataFrame:
    """Per activity in the order in which they were first reached.

    ``activity``, ``kind``; visits: ``arrived`` = ``waiting`` (now, ``held`` in front of it among them) + ``left``;
    ``people`` that came; of those that left, ``overtaken`` (another activity of a race was faster), ``errors`` and
    ``passed`` (went on without its being done).
    """
    return log.query(
        f"""
        SELECT activity, any_value(kind) AS kind, count(*) AS arrived, count(DISTINCT _profile) AS people,
               count(*) FILTER ("left" IS NULL) AS waiting,
               count(*) FILTER ("left" IS NULL AND outcome = 'held') AS held,
               count("left") AS "left", count(*) FILTER (outcome = 'overtaken') AS overtaken,
               count(*) FILTER (outcome = 'error') AS errors, count(*) FILTER (outcome = 'passed') AS passed
        FROM {visits_of(log, journey)} WHERE {of_journey(journey, version)} GROUP BY activity ORDER BY min(_seq)
        """
    )


def edge_totals(log: Log, journey: str, version: int | None = None) -> pl.DataFrame:
    """How often each way out was taken: ``activity``, ``label``, ``runs``. Ends that are no way out, ``overtaken`` and
    ``passed`` are among the labels."""
    return log.query(
        f"""
        SELECT activity, outcome AS label, count(*) AS runs
        FROM {visits_of(log, journey)} WHERE "left" IS NOT NULL AND {of_journey(journey, version)}
        GROUP BY activity, label ORDER BY min(_seq), runs DESC, label
        """
    )


def errors(log: Log, journey: str | None = None) -> pl.DataFrame:
    """Steps that failed, and why: ``journey``, ``version``, ``activity``, ``kind``, ``code``, ``steps``, ``people``,
    ``last``. Whether the run went on by an alternative path makes no difference."""
    return log.query(
        f"""
        SELECT journey, version, activity, any_value(kind) AS kind, coalesce(detail, 'error') AS code,
               count(*) AS steps, count(DISTINCT _profile) AS people, max(time) AS last
        FROM facts.journey_steps WHERE outcome = 'error' AND kind <> 'end' AND {of_journey(journey)}
        GROUP BY journey, version, activity, code ORDER BY steps DESC, journey, activity, code
        """
    )


def calls(log: Log, journey: str | None = None) -> pl.DataFrame:
    """Messages and calls by what they go to, over all journeys or of one.

    ``channel``, ``endpoint`` (name of the custom action or data source, else the address of a web hook without its
    query, else empty), ``result`` (``pending`` without one), ``deliveries``, ``attempts``, ``longest`` from the first
    attempt to the result.
    """
    return log.query(
        f"""
        SELECT d.channel, coalesce(d.content ->> '$.action', d.content ->> '$.source',
                                   regexp_extract(d.content ->> '$.url', '^[^?#]*'), '') AS endpoint,
               coalesce(o.result, 'pending') AS result, count(*) AS deliveries,
               CAST(coalesce(sum(o.attempts), 0) AS BIGINT) AS attempts,
               max(epoch_us(o.time) - epoch_us(o.started)) AS longest
        FROM facts.deliveries d LEFT JOIN outcomes o USING (key)
        WHERE {of_journey(journey)} GROUP BY ALL ORDER BY channel, endpoint, result
        """
    ).with_columns(pl.col("longest").cast(pl.Duration("us")))


def deliveries(log: Log) -> pl.DataFrame:
    """Messages by journey, channel and result (``pending`` without one): ``messages``."""
    return log.query(
        """
        SELECT d.journey, d.activity, d.channel, coalesce(o.result, 'pending') AS result, count(*) AS messages
        FROM facts.deliveries d LEFT JOIN outcomes o USING (key) GROUP BY ALL ORDER BY ALL
        """
    )
