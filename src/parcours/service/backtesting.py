"""Backtests: what a draft would have done over the recorded past, in tables and in words (journeys.md, section 21, 32).

Nothing is sent and nothing is written. See :mod:`parcours.engines.backtest` for how it is computed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from parcours.core.clock import as_datetime, iso
from parcours.core.errors import WorkspaceError
from parcours.core.facts import DefinitionChange
from parcours.engines.backtest import Backtested, backtest, past_of
from parcours.engines.outside import CALL, SEAT, SOURCE, Stub
from parcours.flow.delivery.planning import Planner
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.drawing import Counts, Drawing, draw
from parcours.service.drafts import Drafted
from parcours.service.lines import lines_of
from parcours.service.reporting.activities import activity_totals, edge_totals, errors
from parcours.service.reporting.drops import discards
from parcours.service.reporting.sql import visits_of
from parcours.service.sheet import Sheet
from parcours.service.signals import SUPPRESSION

if TYPE_CHECKING:
    from parcours.service.wiring import Parts
    from parcours.store.log import Log

_CALLS = (CALL, SOURCE, SEAT)
_LIMITED = ("mailed", "capped", "delayed")
_SUMS = ("arrived", "waited", "branched", "mailed", "capped", "delayed", "failed")


@dataclass(frozen=True)
class Backtest:
    """What a draft would have done.

    Attributes:
        definition: the draft.
        activities: per activity as :func:`~.reporting.activities.activity_totals`, and ``mailed``, ``capped``,
            ``delayed``.
        edges: ``activity``, ``label``, ``runs``: how often each way out would have been taken.
        days: per ``day`` and ``activity`` (``entry`` for those who entered): ``arrived``, ``waited`` (stayed for a
            while), ``branched`` (left by a way out), ``mailed`` (messages decided), ``capped`` (nothing was sent or
            called, because of a cap), ``delayed`` (calls that had to wait for a slot of their endpoint), ``failed``.
        people: per person who entered or was kept out for comparison: ``_profile_id``, ``runs``, ``held_out``,
            ``status`` (``waiting``, or how the last run ended), ``activities`` (where it stands), ``messages``.
        discards: who was not let in, by reason.
        errors: steps that failed, by activity and code.
        peaks: per ``channel`` (``entry`` for entries) the minute with the most: ``minute``, ``most``.
        steps, deliveries: rows as the log would have them.
        seconds: how long it took.
    """

    definition: JourneyDefinition
    start: int
    end: int
    activities: pl.DataFrame
    edges: pl.DataFrame
    days: pl.DataFrame
    people: pl.DataFrame
    discards: pl.DataFrame
    errors: pl.DataFrame
    peaks: pl.DataFrame
    steps: pl.DataFrame = field(repr=False)
    deliveries: pl.DataFrame = field(repr=False)
    seconds: float = 0.0

    @property
    def entered(self) -> int:
        """Runs that would have begun."""
        return int(self.people["runs"].sum())

    def drawing(self, lang: str = "en") -> Drawing:
        """The graph with its counters."""
        return draw(self.definition, Counts.of(self.activities, self.edges), lang)

    def _repr_svg_(self) -> str:
        return self.drawing().svg()

    def sample(self, most: int = 12) -> list[dict[str, Any]]:
        """Some of the people who would have entered, evenly spread: ``profile``, ``runs``, ``status``, ``activities``,
        ``messages``, and ``log``, line by line, with messages as they would have got them."""
        entered = self.people.filter(pl.col("runs") > 0)
        some = entered.gather_every(max(1, -(-entered.height // most))).head(most)
        wanted = pl.col("run").str.splitn("/", 3).struct.field("field_2").is_in(some["_profile_id"].implode())
        own = pl.col("journey") == self.definition.id
        steps, deliveries = self.steps.filter(own & wanted), self.deliveries.filter(own & wanted)
        logs: dict[str, list[dict[str, Any]]] = {profile: [] for profile in some["_profile_id"]}
        for line in lines_of(steps, deliveries, [self.definition], self.definition.id):
            told = {"time": iso(line.time), "activity": line.activity, "text": line.text, "message": line.message}
            logs[line.profile].append(told)
        rows = some.drop("held_out").rename({"_profile_id": "profile"}).iter_rows(named=True)
        return [{**row, "log": logs[row["profile"]]} for row in rows]

    def against(self, other: Backtest) -> Difference:
        """What another draft (``other``) would have done differently."""
        return Difference(self, other)

    def summary(self) -> str:
        """The most important, line by line."""
        head = self.definition
        name = f"{head.id}, version {head.version}"
        lines = [
            f"{name}: {as_datetime(self.start):%Y-%m-%d %H:%M} to {as_datetime(self.end):%Y-%m-%d %H:%M} UTC, "
            f"in {self.seconds:.2f} s",
            f"{self.entered:,} entries of {self.people.filter(pl.col('runs') > 0).height:,} people; "
            f"{int(self.discards['inputs'].sum()):,} not let in",
        ]
        for status, count in self.people.filter(pl.col("runs") > 0)["status"].value_counts(sort=True).iter_rows():
            lines.append(f"  {status}: {count:,}")
        for row in self.activities.iter_rows(named=True):
            told = [f"{row['arrived']:,} came"]
            told += [f"{row[key]:,} {word}" for key, word in _WORDS.items() if row[key]]
            lines.append(f"  {row['activity']} ({row['kind']}): {', '.join(told)}")
        for row in self.peaks.iter_rows(named=True):
            lines.append(f"peak of {row['channel']}: {row['most']:,} in the minute {row['minute']:%Y-%m-%d %H:%M}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def to_json(self) -> dict[str, Any]:
        """Everything but single steps and people as plain data."""
        names = ("activities", "edges", "days", "discards", "errors", "peaks")
        people = {"people": self.people.filter(pl.col("runs") > 0).height, "entered": self.entered}
        head: dict[str, Any] = {"journey": self.definition.id, "version": self.definition.version, **people}
        return {**head, "seconds": round(self.seconds, 3), **{name: getattr(self, name).to_dicts() for name in names}}


_WORDS = {"waiting": "wait", "mailed": "messages", "capped": "capped", "delayed": "had to wait for a slot"}
_WORDS |= {"passed": "passed by", "errors": "failed"}


@dataclass(frozen=True)
class Difference:
    """Two drafts over the same past: ``first`` and ``second``."""

    first: Backtest
    second: Backtest

    @property
    def activities(self) -> pl.DataFrame:
        """Per activity what each would have done, and how much more the second: ``arrived_first``,
        ``arrived_second``, ``arrived_more``, and the same of ``mailed``, ``capped`` and ``errors``."""
        names = ("arrived", "mailed", "capped", "errors")
        first = self.first.activities.select("activity", pl.col(names).name.suffix("_first"))
        second = self.second.activities.select("activity", pl.col(names).name.suffix("_second"))
        both = first.join(second, on="activity", how="full", coalesce=True, maintain_order="left_right").fill_null(0)
        more = [(pl.col(f"{name}_second") - pl.col(f"{name}_first")).alias(f"{name}_more") for name in names]
        order = [f"{name}_{part}" for name in names for part in ("first", "second", "more")]
        return both.with_columns(more).select("activity", *order)

    @property
    def people(self) -> pl.DataFrame:
        """Who enters, or is written to, by one of them only, or in other numbers: ``_profile_id``, ``runs_first``,
        ``runs_second``, ``messages_first``, ``messages_second``."""
        frames = [
            one.people.select("_profile_id", pl.col("runs", "messages").name.suffix(f"_{name}"))
            for name, one in (("first", self.first), ("second", self.second))
        ]
        both = frames[0].join(frames[1], on="_profile_id", how="full", coalesce=True).fill_null(0)
        differ = (pl.col("runs_first") != pl.col("runs_second")) | (
            pl.col("messages_first") != pl.col("messages_second")
        )
        return both.filter(differ).sort("_profile_id")

    def summary(self) -> str:
        """The most important, line by line."""
        first, second, people = self.first, self.second, self.people
        only_first = people.filter(pl.col("runs_second") == 0).height
        only_second = people.filter(pl.col("runs_first") == 0).height
        lines = [
            f"entries: {first.entered:,} and {second.entered:,} ({second.entered - first.entered:+,})",
            f"people who enter only the first: {only_first:,}, only the second: {only_second:,}",
        ]
        for row in self.activities.iter_rows(named=True):
            changed = [
                f"{word} {row[f'{key}_first']:,} → {row[f'{key}_second']:,}"
                for key, word in (
                    ("arrived", "came"),
                    ("mailed", "messages"),
                    ("capped", "capped"),
                    ("errors", "failed"),
                )
                if row[f"{key}_more"]
            ]
            if changed:
                lines.append(f"  {row['activity']}: {', '.join(changed)}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def to_json(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {"activities": self.activities.to_dicts(), "people": self.people.to_dicts()}


def run(
    parts: Parts,
    draft: Drafted,
    since: int | None,
    until: int | None,
    *,
    answers: Mapping[str, Stub] | None = None,
    watch: Callable[[int], None] | None = None,
) -> Backtest:
    """See :meth:`parcours.service.journeys.Journeys.backtest`.

    Raises:
        WorkspaceError: there was no tick so far, so there is no past.
    """
    last = parts.log.last_tick()
    if last is None:
        raise WorkspaceError("there was no tick so far, so there is no past", code="no-tick", hint="parcours replay")
    began = time.perf_counter()
    definition, schema, known = draft
    past = replace(past_of(parts.log, definition), schema=schema)
    span = past.span or (last[1], last[1])
    start, end = span[0] if since is None else since, last[1] if until is None else until
    found = backtest(
        past,
        definition,
        start,
        max(start, end),
        answers=answers,
        planner=Planner(known),
        around=around(parts),
        watch=watch,
    )
    return _told(found, definition, time.perf_counter() - began)


def around(parts: Parts) -> list[DefinitionChange]:
    """The rule sets that hold, and the suppressed addresses, as a tick is told of them."""
    sets = [
        DefinitionChange("rule_set", item.id, item.version, "publish", cast(Mapping[str, object], item.body["source"]))
        for item in parts.catalogue.published("rule_set")
    ]
    return [*sets, *(control.change for control in parts.catalogue.controls(SUPPRESSION))]


def _told(found: Backtested, draft: JourneyDefinition, seconds: float) -> Backtest:
    with Sheet(found.steps, found.deliveries, found.outcomes, found.ids) as sheet:
        log = cast("Log", sheet)  # the reports ask SQL only
        visits = sheet.query(f"SELECT * FROM {visits_of(log, draft.id)}")
        activities, edges = activity_totals(log, draft.id), edge_totals(log, draft.id)
        dropped, failed = discards(log, draft.id), errors(log, draft.id)
    deliveries = found.deliveries.filter(~pl.col("channel").is_in(_CALLS))
    days = _days(found, visits, deliveries, draft.head.zone_name)
    sums = days.group_by("activity").agg(pl.col(_LIMITED).sum())
    return Backtest(
        definition=draft,
        start=found.start,
        end=found.end,
        activities=activities.join(sums, on="activity", how="left", maintain_order="left").with_columns(
            pl.col(_LIMITED).fill_null(0)
        ),
        edges=edges,
        days=days,
        people=_people(found, deliveries),
        discards=dropped,
        errors=failed,
        peaks=_peaks(found, deliveries),
        steps=found.steps,
        deliveries=found.deliveries,
        seconds=seconds,
    )


def _days(found: Backtested, visits: pl.DataFrame, deliveries: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Per day and activity, each thing on the day on which it happened."""

    def day(column: str) -> pl.Expr:
        return pl.col(column).dt.convert_time_zone(zone).dt.date().alias("day")

    def counted(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
        return rows.group_by(day(column), "activity").agg(pl.len().cast(pl.Int64).alias(name))

    capped = (pl.col("outcome") == "passed") & (pl.col("detail") == "cap")
    capped |= (pl.col("outcome") == "error") & (pl.col("detail") == "capped")
    capped |= (pl.col("kind") == "profile_cap") & (pl.col("outcome") == "otherwise")
    stayed = pl.col("left").is_null() | (pl.col("left") > pl.col("arrived"))
    left = visits.filter(pl.col("left").is_not_null())
    went = left.filter(~pl.col("outcome").is_in(["error", "passed", "overtaken", "migrated"]))
    parts = {
        "arrived": (visits, "arrived"),
        "waited": (visits.filter(stayed), "arrived"),
        "branched": (went, "left"),
        "mailed": (deliveries, "decided"),
        "capped": (left.filter(capped), "left"),
        "delayed": (_delayed(found), "decided"),
        "failed": (left.filter(pl.col("outcome") == "error"), "left"),
    }
    frames = [counted(rows, column, name) for name, (rows, column) in parts.items()]
    joined = pl.concat(frames, how="diagonal").group_by("day", "activity").agg(pl.col(_SUMS).sum())
    return joined.sort("day", "activity")


def _delayed(found: Backtested) -> pl.DataFrame:
    """The calls that were made later than decided."""
    calls = found.deliveries.filter(pl.col("channel").is_in([CALL, SOURCE])).select("key", "activity", "decided")
    settled = found.outcomes.select("key", "started", "attempts")
    return calls.join(settled, on="key").filter((pl.col("started") > pl.col("decided")) & (pl.col("attempts") > 0))


def _people(found: Backtested, deliveries: pl.DataFrame) -> pl.DataFrame:
    entries = found.steps.filter(pl.col("kind") == "entry")
    runs = entries.group_by("_profile").agg(
        pl.col("run").filter(pl.col("outcome") == "entered").n_unique().cast(pl.Int64).alias("runs"),
        (pl.col("outcome") == "held_out").any().alias("held_out"),
    )
    last = found.standing.filter("main").sort("_profile", "number").group_by("_profile", maintain_order=True).last()
    sent = deliveries.group_by("_profile").agg(pl.len().cast(pl.Int64).alias("messages"))
    joined = runs.join(last.select("_profile", "status", "activities"), on="_profile", how="left").join(
        sent, on="_profile", how="left"
    )
    ids = found.ids.gather(joined["_profile"]).alias("_profile_id")
    shown = joined.with_columns(ids, pl.col("messages").fill_null(0), pl.col("activities").list.join("|"))
    names = ("_profile_id", "runs", "held_out", "status", "activities", "messages")
    return shown.sort("_profile").select(names)


def _peaks(found: Backtested, deliveries: pl.DataFrame) -> pl.DataFrame:
    entered = found.steps.filter((pl.col("kind") == "entry") & (pl.col("outcome") == "entered"))
    once = entered.unique("run", keep="first", maintain_order=True)  # a business event and its read are two rows
    rows = pl.concat(
        [
            once.select(channel=pl.lit("entry"), minute=pl.col("time").dt.truncate("1m")),
            deliveries.select("channel", minute=pl.col("decided").dt.truncate("1m")),
        ]
    )
    counts = rows.group_by("channel", "minute").agg(pl.len().cast(pl.Int64).alias("most"))
    first = counts.sort(["most", "minute"], descending=[True, False])
    return (
        first.unique("channel", keep="first", maintain_order=True).sort("channel").select("channel", "minute", "most")
    )
