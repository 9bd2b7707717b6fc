"""Questions about events: counts, sums and other aggregates in windows, and comparisons between them.

A set of measures (event, filter, window, aggregate) is drawn first, and questions compare them with various
numbers: so measures repeat among rules, as they do in real life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.data import CATEGORIES, SHARES
from bench.mixed.question import Among, Frames, Part
from bench.mixed.times import Window, between, rolling, window

Draw = np.random.Generator

#: By kind: SQL, Polars, and whether it is a number without rows.
KINDS: Mapping[str, tuple[str, pl.Expr, bool]] = {
    "count": ("count(*)", pl.len(), True),
    "sum": ("sum(amount)", pl.col("amount").sum(), True),
    "average": ("avg(amount)", pl.col("amount").mean(), False),
    "min": ("min(amount)", pl.col("amount").min(), False),
    "max": ("max(amount)", pl.col("amount").max(), False),
    "first": ("arg_min(amount, _time)", pl.col("amount").sort_by("_time").first(), False),
    "last": ("arg_max(amount, _time)", pl.col("amount").sort_by("_time").last(), False),
    "distinct": ("count(DISTINCT category)", pl.col("category").n_unique(), True),
}
SHARES_OF_KINDS = [0.5, 0.18, 0.07, 0.03, 0.06, 0.03, 0.05, 0.08]
_JOURNEY = {"count": "count", "sum": "sum", "average": "avg", "min": "min", "max": "max", "distinct": "distinctCount"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events count: conditions by language, and roughly the share of events that pass."""

    said: Mapping[str, object]
    sql: str
    polars: pl.Expr | None
    share: float


EVERYTHING = Filter({}, "", None, 1.0)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number per profile. ``rate`` is about how many events it is made of."""

    event: str
    filter: Filter
    window: Window
    kind: str
    rate: float

    @property
    def value(self) -> Mapping[str, object]:
        """The number as each language that can say it writes it."""
        found: dict[str, object] = {"tree": self._tree()}
        if self._sayable("pql") and self.kind not in ("first", "last"):
            found["pql"] = self._pql()
        if self._sayable("journey") and self.kind in _JOURNEY:
            found["journey"] = self._journey()
        return found

    def _sayable(self, language: str) -> bool:
        return language in self.window.said and (self.filter.polars is None or language in self.filter.said)

    def _tree(self) -> dict[str, object]:
        shape: dict[str, object] = {"event": self.event, **self.window.said["tree"]}  # type: ignore[dict-item]
        if "tree" in self.filter.said:
            shape["where"] = self.filter.said["tree"]
        shape[self.kind] = {"count": True, "distinct": "category"}.get(self.kind, "amount")
        return shape

    def _pql(self) -> str:
        conditions = [f'eventType = "{self.event}"', self.filter.said.get("pql"), self.window.said["pql"]]
        if self.kind == "distinct":
            conditions.append("category.isNotNull()")
        events = f"xEvent[{' and '.join(str(one) for one in conditions if one)}]"
        form = {"count": ".count()", "distinct": ".map(category).distinct().count()"}
        return events + form.get(self.kind, f".{self.kind}(amount)")

    def _journey(self) -> str:
        conditions = [self.filter.said.get("journey"), self.window.said["journey"]]
        where = " and ".join(str(one) for one in conditions if one)
        field = {"count": "", "distinct": ".category"}.get(self.kind, ".amount")
        path = f"Parcours.Events.{self.event}" + (f".all({where})" if where else "") + field
        return f"{_JOURNEY[self.kind]}(#{{{path}}})"

    def rows_sql(self, now: int, column: str = "value") -> str:
        """The profiles with such events, and their number."""
        where = f"{self.window.sql(now)}{self.filter.sql}"
        return f"SELECT _profile, {KINDS[self.kind][0]} AS {column} FROM e_{self.event} WHERE {where} GROUP BY _profile"

    def rows_polars(self, now: int, frames: Frames, column: str = "value") -> pl.LazyFrame:
        rows = frames[f"e_{self.event}"].lazy().filter(self.window.polars(now))
        if self.filter.polars is not None:
            rows = rows.filter(self.filter.polars)
        return rows.group_by("_profile").agg(KINDS[self.kind][1].alias(column))


def measure(draw: Draw, average: float) -> Measure:
    """A measure; ``average`` is the number of events of a profile."""
    event = "purchase" if draw.random() < 0.4 else str(draw.choice(list(SHARES), p=list(SHARES.values())))
    filtered, when = _filter(draw), window(draw)
    kind = str(draw.choice(list(KINDS), p=SHARES_OF_KINDS))
    if kind == "last" and "last" in when.said["tree"]:  # type: ignore[operator]
        kind = "first"  # the rule tree has one word for both
    rate = average * SHARES[event] * filtered.share * min(when.days, 365) / 365
    return Measure(event, filtered, when, kind, rate)


def _filter(draw: Draw) -> Filter:
    sort, field = draw.random(), "currentDataPackField"
    if sort < 0.5:
        return EVERYTHING
    if sort < 0.68:
        category = str(draw.choice(CATEGORIES))
        said: dict[str, object] = {
            "tree": {"field": "category", "is": category},
            "pql": f'category = "{category}"',
            "journey": f'{field}.category == "{category}"',
        }
        return Filter(said, f" AND category = '{category}'", pl.col("category") == category, 0.05)
    if sort < 0.8:
        word = str(draw.choice(["garden", "kitchen", "sport", "music", "books"]))
        said = {
            "tree": {"field": "category", "starts_with": word},
            "pql": f'category.startsWith("{word}")',
            "journey": f'startWith({field}.category, "{word}")',
        }
        return Filter(said, f" AND starts_with(category, '{word}')", pl.col("category").str.starts_with(word), 0.2)
    if sort < 0.92:
        least = int(draw.choice([25, 50, 100, 150]))
        said = {
            "tree": {"field": "amount", "at_least": least},
            "pql": f"amount >= {least}",
            "journey": f"{field}.amount >= {least}.0",
        }
        return Filter(said, f" AND amount >= {least}", pl.col("amount") >= least, 1 - least / 200)
    weekend = {"tree": {"call": "in", "args": [{"call": "weekday", "args": [{"field": "_time"}]}, [6, 7]]}}
    return Filter(weekend, " AND isodow(_time) IN (6, 7)", pl.col("_time").dt.weekday().is_in([6, 7]), 2 / 7)


def compared(draw: Draw, one: Measure) -> Part:
    """A measure against a number."""
    less, number = draw.random() < 0.1, _number(draw, one)
    said = {name: f"{text} {'<' if less else '>='} {number}" for name, text in one.value.items() if name != "tree"}
    tree = {**one.value["tree"], "less_than" if less else "at_least": number}  # type: ignore[dict-item]
    # Semi-join: without rows, a count or sum is 0 and a comparison of anything else is false.
    inverted = less and KINDS[one.kind][2]
    held = ">=" if inverted or not less else "<"

    def sql(now: int) -> str:
        rows = f"SELECT _profile FROM e_{one.event} WHERE {one.window.sql(now)}{one.filter.sql}"
        having = f"GROUP BY _profile HAVING {KINDS[one.kind][0]} {held} {number}"
        return f"_profile {'NOT ' if inverted else ''}IN ({rows} {having})"

    def polars(now: int, frames: Frames) -> Among:
        value = pl.col("value")
        rows = one.rows_polars(now, frames).filter(value >= number if held == ">=" else value < number)
        return Among(rows.select("_profile"), inverted)

    return Part("events", {**said, "tree": tree}, sql, polars)


def _number(draw: Draw, one: Measure) -> float | int:
    """A threshold that some profiles pass and others do not, and that no sum of doubles hits by rounding."""
    match one.kind:
        case "count":
            return max(1, round(one.rate * float(draw.uniform(1, 4))))
        case "distinct":
            return int(draw.integers(1, 5))
        case "sum":
            return max(10, round(one.rate * 100 * float(draw.uniform(1, 4)))) + 0.005
        case _:
            return int(draw.integers(60, 160)) + 0.0012345


def trend(draw: Draw, event: str) -> Part:
    """More spent in the last days than in those before, by a factor."""
    days, factor = int(draw.choice([30, 60])), float(draw.choice([0.50001, 1.20001, 2.00001]))
    new = Measure(event, EVERYTHING, rolling(days), "sum", 1)
    old = Measure(event, EVERYTHING, between(days, 2 * days), "sum", 1)
    right = {"call": "mul", "args": [old.value["tree"], factor]}

    def sql(now: int) -> str:
        joined = f"({new.rows_sql(now, 'new')}) n LEFT JOIN ({old.rows_sql(now, 'old')}) o USING (_profile)"
        return f"_profile IN (SELECT _profile FROM {joined} WHERE new > coalesce(old, 0) * {factor})"

    def polars(now: int, frames: Frames) -> Among:
        earlier = old.rows_polars(now, frames, "old")
        joined = new.rows_polars(now, frames, "new").join(earlier, on="_profile", how="left")
        return Among(joined.filter(pl.col("new") > pl.col("old").fill_null(0) * factor).select("_profile"))

    said = {
        "tree": {"compare": {"left": new.value["tree"], "op": ">", "right": right}},
        "journey": f"{new.value['journey']} > {old.value['journey']} * {factor}",
    }
    return Part("comparisons", said, sql, polars)


def against_points(draw: Draw, event: str) -> Part:
    """Spent more than what an attribute says."""
    factor = float(draw.choice([5.00001, 10.00001]))
    spent = Measure(event, EVERYTHING, rolling(90), "sum", 1)

    def sql(now: int) -> str:
        joined = f"({spent.rows_sql(now)}) s JOIN profiles p USING (_profile)"
        return f"_profile IN (SELECT _profile FROM {joined} WHERE s.value * {factor} > p.points)"

    def polars(now: int, frames: Frames) -> Among:
        points = frames["profiles"].lazy().select("_profile", "points")
        joined = spent.rows_polars(now, frames).join(points, on="_profile")
        return Among(joined.filter(pl.col("value") * factor > pl.col("points")).select("_profile"))

    said = {
        "tree": {
            "compare": {
                "left": {"call": "mul", "args": [spent.value["tree"], factor]},
                "op": ">",
                "right": {"attribute": "points"},
            }
        },
        "pql": f"{spent.value['pql']} * {factor} > points",
        "journey": f"{spent.value['journey']} * {factor} > #{{Parcours.Profile.points}}",
    }
    return Part("comparisons", said, sql, polars)
