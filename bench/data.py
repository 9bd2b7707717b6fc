"""Generated data: who exists, what happened in a year. Seeded, so every run and every engine sees the same.

Ten event types with uneven shares; each event has an amount in whole cents and a category. A tenth of the
profiles make about a third of the events. Frames are in order of time, as the log gives them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.clock import DAY
from parcours.core.facts import INSTANT
from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Schema

SEED = 20_240_501
#: 2024-01-01 and 365 days later, in microseconds.
START = 1_704_067_200_000_000
END = START + 365 * DAY

#: Share of each event type among all events.
SHARES: dict[str, float] = {
    "page_view": 0.24,
    "product_view": 0.18,
    "search": 0.12,
    "email_open": 0.12,
    "login": 0.10,
    "add_to_cart": 0.08,
    "purchase": 0.08,
    "email_click": 0.04,
    "review": 0.02,
    "refund": 0.02,
}
CATEGORIES = [f"{name} {kind}" for name in ("garden", "kitchen", "sport", "music", "books") for kind in "ABCD"]
COUNTRIES = ["DE", "FR", "GB", "US", "NL", "CH", "SE", "ES", "IT", "PL"]
TIERS = ["basic", "plus", "premium", "staff"]

SCHEMA = Schema(
    attributes={
        "age": INTEGER,
        "country": STRING,
        "tier": STRING,
        "points": DECIMAL,
        "subscribed": BOOLEAN,
        "trial_ends": DATE_TIME,
    },
    events={name: {"amount": DECIMAL, "category": STRING} for name in SHARES},
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is generated: profiles, events for (a) and (b), events of history for (c) to (e)."""

    name: str
    profiles: int
    events: int
    history: int
    segments: int
    #: Events per tick, and how many ticks are measured with each.
    ticks: tuple[tuple[int, int], ...]


SIZES = {
    "small": Size("small", 50_000, 2_000_000, 1_000_000, 120, ((100, 5), (1_000, 5), (10_000, 3))),
    "medium": Size("medium", 200_000, 10_000_000, 6_000_000, 500, ((1_000, 20), (10_000, 20), (100_000, 6))),
    "full": Size("full", 1_000_000, 50_000_000, 30_000_000, 500, ((1_000, 60), (10_000, 60), (100_000, 20))),
}


def profile_ids(numbers: NDArray[np.int32]) -> pl.Series:
    """The external id of each profile number."""
    return pl.select(pl.format("p{}", pl.Series(numbers))).to_series().alias("_profile_id")


def attributes(profiles: int) -> pl.DataFrame:
    """The attributes of everybody: one row per profile number."""
    draw = np.random.default_rng([SEED, 1])
    trial = START + draw.integers(0, 400, profiles) * DAY
    return pl.DataFrame(
        {
            "age": pl.Series(draw.integers(16, 90, profiles)),
            "country": pl.Series(COUNTRIES).gather(draw.integers(0, len(COUNTRIES), profiles)),
            "tier": pl.Series(TIERS).gather(draw.choice(4, profiles, p=[0.6, 0.25, 0.14, 0.01])),
            "points": pl.Series(draw.integers(0, 1_000_000, profiles) / 100),
            "subscribed": pl.Series(draw.random(profiles) < 0.7),
            "trial_ends": pl.Series(np.where(draw.random(profiles) < 0.5, trial, -1)).cast(INSTANT),
        }
    ).with_columns(pl.when(pl.col("trial_ends") > pl.lit(START).cast(INSTANT)).then("trial_ends"))


def whose(draw: np.random.Generator, profiles: int, count: int) -> NDArray[np.int32]:
    """Who did each of ``count`` events: skewed, and spread over all numbers."""
    rank = (draw.random(count) ** 2 * profiles).astype(np.int64)
    numbers: NDArray[np.int32] = (rank * 7_919 % profiles).astype(np.int32)
    return numbers


def events(name: str, profiles: int, total: int, columns: Sequence[str] = ("amount", "category")) -> pl.DataFrame:
    """The year's events of one type, of ``total`` events of all types: number of profile, time, properties."""
    count = round(total * SHARES[name])
    draw = np.random.default_rng([SEED, 2, list(SHARES).index(name)])
    times = np.sort(draw.integers(START + 1, END, count))
    return _frame(draw, whose(draw, profiles, count), times, columns)


def tick_events(number: int, profiles: int, count: int, start: int, end: int) -> dict[str, pl.DataFrame]:
    """``count`` new events of all types between two instants; ``number`` tells one such batch from another."""
    found = {}
    for place, (name, share) in enumerate(SHARES.items()):
        draw = np.random.default_rng([SEED, 3, number, place])
        own = round(count * share)
        times = np.sort(draw.integers(start + 1, end + 1, own))
        found[name] = _frame(draw, whose(draw, profiles, own), times, ("amount", "category"))
    return found


def _frame(
    draw: np.random.Generator, profiles: NDArray[np.int32], times: NDArray[np.int64], columns: Sequence[str]
) -> pl.DataFrame:
    count = len(profiles)
    series = [pl.Series("_profile", profiles), pl.Series("_time", times).cast(INSTANT)]
    if "amount" in columns:
        series.append(pl.Series("amount", draw.integers(100, 20_000, count) / 100))
    if "category" in columns:
        places = (draw.random(count) ** 1.5 * len(CATEGORIES)).astype(np.int64)
        series.append(pl.Series("category", CATEGORIES).gather(places))
    return pl.DataFrame(series)


def event_ids(name: str, batch: int, count: int) -> pl.Series:
    """Ids of the events of one type in one batch."""
    numbers = pl.Series(np.arange(count))
    return pl.select(pl.format("{}-{}-{}", pl.lit(name), pl.lit(batch), numbers)).to_series().alias("_event_id")
