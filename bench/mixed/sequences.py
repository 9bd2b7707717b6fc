"""Questions about events that follow one another, as funnels ask them.

By hand this is an as-of join: for each event of a step the nearest one of the step before. It is enough, since
whoever follows any earlier one in time follows the nearest, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.data import CATEGORIES
from bench.mixed.question import Among, Frames, Part
from bench.mixed.times import EVER, Window, rolling
from parcours.core.clock import DAY

Draw = np.random.Generator
FUNNEL = [
    ("search", "product_view"),
    ("product_view", "add_to_cart"),
    ("add_to_cart", "purchase"),
    ("email_open", "email_click"),
    ("email_click", "purchase"),
    ("purchase", "review"),
    ("purchase", "refund"),
    ("login", "purchase"),
]


@dataclass(frozen=True, slots=True)
class Step:
    """Events of a type, of one category or any; ``days`` after the step before; ``count`` of them."""

    event: str
    category: str | None = None
    days: int = 0
    count: int = 1
    same_category: bool = False

    def tree(self) -> dict[str, object]:
        shape: dict[str, object] = {"event": self.event}
        if self.category is not None:
            shape["where"] = {"field": "category", "is": self.category}
        if self.days:
            shape["within"] = f"{self.days} days"
        if self.count > 1:
            shape["count"] = self.count
        if self.same_category:
            right = {"field": "category", "up": 1}
            shape["also"] = {"compare": {"left": {"field": "category"}, "op": "==", "right": right}}
        return shape

    def pql(self, name: str, before: str) -> str:
        where = f' and category = "{self.category}"' if self.category is not None else ""
        when = f" WHEN(<= {self.days} days after {before})" if self.days else ""
        also = f" WHERE({name}.category = {before}.category)" if self.same_category else ""
        count = f" COUNT({self.count})" if self.count > 1 else ""
        return f'{name}: WHAT(eventType = "{self.event}"{where}){also}{when}{count}'

    def sql(self, now: int, within: Window) -> str:
        where = within.sql(now) + (f" AND category = '{self.category}'" if self.category is not None else "")
        start = (
            "_time" if self.count == 1 else f"lag(_time, {self.count - 1}) OVER (PARTITION BY _profile ORDER BY _time)"
        )
        return f"SELECT _profile, _time, category, {start} AS _start FROM e_{self.event} WHERE {where}"

    def polars(self, now: int, frames: Frames, within: Window) -> pl.LazyFrame:
        rows = frames[f"e_{self.event}"].lazy().filter(within.polars(now))
        if self.category is not None:
            rows = rows.filter(pl.col("category") == self.category)
        start = pl.col("_time") if self.count == 1 else pl.col("_time").shift(self.count - 1).over("_profile")
        return rows.select("_profile", "_time", "category", start.alias("_start"))


def sequence(draw: Draw) -> Part:
    """One event after another, within days, in a window or ever."""
    before, after = FUNNEL[int(draw.integers(len(FUNNEL)))]
    days, sort = int(draw.choice([1, 2, 7, 14])), draw.random()
    category = str(draw.choice(CATEGORIES)) if draw.random() < 0.4 else None
    within = rolling(int(draw.choice([30, 60, 90]))) if draw.random() < 0.8 else EVER
    if sort < 0.6:
        steps = [Step(before, category), Step(after, None, days)]
    elif sort < 0.75:
        steps = [Step("product_view", category), Step("add_to_cart", None, days), Step("purchase", None, days)]
    elif sort < 0.9:
        steps = [Step(before, category), Step(after, None, days, count=2)]
    else:
        steps = [Step(before), Step(after, None, days, same_category=True)]
    return followed(steps, within)


def followed(steps: list[Step], within: Window) -> Part:
    """Whether the steps follow one another."""
    names = "ABC"
    source = f"xEvent[{within.said['pql']}]" if within.said["pql"] else "xEvent"
    texts = [step.pql(name, names[place - 1]) for place, (name, step) in enumerate(zip(names, steps, strict=False))]
    said = {
        "tree": {"sequence": [step.tree() for step in steps], **within.said["tree"]},  # type: ignore[dict-item]
        "pql": f"chain({source}, timestamp, [{', '.join(texts)}])",
    }
    return Part(
        "sequences",
        said,
        lambda now: f"_profile IN (SELECT _profile FROM ({_sql(steps, now, within)}))",
        lambda now, frames: Among(_polars(steps, now, frames, within).select("_profile").unique()),
    )


def _sql(steps: list[Step], now: int, within: Window) -> str:
    found = steps[0].sql(now, within)
    for step in steps[1:]:
        same = " AND b.category = a.category" if step.same_category else ""
        found = (
            f"SELECT b._profile, b._time, b.category FROM ({step.sql(now, within)}) b "
            f"ASOF JOIN ({found}) a ON b._profile = a._profile{same} AND b._start > a._time "
            f"WHERE b._time <= a._time + INTERVAL {step.days} DAY"
        )
    return found


def _polars(steps: list[Step], now: int, frames: Frames, within: Window) -> pl.LazyFrame:
    found = steps[0].polars(now, frames, within).drop("_start")
    for step in steps[1:]:
        by = ["_profile", "category"] if step.same_category else ["_profile"]
        earlier = found.select(*by, pl.col("_time").alias("_before")).sort("_before")
        rows = step.polars(now, frames, within).drop_nulls("_start").sort("_start")
        joined = rows.join_asof(
            earlier,
            left_on="_start",
            right_on="_before",
            by=by,
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        found = joined.filter(pl.col("_time") - pl.col("_before") <= pl.duration(microseconds=step.days * DAY))
    return found


def abandoned(draw: Draw) -> Part:
    """Something was begun lately and not followed by what one hopes for."""
    before, after = FUNNEL[int(draw.integers(len(FUNNEL)))]
    days = int(draw.choice([2, 7]))
    within = rolling(int(draw.choice([14, 30])))
    done, begun = followed([Step(before), Step(after, None, days)], within), Step(before)
    said = {
        "tree": {"all": [{"event": before, **within.said["tree"]}, {"not": done.said["tree"]}]},  # type: ignore[dict-item]
        "pql": f'xEvent[eventType = "{before}" and {within.said["pql"]}].count() > 0 and not({done.said["pql"]})',
    }

    def polars(now: int, frames: Frames) -> Among:
        finished = _polars([begun, Step(after, None, days)], now, frames, within).select("_profile").unique()
        who = begun.polars(now, frames, within).select("_profile").unique()
        return Among(who.join(finished, on="_profile", how="anti"))

    return Part(
        "sequences",
        said,
        lambda now: f"_profile IN (SELECT _profile FROM ({begun.sql(now, within)})) AND NOT ({done.sql(now)})",
        polars,
    )
