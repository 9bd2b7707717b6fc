"""Tables and views of the log, from the declaration the database is made from."""

from __future__ import annotations

from collections.abc import Iterable

from parcours.store.log.columns import Column
from parcours.store.log.tables import EVENT, EVENT_VIEW, LAYOUT_VERSION, PROFILES_VIEW, TABLES, VIEWS

INTRODUCTION = f"""\
# Tables of the log

The log is the DuckDB file `history.duckdb` of a workspace. Query it with `parcours sql "…"`
([how to](../how-to/query-with-sql.md)). This is layout {LAYOUT_VERSION}.

Columns that begin with `_` belong to Parcours and mean the same everywhere; all others are facts or your own. Instants
are `TIMESTAMPTZ` in UTC. Types of attributes and properties: boolean → `BOOLEAN`, integer → `BIGINT`, decimal →
`DOUBLE`, string → `VARCHAR`, dates → `DATE`, `TIMESTAMP` or `TIMESTAMPTZ`, lists and objects → lists and structs.

## What to query

Views of schema `main`, with the profile's id where there is a profile.
"""
PHYSICAL = """\
## What is stored

Tables of schema `facts`, append-only but for corrections and erasure. They may change with the layout; the views
above stay.
"""


def page() -> str:
    profiles = _section(
        "profiles", "Every profile with the current value of each attribute.", PROFILES_VIEW, "attribute"
    )
    events = _section("one per event type", "The events of one type that count.", EVENT_VIEW, "property")
    parts = [INTRODUCTION, profiles, events]
    parts += [_section(view.name, view.prose, view.columns) for view in VIEWS]
    parts += [PHYSICAL]
    parts += [_section(f"facts.{table.name}", table.prose, table.columns) for table in (*TABLES, EVENT)]
    return "\n".join(parts)


def _section(name: str, prose: str, columns: Iterable[Column], more: str = "") -> str:
    lines = [f"### {name.replace('<', '&lt;')}", "", prose, "", "| column | type | holds |", "|---|---|---|"]
    lines += [f"| `{column.name}` | `{column.sql}` | {column.prose} |" for column in columns]
    if more:
        lines.append(f"| … | | one column per {more} |")
    return "\n".join([*lines, ""])
