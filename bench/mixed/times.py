"""Windows of time: as the languages say them, and as SQL and Polars do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from parcours.core.clock import DAY
from parcours.core.facts import INSTANT

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Instants with ``lower < t <= upper``.

    Attributes:
        said: by language: keys of the rule tree, a condition on ``timestamp`` (empty: none).
        days: about how long it is.
    """

    kind: str
    said: Mapping[str, object]
    days: int
    oldest: int = 0
    newest: int = 0

    def bounds(self, now: int) -> tuple[int | None, int]:
        """Lower and upper edge as of an instant."""
        match self.kind:
            case "rolling":
                return now - self.oldest * DAY, now - self.newest * DAY
            case "this month":
                return month(now) - 1, now
            case "last month":
                return month(month(now) - 1) - 1, month(now) - 1
            case "fixed":
                return micros(datetime(2024, 6, 1, tzinfo=UTC)) - 1, micros(datetime(2024, 9, 1, tzinfo=UTC)) - 1
            case _:
                return None, now

    def sql(self, now: int, column: str = "_time") -> str:
        lower, upper = self.bounds(now)
        last = f"{column} <= {at(upper)}"
        return last if lower is None else f"{column} > {at(lower)} AND {last}"

    def polars(self, now: int, column: str = "_time") -> pl.Expr:
        lower, upper = self.bounds(now)
        last = pl.col(column) <= moment(upper)
        return last if lower is None else (pl.col(column) > moment(lower)) & last


def rolling(days: int) -> Window:
    """The last so many days."""
    said = {
        "tree": {"in_last": f"{days} days"},
        "pql": f"timestamp occurs < {days} days before now",
        "journey": f'currentDataPackField.timestamp > nowWithDelta(-{days}, "days")',
    }
    return Window("rolling", said, days, days)


def between(newest: int, oldest: int) -> Window:
    """Between two ages."""
    fields = "currentDataPackField.timestamp"
    said = {
        "tree": {"between_ages": [f"{newest} days", f"{oldest} days"]},
        "journey": f'{fields} > nowWithDelta(-{oldest}, "days") and {fields} <= nowWithDelta(-{newest}, "days")',
    }
    return Window("rolling", said, oldest - newest, oldest, newest)


EVER = Window("ever", {"tree": {}, "pql": "", "journey": ""}, 365)


def window(draw: np.random.Generator) -> Window:
    """A window as people use them."""
    sort = draw.random()
    if sort < 0.6:
        return rolling(int(draw.choice([7, 14, 30, 60, 90, 180])))
    if sort < 0.7:
        return between(30, int(draw.choice([60, 90])))
    if sort < 0.78:
        return Window("this month", {"tree": {"this": "month"}, "pql": "timestamp occurs this month"}, 30)
    if sort < 0.85:
        return Window("last month", {"tree": {"last": "month"}, "pql": "timestamp occurs last month"}, 30)
    if sort < 0.92:
        fields = "currentDataPackField.timestamp"
        said = {
            "tree": {"from": "2024-06-01", "until": "2024-09-01"},
            "pql": "timestamp occurs between date(2024, 6, 1) and date(2024, 8, 31)",
            "journey": f'{fields} >= date("2024-06-01T00:00:00Z") and {fields} < date("2024-09-01T00:00:00Z")',
        }
        return Window("fixed", said, 92)
    return EVER


def at(instant: int) -> str:
    """An instant in SQL."""
    return f"make_timestamptz({instant})"


def moment(instant: int) -> pl.Expr:
    """An instant in Polars."""
    return pl.lit(instant).cast(INSTANT)


def micros(when: datetime) -> int:
    """An instant in microseconds."""
    return (when - EPOCH) // timedelta(microseconds=1)


def month(instant: int) -> int:
    """The beginning of the month that holds an instant, in UTC."""
    when = EPOCH + timedelta(microseconds=instant)
    return micros(datetime(when.year, when.month, 1, tzinfo=UTC))
