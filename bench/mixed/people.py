"""The profiles of the mixed rules: texts, dates, lists, objects and lists of objects, beside numbers and booleans.

Events are those of :mod:`bench.data`. Seeded, so that every run and every engine sees the same.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.data import COUNTRIES, END, SEED, SHARES, START
from parcours.core.clock import DAY
from parcours.core.facts import INSTANT
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    Schema,
    list_of,
    object_of,
    polars_type,
)

FIRST = ["Anna", "Ben", "Chloé", "David", "Emma", "Farid", "Greta", "Hugo", "Ines", "Jan", "Lena", "Marc", "Nora"]
LAST = ["Martin", "Bernard", "Schmidt", "Weber", "Rossi", "Garcia", "Novak", "Jansen", "Kowalski", "Larsson"]
DOMAINS = ["mail.example", "post.example", "work.example.org", "uni.example.org", "shop.example.com", "web.example.net"]
CITIES = ["Lyon", "Paris", "Lille", "Hamburg", "Freiburg", "Salzburg", "London", "Lisboa", "Madrid", "Milano", "Gdańsk"]
INTERESTS = ["tea", "jazz", "hiking", "chess", "cooking", "cycling", "film", "garden", "opera", "running", "sailing"]
SYSTEMS = ["ios", "android", "web", "tv"]

DEVICE = object_of({"os": STRING, "pushes": INTEGER, "seen": DATE_TIME})
SCHEMA = Schema(
    attributes={
        "email": STRING,
        "first_name": STRING,
        "city": STRING,
        "country": STRING,
        "age": INTEGER,
        "points": DECIMAL,
        "subscribed": BOOLEAN,
        "birthday": DATE_ONLY,
        "signup": DATE_TIME,
        "trial_ends": DATE_TIME,
        "interests": list_of(STRING),
        "address": object_of({"city": STRING, "zip": STRING}),
        "devices": list_of(DEVICE),
    },
    events={name: {"amount": DECIMAL, "category": STRING} for name in SHARES},
)


def people(profiles: int) -> pl.DataFrame:
    """The attributes of everybody: one row per profile number."""
    draw = np.random.default_rng([SEED, 11])
    first, city = _pick(draw, FIRST, profiles), _pick(draw, CITIES, profiles)
    frame = pl.DataFrame(
        {
            "first": first,
            "last": _pick(draw, LAST, profiles),
            "domain": _pick(draw, DOMAINS, profiles),
            "number": pl.Series(np.arange(profiles)),
            "first_name": first,
            "city": city,
            "country": _pick(draw, COUNTRIES, profiles),
            "age": pl.Series(draw.integers(16, 90, profiles)),
            "points": pl.Series(draw.integers(0, 1_000_000, profiles) / 100),
            "subscribed": pl.Series(draw.random(profiles) < 0.7),
            "birthday": pl.Series(draw.integers(-12_000, 14_000, profiles)).cast(pl.Int32).cast(pl.Date),
            "signup": pl.Series(draw.integers(START - 900 * DAY, END, profiles)).cast(INSTANT),
            "trial_ends": pl.Series(draw.integers(START, END + 60 * DAY, profiles)).cast(INSTANT),
            "zip": pl.Series(draw.integers(1_000, 99_999, profiles)).cast(pl.String).str.zfill(5),
        }
    )
    unknown = {name: pl.Series(draw.random(profiles) < 0.15) for name in ("email", "city", "birthday", "trial_ends")}
    email = pl.format("{}.{}{}@{}", pl.col("first").str.to_lowercase(), pl.col("last"), "number", "domain")
    return frame.select(
        pl.when(~pl.lit(unknown["email"])).then(email).alias("email"),
        "first_name",
        pl.when(~pl.lit(unknown["city"])).then("city").alias("city"),
        *("country", "age", "points", "subscribed"),
        pl.when(~pl.lit(unknown["birthday"])).then("birthday").alias("birthday"),
        "signup",
        pl.when(~pl.lit(unknown["trial_ends"])).then("trial_ends").alias("trial_ends"),
        _lists(draw, profiles, 5, _pick(draw, INTERESTS, 5 * profiles), "interests"),
        pl.struct("city", "zip").alias("address"),
        _lists(draw, profiles, 3, _devices(draw, 3 * profiles), "devices"),
    ).cast({name: polars_type(type_) for name, type_ in SCHEMA.attributes.items()})


def _pick(draw: np.random.Generator, some: list[str], count: int) -> pl.Series:
    return pl.Series(some).gather(draw.integers(0, len(some), count))


def _devices(draw: np.random.Generator, count: int) -> pl.Series:
    seen = draw.integers(END - 200 * DAY, END, count)
    return pl.DataFrame(
        {
            "os": _pick(draw, SYSTEMS, count),
            "pushes": pl.Series(draw.integers(0, 10, count)),
            "seen": pl.Series(seen).cast(INSTANT),
        }
    ).to_struct("devices")


def _lists(draw: np.random.Generator, profiles: int, most: int, values: pl.Series, name: str) -> pl.Series:
    """For each profile the first few of its ``most`` values; for some no list at all."""
    sizes = draw.integers(0, most + 1, profiles)
    frame = pl.DataFrame({"owner": np.repeat(np.arange(profiles), most), name: values})
    kept = frame.filter(pl.Series(_ranks(profiles, most) < np.repeat(sizes, most)))
    found = kept.group_by("owner", maintain_order=True).agg(name)
    return pl.DataFrame({"owner": np.arange(profiles)}).join(found, on="owner", how="left", maintain_order="left")[name]


def _ranks(profiles: int, most: int) -> NDArray[np.int64]:
    return np.tile(np.arange(most), profiles)
