"""The tables and views of the log, each column with its meaning.

One declaration: the database is made from it (:mod:`parcours.store.log.layout`) and the reference page is
written from it (tools/reference/log_tables.py). Columns that start with ``_`` belong to Parcours and
mean the same in every table; all others are named by :mod:`parcours.core.facts` or by the user.
"""

from __future__ import annotations

from parcours.store.log.columns import PROFILE, PROFILE_ID, SEQ, TICK, Column, Table, View
from parcours.store.log.passages import RUNS, VISITS

#: Version of the layout below. Raise it with every change and add the step to ``layout.UPGRADES``.
LAYOUT_VERSION = 6

EVENT_ID = Column("_event_id", "VARCHAR", "id of the event, its own within the event type")
TIME = Column("_time", "TIMESTAMPTZ", "when it happened")
RETRACTED = Column("_retracted", "BIGINT", "tick that retracted the row (corrected or deleted); null while it counts")
SET = Column("_set", "VARCHAR[]", "attributes the row sets; a null in one of them clears it")
MESSAGE = Column("_message", "VARCHAR", "id of the message that brought the row; null without one")
#: What stands in place of an event type for the ids of messages that changed attributes.
MESSAGES = "changes of attributes"

TICKS = Table(
    "ticks",
    "Every tick, also those that took in nothing.",
    (
        TICK,
        Column("now", "TIMESTAMPTZ", "instant of the tick"),
        Column("events", "BIGINT", "events taken in by the tick"),
        Column("_seq", "BIGINT", "last arrival number given out when the tick ended"),
    ),
)
PROFILES = Table(
    "profiles",
    "Every profile that was ever seen, unless erased.",
    (
        TICK,
        SEQ,
        PROFILE,
        PROFILE_ID,
        Column("_time", "TIMESTAMPTZ", "when the profile was first known of"),
        Column("_first_id", "VARCHAR", "what it was called at first; null when it is called so still"),
        Column("_merged", "INTEGER", "number of the profile that it was merged into; null of profiles of their own"),
    ),
)
IDENTITIES = Table(
    "identities",
    "What became known about ids of profiles, in the order in which it applied; also which profiles were merged.",
    (
        TICK,
        SEQ,
        PROFILE,
        Column(
            "kind",
            "VARCHAR",
            "`main` (the profile is called `id` from then on), `alias` (`id` is one more id of it), `since` (what "
            "happens under `id` from `_time` on is the profile's), `merge` (it became part of `_into`) or `unmerge`",
        ),
        Column("_into", "INTEGER", "number of the profile merged into, or separated from"),
        Column("id", "VARCHAR", "the id"),
        Column("was", "VARCHAR", "what the profile was called before"),
        Column("merge", "VARCHAR", "id of the merge"),
        Column("_time", "TIMESTAMPTZ", "when it was said"),
        Column("reason", "VARCHAR", "what said so: `identify`, `alias`, `merge`, or `asked`"),
        Column("message_id", "VARCHAR", "id of the message that said so"),
    ),
)
MOVED_EVENTS = Table(
    "moved_events",
    "Events that changed hands when profiles were merged or separated.",
    (
        TICK,
        SEQ,
        PROFILE,
        Column("_was", "INTEGER", "number of the profile whose it was"),
        Column("event", "VARCHAR", "type of the event"),
        EVENT_ID,
    ),
)
EVENT_ORIGINS = Table(
    "event_origins",
    "Events that came under another id than the one that their profile was called by.",
    (
        TICK,
        SEQ,
        PROFILE,
        Column("event", "VARCHAR", "type of the event"),
        EVENT_ID,
        Column("id", "VARCHAR", "the id that it came under"),
    ),
)
PROFILE_CHANGES = Table(
    "profile_changes",
    "Changes of attributes as they came; one typed column per attribute follows these.",
    (TICK, SEQ, PROFILE, TIME, SET, MESSAGE),
)
QUALIFICATIONS = Table(
    "qualifications",
    "A profile entered or left a segment.",
    (
        TICK,
        SEQ,
        PROFILE,
        Column("segment", "VARCHAR", "id of the segment"),
        Column("version", "INTEGER", "version of the segment's definition"),
        Column("status", "VARCHAR", "`realized` (entered) or `exited` (left)"),
        Column("effective", "TIMESTAMPTZ", "when the rule became true or false"),
        Column("cause", "VARCHAR", "`change` (data or time), `publish`, `withdraw`, `erase`, `merge` or `unmerge`"),
    ),
)
JOURNEY_STEPS = Table(
    "journey_steps",
    "A run of a journey arrived at an activity, or ended.",
    (
        TICK,
        SEQ,
        PROFILE,
        Column("journey", "VARCHAR", "id of the journey"),
        Column("version", "INTEGER", "version of the journey's definition"),
        Column("run", "VARCHAR", "id of the run: one passage of one profile"),
        Column("activity", "VARCHAR", "id of the activity"),
        Column("kind", "VARCHAR", "kind of the activity"),
        Column("outcome", "VARCHAR", "how it was left: label of the edge taken, `waiting`, or the kind of end"),
        Column("time", "TIMESTAMPTZ", "when"),
        Column("detail", "VARCHAR", "more about it, in words or JSON"),
    ),
)
DELIVERIES = Table(
    "deliveries",
    "A message was decided. What became of it stands in `outcomes`.",
    (
        TICK,
        SEQ,
        PROFILE,
        Column("key", "VARCHAR", "idempotency key; one message, one key, however often it is tried"),
        Column("channel", "VARCHAR", "channel, for example `email`"),
        Column("journey", "VARCHAR", "id of the journey"),
        Column("version", "INTEGER", "version of the journey's definition"),
        Column("run", "VARCHAR", "id of the run"),
        Column("activity", "VARCHAR", "id of the activity"),
        Column("decided", "TIMESTAMPTZ", "when the message was decided"),
        Column("content", "VARCHAR", "JSON that the channel needs: address, template and its values"),
    ),
)
OUTCOMES = Table(
    "outcomes",
    "What became of deliveries, of messages and of calls to other services; and the signals that came later: rows "
    "without `started`.",
    (
        TICK,
        SEQ,
        Column("key", "VARCHAR", "idempotency key of the delivery"),
        Column(
            "result",
            "VARCHAR",
            "of a message `sent`, `failed` (for good) or `skipped`; of a call `ok`, `http_<code>`, `timedout`, "
            "`capped`, `error` or `withdrawn` (not made, as the run was ended; `detail` says how); or the signal, such "
            "as `opened` or `clicked`",
        ),
        Column("attempts", "INTEGER", "attempts made"),
        Column("detail", "VARCHAR", "what the channel answered; of a signal the link that was followed"),
        Column("time", "TIMESTAMPTZ", "when it was settled"),
        Column("started", "TIMESTAMPTZ", "when the first attempt began; null of a signal"),
        Column("answer", "VARCHAR", 'of a call: the JSON that came back; of a message: `{"to": …}`, where it went'),
    ),
)
DEAD_LETTERS = Table(
    "dead_letters",
    "Input that was not taken in, with the reason.",
    (
        TICK,
        SEQ,
        Column("source", "VARCHAR", "file or request"),
        Column("row", "BIGINT", "row in it, counted from 1"),
        Column("column", "VARCHAR", "column at fault"),
        Column("code", "VARCHAR", "stable code of the reason"),
        Column("reason", "VARCHAR", "what is wrong"),
        Column("hint", "VARCHAR", "how to mend it"),
        Column("payload", "VARCHAR", "the row as JSON"),
        Column("received", "TIMESTAMPTZ", "when it arrived"),
        Column("event", "VARCHAR", "event type, where it is about one"),
        Column("status", "VARCHAR", "what became of it: `mended`, `replayed` or `dismissed`; null while it is open"),
        Column("settled", "TIMESTAMPTZ", "when that was done"),
    ),
)
VIOLATIONS = Table(
    "violations",
    "What was done against tracking plans, counted by tick.",
    (
        TICK,
        SEQ,
        Column("source", "VARCHAR", "id of the source"),
        Column("event", "VARCHAR", "event type, or `identify`"),
        Column("property", "VARCHAR", "property at fault, a path with dots; empty: the event itself"),
        Column("rule", "VARCHAR", "rule of the plan: `required`, `type` …, or `unplanned`"),
        Column("rejected", "BOOLEAN", "whether the events became dead letters"),
        Column("count", "BIGINT", "how many events"),
        Column("example", "VARCHAR", "one of them as JSON"),
        Column("time", "TIMESTAMPTZ", "when the last of them came"),
    ),
)
DEFINITIONS = Table(
    "definitions",
    "Segments and journeys that started or stopped to be evaluated.",
    (
        TICK,
        SEQ,
        Column("kind", "VARCHAR", "`segment` or `journey`"),
        Column("id", "VARCHAR", "id of the definition"),
        Column("version", "INTEGER", "its version"),
        Column("action", "VARCHAR", "`publish` or `stop`"),
        Column("body", "VARCHAR", "the definition as JSON; `{}` on stop"),
    ),
)
ERASED = Table(
    "erased",
    "Numbers of erased profiles. Everything else about them is gone.",
    (TICK, SEQ, PROFILE),
)
CONSUMED = Table(
    "consumed",
    "How far the files of the inbox have been taken in.",
    (Column("name", "VARCHAR", "name of the file"), Column("rows", "BIGINT", "rows taken in")),
)
META = Table(
    "meta",
    "Facts about this database.",
    (
        Column("key", "VARCHAR", "`layout` (version of this layout), `schema` (attributes and event types) …"),
        Column("value", "VARCHAR", "the value as text or JSON"),
    ),
)
#: What every table ``facts.event_<type>`` starts with; a typed column per property follows.
EVENT = Table(
    "event_<type>",
    "Events of one type as they came; one typed column per property follows these.",
    (TICK, SEQ, EVENT_ID, PROFILE, TIME, RETRACTED),
)

#: Tables that every log has, in the order in which they are made.
TABLES: tuple[Table, ...] = (
    META,
    TICKS,
    PROFILES,
    IDENTITIES,
    MOVED_EVENTS,
    EVENT_ORIGINS,
    PROFILE_CHANGES,
    QUALIFICATIONS,
    JOURNEY_STEPS,
    DELIVERIES,
    OUTCOMES,
    DEAD_LETTERS,
    VIOLATIONS,
    DEFINITIONS,
    ERASED,
    CONSUMED,
)


def _with_id(table: Table) -> View:
    """The view of the same name that shows the profile's id beside its number."""
    columns = (PROFILE_ID, *table.columns)
    names = ", ".join(f't."{column.name}"' for column in table.columns)
    sql = f'SELECT p."_profile_id", {names} FROM facts.{table.name} t LEFT JOIN facts.profiles p USING (_profile)'
    return View(table.name, table.prose, sql, columns)


def _plain(table: Table) -> View:
    return View(table.name, table.prose, f"SELECT * FROM facts.{table.name}", table.columns)


MEMBERS = View(
    "members",
    "Who is in which segment now.",
    """
    SELECT q.segment, p."_profile_id", q."_profile", q.since, q.version
    FROM (
        SELECT segment, _profile, arg_max(status, _seq) AS status, arg_max(effective, _seq) AS since,
               arg_max(version, _seq) AS version
        FROM facts.qualifications GROUP BY segment, _profile
    ) q LEFT JOIN facts.profiles p USING (_profile) WHERE q.status = 'realized'
    """,
    (
        Column("segment", "VARCHAR", "id of the segment"),
        PROFILE_ID,
        PROFILE,
        Column("since", "TIMESTAMPTZ", "when the profile entered"),
        Column("version", "INTEGER", "version of the definition under which it entered"),
    ),
)
SETTLED = View(
    "outcomes",
    "What became of deliveries: at most one row for each.",
    "SELECT * FROM facts.outcomes WHERE started IS NOT NULL",
    OUTCOMES.columns,
)
SIGNALS = View(
    "message_signals",
    "What people did with messages later, or what their channel said of them: any number of rows for each.",
    "SELECT _tick, _seq, key, result AS signal, detail AS link, time FROM facts.outcomes WHERE started IS NULL",
    (
        TICK,
        SEQ,
        Column("key", "VARCHAR", "idempotency key of the delivery"),
        Column("signal", "VARCHAR", "`opened`, `clicked`, `unsubscribed`, `bounced`, `complained` …"),
        Column("link", "VARCHAR", "label or address of the link that was followed"),
        Column("time", "TIMESTAMPTZ", "when"),
    ),
)
IDENTITIES_VIEW = _with_id(IDENTITIES)
MERGES = View(
    "merges",
    "Profiles that were merged into others, and when they were taken out again.",
    """
    SELECT m.merge, m.was AS _profile_id, m._profile, p."_profile_id" AS into_id, m._into, m._time,
           t.now AS merged, m.reason, m.message_id, v.now AS unmerged, m._tick
    FROM facts.identities m LEFT JOIN facts.profiles p ON p._profile = m._into
    LEFT JOIN facts.ticks t ON t._tick = m._tick
    LEFT JOIN (SELECT merge, now FROM facts.identities JOIN facts.ticks USING (_tick) WHERE kind = 'unmerge') v
        ON v.merge = m.merge
    WHERE m.kind = 'merge'
    """,
    (
        Column("merge", "VARCHAR", "id of the merge"),
        Column("_profile_id", "VARCHAR", "what the profile was called that became part of another one"),
        PROFILE,
        Column("into_id", "VARCHAR", "id of the profile merged into"),
        Column("_into", "INTEGER", "its number"),
        Column("_time", "TIMESTAMPTZ", "when it was said"),
        Column("merged", "TIMESTAMPTZ", "instant of the tick that did it"),
        Column("reason", "VARCHAR", "what said so: `identify`, `alias`, `merge`, or `asked`"),
        Column("message_id", "VARCHAR", "id of the message that said so"),
        Column("unmerged", "TIMESTAMPTZ", "instant of the tick that took it back; null where it stands"),
        TICK,
    ),
)
#: Views whose columns depend on no schema. ``profiles`` and one view per event type are made by ``layout``.
VIEWS: tuple[View, ...] = (
    _plain(TICKS),
    IDENTITIES_VIEW,
    MERGES,
    _with_id(QUALIFICATIONS),
    MEMBERS,
    _with_id(JOURNEY_STEPS),
    RUNS,
    VISITS,
    _with_id(DELIVERIES),
    SETTLED,
    SIGNALS,
    _plain(DEAD_LETTERS),
    _plain(VIOLATIONS),
    _plain(DEFINITIONS),
)
#: What view ``profiles`` starts with; a column per attribute follows, holding its current value.
PROFILES_VIEW = (PROFILE_ID, PROFILE, Column("_first_seen", "TIMESTAMPTZ", "when the profile was first known of"))
#: What the view of an event type starts with; a column per property follows.
EVENT_VIEW = (PROFILE_ID, EVENT_ID, TIME, PROFILE, TICK, SEQ)
#: Names in schema ``main`` that no event type can have for its view.
TAKEN = frozenset({"profiles", *(view.name for view in VIEWS)})
