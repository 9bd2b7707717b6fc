"""What a table, a view and a column are, and the columns that several have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in DuckDB and what it holds."""

    name: str
    sql: str
    prose: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of schema ``facts``."""

    name: str
    prose: str
    columns: tuple[Column, ...]

    @property
    def has_profile(self) -> bool:
        """Whether its rows belong to a profile, so that erasing the profile deletes them."""
        return any(column.name == "_profile" for column in self.columns)


@dataclass(frozen=True, slots=True)
class View:
    """A view of schema ``main``: what people query."""

    name: str
    prose: str
    sql: str
    columns: tuple[Column, ...]


TICK = Column("_tick", "BIGINT", "number of the tick that committed the row; 1, 2, 3 …")
SEQ = Column("_seq", "BIGINT", "arrival number, unique over all tables; the order within a tick")
PROFILE = Column("_profile", "INTEGER", "number of the profile: 0, 1, 2 … in order of appearance, never reused")
PROFILE_ID = Column("_profile_id", "VARCHAR", "id of the profile, as it came")
