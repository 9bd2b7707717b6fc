"""(b) All segments of all profiles from scratch.

Ours: from frames of events and the attributes in memory, features are built, rules compiled, everybody
evaluated, the qualifications made. DuckDB: one query per segment over typed tables in memory, its members kept
in a table of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import polars as pl

from bench import data, peers
from bench.data import END, SHARES, Size
from bench.report import Took, agree, cell, rate, ratio, table, timed
from bench.rules import Asked, Rule, parsed, rules
from parcours.core.facts import INSTANT
from parcours.flow.segments.stage import SegmentStage
from parcours.kernel.book import FeatureBook
from parcours.kernel.histories import history_of
from parcours.language.tree import Node


def run(size: Size) -> None:
    """Evaluate with both engines, compare the members of every segment, print."""
    segments = rules(size)
    trees = parsed(segments, data.SCHEMA)
    frames = {name: data.events(name, size.profiles, size.events) for name in SHARES}
    people = data.attributes(size.profiles)
    book = _book(people)
    stage = SegmentStage(book)
    featured, _ = timed(lambda: featured_and_compiled(stage, book, trees, frames, size.profiles))
    evaluated, _ = timed(lambda: stage.publish(list(trees), END, np.ones(size.profiles, np.bool_)))
    took = Took(featured.wall + evaluated.wall, featured.cpu + evaluated.cpu)
    con = loaded(frames, people)
    theirs, _ = timed(lambda: query_all(con, segments, END))
    compare(con, segments, stage)
    con.close()
    table(
        f"(b) {len(segments)} segments × {size.profiles:,} profiles × {size.events:,} events, from scratch",
        ["engine", "time", "CPU", "ratio", "segments/s"],
        [
            ["Parcours", *cell(took), ratio(took, took), rate(len(segments), took)],
            ["  of it features and compilation", *cell(featured), "", ""],
            ["  of it evaluation, qualifications made", *cell(evaluated), "", rate(len(segments), evaluated)],
            ["DuckDB, a query per segment", *cell(theirs), ratio(theirs, took), rate(len(segments), theirs)],
        ],
        f"{len(book)} features of {len(book.streams)} streams; all {_members(stage):,} members compared",
    )


def _members(stage: SegmentStage) -> int:
    return sum(len(stage.bits.members(name)) for name in stage.published)


def _book(people: pl.DataFrame) -> FeatureBook:
    book = FeatureBook(data.SCHEMA, people.height)
    book.take_attributes(changes(people), END - 1, END - 1)
    book.settle()
    return book


def changes(people: pl.DataFrame) -> pl.DataFrame:
    """The attributes of everybody as profile changes."""
    names = [name for name in people.columns if not name.startswith("_")]
    return people.select(
        pl.Series("_profile", np.arange(people.height, dtype=np.int32)),
        pl.lit(data.START).cast(INSTANT).alias("_time"),
        pl.lit(pl.Series([names])).first().alias("_set"),
        *names,
    )


def featured_and_compiled(
    stage: SegmentStage,
    book: FeatureBook,
    trees: Mapping[str, Node],
    frames: Mapping[str, pl.DataFrame],
    profiles: int,
) -> None:
    """Build what the rules need and define them, as a tick does it."""
    nodes = list(trees.values())
    book.require(nodes, history_of(book, book.missing(nodes), frames), END)
    stage.resize(profiles)
    stage.define_all({name: (1, node) for name, node in trees.items()})


def loaded(frames: Mapping[str, pl.DataFrame], people: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """DuckDB with the same data."""
    con = peers.connect()
    peers.load(con, "profiles", changes(people).drop("_set", "_time"))
    for name, frame in frames.items():
        peers.load(con, f"e_{name}", frame)
    return con


def query_all(con: duckdb.DuckDBPyConnection, segments: Sequence[Asked], now: int) -> None:
    """Every segment by its query."""
    for rule in segments:
        con.execute(f"CREATE OR REPLACE TABLE m_{rule.id} AS {rule.sql(now)}")


def compare(con: duckdb.DuckDBPyConnection, segments: list[Rule], stage: SegmentStage) -> None:
    """The members of every segment are the same in both engines."""
    for rule in segments:
        members = con.execute(f"SELECT _profile FROM m_{rule.id} ORDER BY _profile").fetchnumpy()["_profile"]
        agree(np.array_equal(members, stage.bits.members(rule.id)), f"members of {rule.id}: {rule.shape}")
