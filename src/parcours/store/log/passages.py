"""Views over the steps of journeys: one row per run, and one row per visit of a run to an activity.

An activity that holds a run has a step on arrival and another one when it is left, and where activities race the losers
have no second one. These views put together what belongs together: steps ``waiting`` of one run and instant that follow
one another are a race where their detail names the rivals (``week|bought``), and in runs that never forked. Branches of
a fork that come to one activity leave it in the order in which they came.
"""

from __future__ import annotations

from parcours.store.log.columns import PROFILE, PROFILE_ID, Column, View

_JOURNEY = Column("journey", "VARCHAR", "id of the journey")
_RUN = Column("run", "VARCHAR", "id of the run: one passage of one profile")

RUNS = View(
    "journey_runs",
    "Every run of a journey: when it began, where it is, how it ended.",
    """
    SELECT p."_profile_id", r.* EXCLUDE (seq),
           CASE d.action WHEN 'test_on' THEN 'test' WHEN 'dry_run_on' THEN 'dry' ELSE 'live' END AS mode
    FROM (
        SELECT any_value(_profile) AS _profile, any_value(journey) AS journey, max_by(version, _seq) AS version, run,
               min(time) AS entered,
               max_by(CASE WHEN kind = 'end' THEN outcome ELSE 'inside' END, _seq) AS status,
               max_by(activity, _seq) AS activity, max(time) AS moved,
               CASE WHEN max_by(kind, _seq) = 'end' THEN max(time) END AS ended,
               max_by(detail, _seq) AS detail, min(_seq) AS seq
        FROM facts.journey_steps WHERE kind <> 'discard' AND outcome <> 'held_out' GROUP BY run
    ) r ASOF LEFT JOIN (
        SELECT id, version, _seq, action FROM facts.definitions
        WHERE kind = 'journey' AND action IN ('publish', 'reopen', 'test_on', 'dry_run_on')
    ) d ON r.journey = d.id AND r.version = d.version AND r.seq >= d._seq
    LEFT JOIN facts.profiles p ON p._profile = r._profile
    """,
    (
        PROFILE_ID,
        PROFILE,
        _JOURNEY,
        Column("version", "INTEGER", "version of the journey that the run is in, or was in last"),
        _RUN,
        Column("entered", "TIMESTAMPTZ", "when the run began"),
        Column(
            "status",
            "VARCHAR",
            "`inside`, or how it ended: `finished`, `error`, `timed_out`, `instance_timed_out`, `stopped`, `exited`, "
            "`merged` (the profile became part of another one that was inside before)",
        ),
        Column("activity", "VARCHAR", "id of the activity of the last step"),
        Column("moved", "TIMESTAMPTZ", "when the last step was"),
        Column("ended", "TIMESTAMPTZ", "when the run ended; null while inside"),
        Column("detail", "VARCHAR", "what the last step says beside its outcome"),
        Column("mode", "VARCHAR", "`live`, `test` or `dry`, as the version was when the run began"),
    ),
)


def visits_sql(condition: str = "true") -> str:
    """SQL of the visits among the steps that meet ``condition``, which keeps or drops whole journeys or runs."""
    return f"""
    WITH steps AS (
        SELECT _seq, hash(run) AS r, hash(activity) AS a, time, outcome = 'waiting' AS waits,
               outcome IN ('waiting', 'held', 'migrated') AS stays, outcome = 'migrated' AS carried,
               kind = 'fork' AS forks, kind = 'join' AS joins, kind = 'end' AS ends,
               CASE WHEN outcome = 'waiting' AND contains(detail, '|') THEN hash(detail) END AS rivals
        FROM facts.journey_steps WHERE kind <> 'discard' AND {condition}
    ), along AS (
        SELECT *, count(*) FILTER (NOT waits) OVER ways AS passed, bool_or(forks) OVER (PARTITION BY r) AS branches
        FROM steps WINDOW ways AS (PARTITION BY r ORDER BY _seq ROWS UNBOUNDED PRECEDING)
    ), here AS (
        SELECT *, lag(CASE WHEN waits THEN 1 WHEN stays THEN 2 ELSE 3 END) OVER place AS before,
               branches AND NOT joins AND count(rivals) OVER (PARTITION BY r, a) = 0 AS in_turn,
               count(*) FILTER (waits) OVER place - CAST(waits AS INTEGER) AS came,
               count(*) FILTER (NOT stays) OVER place - CAST(NOT stays AS INTEGER) AS gone
        FROM along WINDOW place AS (PARTITION BY r, a ORDER BY _seq ROWS UNBOUNDED PRECEDING)
    ), numbered AS (
        SELECT *, CASE WHEN NOT in_turn
                       THEN count(*) FILTER (opens) OVER (PARTITION BY r, a ORDER BY _seq ROWS UNBOUNDED PRECEDING)
                       WHEN NOT stays THEN gone + 1 WHEN carried AND came > gone THEN came
                       ELSE greatest(came, gone) + 1 END AS visit
        FROM (
            SELECT *, before IS NULL OR before = 3 OR before = 1 AND stays AND NOT carried AND NOT joins AS opens
            FROM here WHERE NOT ends OR before IS NULL
        )
    ), visits AS (
        SELECT r, visit, min(time) AS arrived, max(time) AS moved, min(_seq) AS seq, max(_seq) AS last,
               max(2 * _seq + CAST(stays AS BIGINT)) % 2 = 1 AS stays,
               min(passed) AS passed, coalesce(min_by(rivals, _seq), 0) AS rivals,
               bool_or(opens AND waits AND (rivals IS NOT NULL OR NOT branches)) AS races
        FROM numbered GROUP BY r, a, visit
    ), raced AS (
        SELECT v.*, CASE WHEN races AND stays THEN f.moved END AS overtaken
        FROM visits v LEFT JOIN (
            SELECT r, passed, arrived, rivals, min(moved) AS moved FROM visits WHERE races AND NOT stays GROUP BY ALL
        ) f USING (r, passed, arrived, rivals)
    ), ends AS (
        SELECT r, max(_seq) AS last, max(time) AS time FROM steps WHERE ends GROUP BY r
    ), carried AS (
        SELECT r, max(_seq) AS last, max(time) AS time FROM numbered WHERE carried AND opens GROUP BY r
    )
    SELECT p."_profile_id", s._profile, s.journey, s.version, s.run, s.activity, s.kind, visit, arrived,
           CASE WHEN NOT stays THEN moved WHEN overtaken IS NOT NULL THEN overtaken
                WHEN c.last > v.last AND c.time > moved THEN c.time WHEN e.last > v.last THEN e.time END AS "left",
           CASE WHEN NOT stays THEN s.outcome WHEN overtaken IS NOT NULL THEN 'overtaken'
                WHEN c.last > v.last AND c.time > moved THEN 'migrated' WHEN e.last > v.last THEN
                    (SELECT outcome FROM facts.journey_steps WHERE _seq = e.last)
                WHEN s.outcome = 'migrated' THEN 'waiting' ELSE s.outcome END AS outcome,
           s.detail, seq AS _seq
    FROM raced v JOIN facts.journey_steps s ON s._seq = v.last
    LEFT JOIN ends e USING (r) LEFT JOIN carried c USING (r) LEFT JOIN facts.profiles p ON p._profile = s._profile
    """


VISITS = View(
    "journey_visits",
    "Every visit of a run to an activity, from arrival to departure.",
    visits_sql(),
    (
        PROFILE_ID,
        PROFILE,
        _JOURNEY,
        Column("version", "INTEGER", "version of the journey's definition"),
        _RUN,
        Column("activity", "VARCHAR", "id of the activity; `entry` for the entry itself, unless it has a name"),
        Column("kind", "VARCHAR", "kind of the activity"),
        Column("visit", "BIGINT", "which visit of this run to this activity: 1, 2, 3 …"),
        Column("arrived", "TIMESTAMPTZ", "when the run came"),
        Column("left", "TIMESTAMPTZ", "when it left; null while it is there"),
        Column(
            "outcome",
            "VARCHAR",
            "label of the edge taken, `passed`, `error`; `waiting` or `held` while it is there; `overtaken` when "
            "another activity of a race was faster; `migrated` when the run went on elsewhere in another version; or "
            "how the run ended there",
        ),
        Column("detail", "VARCHAR", "what the step says beside its outcome"),
        Column("_seq", "BIGINT", "arrival number of the first step; the order within a run"),
    ),
)
