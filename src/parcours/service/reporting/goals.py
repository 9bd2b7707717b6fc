"""Who did what a journey is for, within its time after the entry; and the comparison with those held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from parcours.core.facts import INSTANT
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.kernel.compile import row_condition
from parcours.language.tree import Field, Node, walk
from parcours.service.reporting.lift import Lift, lift
from parcours.service.reporting.sql import live_steps

if TYPE_CHECKING:
    from parcours.store.log import Log


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of the goal of a journey.

    Attributes:
        people: a row per person: ``_profile``, ``held_out``, ``entered`` (the first entry), ``converted`` (the first
            event that counts, or null), ``open`` (no such event, and the time for it is not over).
        lift: of those who went through the journey over those held out; people whose time is not over count as not
            converted in both groups.
    """

    people: pl.DataFrame
    lift: Lift

    @property
    def open(self) -> int:
        """People who may still convert."""
        return int(self.people["open"].sum())


def conversion(log: Log, definition: JourneyDefinition, confidence: float = 0.95) -> Conversion | None:
    """What became of the goal of a journey, over all its versions; ``None`` where it has no goal.

    A person counts once, by the first entry. An event converts when it meets the rule of the goal and happened after
    that entry, and less than the time of the goal after it.
    """
    goal = definition.goal
    if goal is None:
        return None
    entries = _entries(log, definition.id)
    people = converted(entries, _events(log, goal.event, definition.rule("goal.where")), goal.window)
    _, now = log.last_tick() or (0, 0)
    over = pl.lit(False) if goal.window is None else pl.col("entered").to_physical() + goal.window <= now
    people = people.with_columns(open=pl.col("converted").is_null() & ~over)
    return Conversion(people, _lift(people, confidence))


def converted(entries: pl.DataFrame, events: pl.DataFrame, window: int | None) -> pl.DataFrame:
    """``entries`` with ``converted``: the first event after the entry and less than ``window`` microseconds after it.

    Args:
        entries: ``_profile`` and ``entered``, a row per person.
        events: ``_profile`` and ``_time``, those that count.
        window: ``None`` for ever.
    """
    ordered = entries.sort("entered", maintain_order=True)
    later = events.select("_profile", converted="_time").sort("converted")
    found = ordered.join_asof(
        later,
        left_on="entered",
        right_on="converted",
        by="_profile",
        strategy="forward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )
    if window is None:
        return found
    soon = pl.col("converted").to_physical() - pl.col("entered").to_physical() < window
    return found.with_columns(converted=pl.when(soon).then("converted"))


def _entries(log: Log, journey: str) -> pl.DataFrame:
    """The first entry of each person: ``_profile``, ``held_out``, ``entered``."""
    found = log.query(
        f"""
        SELECT _profile, min_by(outcome, _seq) = 'held_out' AS held_out, min(time) AS entered
        FROM facts.journey_steps WHERE kind = 'entry' AND {live_steps(log, journey)} GROUP BY _profile ORDER BY _profile
        """
    )
    return found.with_columns(pl.col("entered").cast(INSTANT))


def _events(log: Log, event: str, where: Node | None) -> pl.DataFrame:
    """The events that count: ``_profile``, ``_time``."""
    properties = log.schema.events.get(event)
    if properties is None:
        return pl.DataFrame(schema={"_profile": pl.Int32, "_time": INSTANT})
    read = {part.path[0] for part in walk(where) if isinstance(part, Field)} if where is not None else set()
    found = log.events(event, [name for name in properties if name in read])
    if where is not None:
        found = found.filter(row_condition(where, properties))
    return found.select("_profile", "_time")


def _lift(people: pl.DataFrame, confidence: float) -> Lift:
    held = people.filter("held_out")
    treated = people.filter(~pl.col("held_out"))
    counts = [(group.height, group.height - group["converted"].null_count()) for group in (treated, held)]
    return lift(*counts[0], *counts[1], confidence)
