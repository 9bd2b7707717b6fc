"""Views over the steps of journeys: one row per run, and one row per visit of a run to an activity.

An activity that holds a run has a step on arrival and another one when it is left, and where activities race the losers
have no second one. These views put together what belongs together.
"""

from __future__ import annotations

from parcours.store.log.columns import PROFILE, PROFILE_ID, Column, View

_JOURNEY = Column("journey", "VARCHAR", "id of the journey")
_RUN = Column("run", "VARCHAR", "id of the run: one passage of one profile")

RUNS = View(
    "journey_runs",
    "Every run of a journey: when it began, where it is, how it ended.",
    """
    SELECT p."_profile_id", r.* FROM (
        SELECT any_value(_profile) AS _profile, any_value(journey) AS journey, max_by(version, _seq) AS version, run,
               min(time) AS entered,
               max_by(CASE WHEN kind = 'end' THEN outcome ELSE 'inside' END, _seq) AS status,
               max_by(activity, _seq) AS activity, max(time) AS moved,
               CASE WHEN max_by(kind, _seq) = 'end' THEN max(time) END AS ended,
               max_by(detail, _seq) AS detail
        FROM facts.journey_steps WHERE kind <> 'discard' AND outcome <> 'held_out' GROUP BY run
    ) r LEFT JOIN facts.profiles p USING (_profile)
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
            "`inside`, or how it ended: `finished`, `error`, `timed_out`, `instance_timed_out`, `stopped`, `exited`",
        ),
        Column("activity", "VARCHAR", "id of the activity of the last step"),
        Column("moved", "TIMESTAMPTZ", "when the last step was"),
        Column("ended", "TIMESTAMPTZ", "when the run ended; null while inside"),
        Column("detail", "VARCHAR", "what the last step says beside its outcome"),
    ),
)

VISITS = View(
    "journey_visits",
    "Every visit of a run to an activity, from arrival to departure.",
    """
    WITH steps AS (
        SELECT *, outcome IN ('waiting', 'held', 'migrated') AS stays, lag(outcome) OVER here AS before,
               count(*) FILTER (outcome <> 'waiting') OVER along AS passed,
               last_value(CASE WHEN outcome <> 'waiting' THEN kind END IGNORE NULLS) OVER along AS behind
        FROM facts.journey_steps WHERE kind <> 'discard'
        WINDOW here AS (PARTITION BY run, activity ORDER BY _seq), along AS (PARTITION BY run ORDER BY _seq)
    ), opening AS (
        SELECT *, before IS NULL OR before NOT IN ('waiting', 'held', 'migrated')
                  OR before = 'waiting' AND outcome IN ('waiting', 'held') AND kind <> 'join' AS opens
        FROM steps WHERE kind <> 'end' OR before IS NULL
    ), numbered AS (
        SELECT *, count(*) FILTER (opens) OVER (PARTITION BY run, activity ORDER BY _seq) AS visit FROM opening
    ), visits AS (
        SELECT any_value(_profile) AS _profile, any_value(journey) AS journey, max_by(version, _seq) AS version, run,
               activity, any_value(kind) AS kind, visit, min(time) AS arrived, max(_seq) AS last, max(time) AS moved,
               max_by(outcome, _seq) AS outcome, max_by(stays, _seq) AS stays, max_by(detail, _seq) AS detail,
               min_by(passed, _seq) AS passed, min_by(behind, _seq) AS behind, min_by(outcome, _seq) AS first,
               min(_seq) AS seq
        FROM numbered GROUP BY run, activity, visit
    ), raced AS (
        SELECT *, CASE WHEN first = 'waiting' AND behind <> 'fork'
                  THEN min(moved) FILTER (NOT stays AND first = 'waiting') OVER (PARTITION BY run, passed, arrived)
                  END AS overtaken
        FROM visits
    ), ends AS (
        SELECT run, max(_seq) AS last, max_by(outcome, _seq) AS outcome, max(time) AS time
        FROM facts.journey_steps WHERE kind = 'end' GROUP BY run
    ), carried AS (
        SELECT run, max(_seq) AS last, max(time) AS time FROM opening WHERE outcome = 'migrated' AND opens GROUP BY run
    )
    SELECT p."_profile_id", r._profile, r.journey, r.version, r.run, r.activity, r.kind, r.visit, r.arrived,
           CASE WHEN NOT r.stays THEN r.moved WHEN r.overtaken IS NOT NULL THEN r.overtaken
                WHEN c.last > r.last AND c.time > r.moved THEN c.time WHEN e.last > r.last THEN e.time END AS "left",
           CASE WHEN NOT r.stays THEN r.outcome WHEN r.overtaken IS NOT NULL THEN 'overtaken'
                WHEN c.last > r.last AND c.time > r.moved THEN 'migrated' WHEN e.last > r.last THEN e.outcome
                WHEN r.outcome = 'migrated' THEN 'waiting' ELSE r.outcome END AS outcome,
           r.detail, r.seq AS _seq
    FROM raced r LEFT JOIN ends e USING (run) LEFT JOIN carried c USING (run)
    LEFT JOIN facts.profiles p USING (_profile)
    """,
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
