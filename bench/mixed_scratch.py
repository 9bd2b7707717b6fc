"""(g) Mixed rules in four languages over all profiles, from scratch.

Texts, numbers, dates, lists, objects in lists, events in windows, comparisons, sequences, other segments. Ours: the
rules are read from their languages, features are built from frames of events, everybody is evaluated, the
qualifications made. The peers answer the same questions as one writes them there, one query for each.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from bench.data import END, SHARES, Size, events
from bench.mixed import rules
from bench.mixed.peers import InPolars, compare, in_sql
from bench.mixed.people import SCHEMA, people
from bench.mixed.question import Question
from bench.report import Took, cell, console, rate, ratio, table, timed
from bench.segments import changes
from parcours.flow.segments.stage import SegmentStage
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import BLOCK, Compiled, evaluate
from parcours.kernel.histories import history_of
from parcours.kernel.keys import needed
from parcours.kernel.narrow import narrowed
from parcours.kernel.reading import Moment
from parcours.language.method import evaluation_method
from parcours.language.tree import Node

#: Profiles, events, rules.
SIZES = {"small": (10_000, 100_000, 100), "medium": (200_000, 2_000_000, 500), "full": (1_000_000, 10_000_000, 500)}


def run(size: Size) -> None:
    """Evaluate with all engines, compare the members of every segment, print."""
    profiles, count, number = SIZES[size.name]
    questions = rules.mixed(number, count / profiles)
    frames = {name: events(name, profiles, count) for name in SHARES}
    everybody = people(profiles)
    parsed, trees = timed(lambda: rules.trees(questions))
    ours = _Ours(everybody, trees)
    featured, _ = timed(lambda: ours.feature(frames))
    evaluated, _ = timed(ours.publish)
    took = Took(parsed.wall + featured.wall + evaluated.wall, parsed.cpu + featured.cpu + evaluated.cpu)
    tables = {"profiles": everybody.with_row_index("_profile").with_columns(pl.col("_profile").cast(pl.Int32))}
    tables |= {f"e_{name}": frame for name, frame in frames.items()}
    sql = in_sql(tables)
    by_sql, _ = timed(lambda: sql.run(questions, END))
    total = compare(questions, (ours.stage.bits.members(one.id) for one in questions), sql)
    sql.con.close()
    lazy = InPolars(tables)
    by_polars, _ = timed(lambda: lazy.run(questions, END))
    compare(questions, (ours.stage.bits.members(one.id) for one in questions), lazy)
    table(
        f"(g) {number} mixed rules × {profiles:,} profiles × {count:,} events, from scratch",
        ["engine", "time", "CPU", "ratio", "rules/s"],
        [
            ["Parcours", *cell(took), ratio(took, took), rate(number, took)],
            ["  parsing and checking", *cell(parsed), "", rate(number, parsed)],
            ["  features and compilation", *cell(featured), "", ""],
            ["  evaluation, qualifications made", *cell(evaluated), "", rate(number, evaluated)],
            ["DuckDB, a query per rule", *cell(by_sql), ratio(by_sql, took), rate(number, by_sql)],
            ["Polars, a lazy query per rule", *cell(by_polars), ratio(by_polars, took), rate(number, by_polars)],
        ],
        f"{len(ours.book)} features of {len(ours.book.streams)} streams; all {total:,} members compared with both",
    )
    dearest(questions, trees, ours.costs(), {"DuckDB": sql.costs, "Polars": lazy.costs}, "g")


class _Ours:
    """What a tick does with new definitions."""

    def __init__(self, everybody: pl.DataFrame, trees: Mapping[str, Node]) -> None:
        self.book = FeatureBook(SCHEMA, everybody.height)
        self.book.take_attributes(changes(everybody), END - 1, END - 1)
        self.book.settle()
        self.stage = SegmentStage(self.book)
        self.trees = {name: narrowed(node, SCHEMA) for name, node in trees.items()}
        self.profiles = everybody.height

    def feature(self, frames: Mapping[str, pl.DataFrame]) -> None:
        nodes = list(self.trees.values())
        self.book.require(nodes, history_of(self.book, self.book.missing(nodes), frames), END)
        self.stage.resize(self.profiles)
        self.stage.define_all({name: (1, node) for name, node in self.trees.items()})

    def publish(self) -> None:
        self.stage.publish(list(self.trees), END, np.ones(self.profiles, np.bool_))

    def costs(self) -> dict[str, float]:
        """Seconds of evaluating each rule for everybody, by itself."""
        items = self.stage.published.items()
        return {name: cost_of(self.stage, self.book, item.rule, self.profiles) for name, item in items}


def cost_of(stage: SegmentStage, book: FeatureBook, rule: Compiled, profiles: int) -> float:
    """Seconds of evaluating a rule for everybody; of many, for some and reckoned up."""
    some = np.arange(min(profiles, 4 * BLOCK), dtype=np.int32)
    start = time.perf_counter()
    for first in range(0, len(some), BLOCK):
        block = some[first : first + BLOCK]
        evaluate({"": rule}, book, block, Moment(END), stage.bits.get)
    return (time.perf_counter() - start) * profiles / len(some)


def dearest(
    questions: Sequence[Question],
    trees: Mapping[str, Node],
    costs: Mapping[str, float],
    peers: Mapping[str, Mapping[str, float]],
    bench: str,
) -> None:
    """Print the ten rules that cost most, with how they are evaluated, and the cost of each kind of method."""
    methods = {name: evaluation_method(node).kind for name, node in trees.items()}
    by_name = {one.id: one for one in questions}
    top = sorted(costs, key=lambda name: -costs[name])[:10]
    table(
        f"({bench}) the rules that cost most to evaluate for everybody, each by itself",
        ["rule", "language", "about", "evaluated", "features", "ours", *peers],
        [
            [
                name,
                by_name[name].language,
                by_name[name].sorts,
                methods[name],
                str(len(set(needed(trees[name])))),
                *(f"{cost[name] * 1e3:,.0f} ms" for cost in (costs, *peers.values())),
            ]
            for name in top
        ],
    )
    for kind in dict.fromkeys(methods.values()):
        some = [name for name, found in methods.items() if found == kind]
        spent = sum(costs[name] for name in some)
        console.print(f"  {len(some):>4} {kind}: {spent:,.2f} s, {spent / len(some) * 1e3:,.1f} ms each")
