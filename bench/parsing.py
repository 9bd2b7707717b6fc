"""(f) From text to checked tree: rules per second and language.

Ours reads names and types against the schema, and writes what it asks of events as aggregates. The peers get the
same questions and do what corresponds: DuckDB parses, binds and plans (``EXPLAIN``); Polars builds a lazy query and
resolves its schema.
"""

from __future__ import annotations

import duckdb

from bench.data import END, SHARES, Size, events
from bench.mixed.peers import in_sql
from bench.mixed.people import SCHEMA, people
from bench.mixed.question import Question
from bench.mixed.rules import LANGUAGES, of_language, trees
from bench.report import best, cell, rate, table

RULES = {"small": 60, "medium": 1_000, "full": 1_000}


def run(size: Size) -> None:
    """Read the rules of each language, and let the peers plan the same questions."""
    frames = {"profiles": people(100).with_row_index("_profile")}
    frames |= {f"e_{name}": events(name, 100, 1_000) for name in SHARES}
    con = in_sql(frames).con
    rows = []
    for language in LANGUAGES:
        questions = of_language(language, RULES[size.name])
        ours, found = best(lambda questions=questions: trees(questions))  # type: ignore[misc]
        assert len(found) == len(questions)
        sql = best(lambda questions=questions: _planned(con, questions), 1)[0]  # type: ignore[misc]
        lazy = best(lambda questions=questions: _resolved(frames, questions), 1)[0]  # type: ignore[misc]
        per_second = (rate(len(questions), took) for took in (ours, sql, lazy))
        rows.append([language, *cell(ours), *per_second])
    con.close()
    table(
        f"(f) {RULES[size.name]:,} rules parsed and checked, per language",
        ["language", "time", "CPU", "rules/s", "DuckDB plans/s", "Polars queries/s"],
        rows,
        f"of attributes ({len(SCHEMA.attributes)}, also lists and objects) and events ({len(SCHEMA.events)} types)",
    )


def _planned(con: duckdb.DuckDBPyConnection, questions: list[Question]) -> None:
    for one in questions:
        con.execute(f"EXPLAIN {one.sql(END)}")


def _resolved(frames: dict, questions: list[Question]) -> None:  # type: ignore[type-arg]
    for one in questions:
        one.polars(END, frames).collect_schema()
