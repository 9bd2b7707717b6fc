"""Arrivals made by hand: columns, and what the expressions at each setting give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.clock import instant
from parcours.core.ids import stable_id
from parcours.core.schema import INTEGER, STRING, Schema, Type, object_of, type_of_polars
from parcours.flow.journeys.activities.arriving import JourneySettings, Mode, Needs
from parcours.flow.journeys.activities.base import Activity, Names

SCHEMA = Schema(
    attributes={"email": STRING, "phone": STRING, "size": INTEGER, "lists": STRING},
    events={"purchase": {"total": INTEGER}, "visit": {"page": STRING}},
)
NAMES = Names(SCHEMA, heard={"total": INTEGER}, segments=frozenset({"silver"}))
SETTINGS = JourneySettings("welcome", 3, "seed", 30_000_000, {}, {})


@dataclass
class Fake:
    """Runs as columns; ``rules`` and ``values`` hold what the settings give, ``table`` the attributes."""

    at: NDArray[np.int64]
    rules: Mapping[str, Sequence[bool]] = field(default_factory=dict)
    values: Mapping[str, pl.Series] = field(default_factory=dict)
    table: pl.DataFrame = field(default_factory=pl.DataFrame)
    zone: Sequence[str] | str = "UTC"
    mode: Mode = "live"
    settings: JourneySettings = SETTINGS
    stop: str = "here"
    signals: Sequence[tuple[int, int]] = ()
    declined: Mapping[str, Sequence[bool]] = field(default_factory=dict)
    turns: Sequence[int] | None = None
    persons: Sequence[int] | None = None
    given: pl.DataFrame = field(default_factory=pl.DataFrame)
    types: Mapping[str, Type] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at)

    @property
    def profile(self) -> NDArray[np.int32]:
        return np.array(range(len(self)) if self.persons is None else self.persons, np.int32)

    @property
    def number(self) -> NDArray[np.int32]:
        return np.ones(len(self), np.int32)

    @property
    def laps(self) -> NDArray[np.int32]:
        return np.array([0] * len(self) if self.turns is None else self.turns, np.int32)

    def holds(self, setting: str, among: NDArray[np.intp] | None = None) -> NDArray[np.bool_]:
        found = np.array(self.rules[setting], np.bool_)
        return found if among is None else found[among]

    def value(self, setting: str, among: NDArray[np.intp] | None = None) -> pl.Series:
        found = self.values[setting]
        return found if among is None else found.gather(among)

    def exact(self, setting: str) -> tuple[pl.Series, Type]:
        return self.values[setting], self.types.get(setting) or type_of_polars(self.values[setting].dtype)

    def attributes(self, names: Sequence[str]) -> pl.DataFrame:
        return self.table.select(names)

    def ids(self) -> pl.Series:
        return pl.Series([f"p{number}" for number in self.profile], dtype=pl.String)

    def zones(self) -> tuple[NDArray[np.intp], list[str]]:
        zones = [self.zone] * len(self) if isinstance(self.zone, str) else list(self.zone)
        names = sorted(set(zones))
        return np.array([names.index(zone) for zone in zones], np.intp), names

    def draw(self, salt: str = "") -> NDArray[np.float64]:
        return np.array([_share(self.stop, salt, row, moment) for row, moment in enumerate(self.at)], np.float64)

    def draw_person(self, salt: str = "") -> NDArray[np.float64]:
        return np.array([_share(self.stop, salt, profile) for profile in self.profile], np.float64)

    def contents(self, needs: Needs) -> dict[str, pl.DataFrame | pl.Series]:
        parts: dict[str, pl.DataFrame | pl.Series] = {}
        if needs.attributes:
            parts["profile"] = self.attributes(sorted(needs.attributes))
        return parts

    def accepts(self, channel: str) -> NDArray[np.bool_]:
        return ~np.array(self.declined.get(channel, [False] * len(self)), np.bool_)

    def told(self, signal: str, since: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        rows = [row for row, _ in self.signals]
        return np.array(rows, np.intp), np.array([moment for _, moment in self.signals], np.int64)


def _share(*parts: object) -> float:
    return int(stable_id(*parts)[:13], 16) / 16**13


def runs(*times: str, **more: Any) -> Fake:
    """Runs that arrive at these instants."""
    return Fake(np.array([instant(text) for text in times], np.int64), **more)


def problems(activity: Activity, names: Names = NAMES) -> list[tuple[str, str | None]]:
    """Code and place of everything wrong with an activity."""
    return [(problem.code, problem.where) for problem in activity.check(names)]


def answers(*rows: tuple[str, str | None]) -> pl.DataFrame:
    """Answers of calls: result, and JSON of the body."""
    moment = pl.Series([0] * len(rows), dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
    results, texts = [row[0] for row in rows], [row[1] for row in rows]
    return pl.DataFrame(
        {"result": results, "answer": pl.Series(texts, dtype=pl.String), "attempts": [1] * len(rows)}
    ).with_columns(started=moment, time=moment)


ANSWER = object_of({"price": INTEGER})
