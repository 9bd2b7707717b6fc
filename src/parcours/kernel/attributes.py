"""The current attributes of all profiles, as columns that can be read and changed for many profiles at once.

Each attribute is a growing pool of values and, per profile, the place of its value in the pool. Changing
values appends to the pool; reading gathers from it. So texts, lists and objects cost no more than numbers,
and nothing loops over profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from parcours.core.facts import INSTANT
from parcours.core.schema import Schema, Type, polars_type
from parcours.kernel.rows import Int64s, Profiles

#: A pool in more than this many pieces is joined into one.
PIECES = 32


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """Values of one attribute that really changed, in order of application; each profile at most once."""

    attribute: str
    profiles: Profiles
    instants: Int64s
    before: pl.Series
    after: pl.Series


class _Column:
    def __init__(self, type_: Type, profiles: int) -> None:
        self.type = type_
        self.pool = pl.Series([], dtype=polars_type(type_))
        self.places = np.full(profiles, -1, np.int32)

    def get(self, profiles: Profiles) -> pl.Series:
        places = self.places[profiles]
        known = pl.Series(places)
        return self.pool.gather(known.set(known < 0, None))

    def set(self, profiles: Profiles, values: pl.Series) -> None:
        start = len(self.pool)
        self.pool = self.pool.append(values)
        known = values.is_not_null().to_numpy()
        self.places[profiles] = np.where(known, np.arange(start, start + len(values)), -1)
        if self.pool.n_chunks() > PIECES:
            self.pool = self.pool.rechunk()
        if len(self.pool) > 2 * len(self.places) + 4_096:
            self._compact()

    def _compact(self) -> None:
        used = np.flatnonzero(self.places >= 0)
        self.pool = self.pool.gather(pl.Series(self.places[used]))
        self.places[used] = np.arange(len(used), dtype=np.int32)


class AttributeStore:
    """The attributes of ``profiles`` profiles under a schema that may widen."""

    def __init__(self, schema: Schema, profiles: int = 0) -> None:
        self._columns: dict[str, _Column] = {}
        self._profiles = profiles
        self.widen(schema)

    def widen(self, schema: Schema) -> None:
        """Take over new attributes and wider types."""
        for name, type_ in schema.attributes.items():
            column = self._columns.get(name)
            if column is None:
                self._columns[name] = _Column(type_, self._profiles)
            elif column.type != type_:
                column.type, column.pool = type_, column.pool.cast(polars_type(type_))

    def resize(self, profiles: int) -> None:
        """Make room for this many profiles."""
        self._profiles = max(self._profiles, profiles)
        for column in self._columns.values():
            if profiles > len(column.places):
                longer = np.full(profiles, -1, np.int32)
                longer[: len(column.places)] = column.places
                column.places = longer

    def type_of(self, name: str) -> Type | None:
        """The type of an attribute's values; ``None`` when there is no such attribute."""
        column = self._columns.get(name)
        return None if column is None else column.type

    def get(self, name: str, profiles: Profiles) -> pl.Series:
        """The value of an attribute for each profile; null where there is none, or no such attribute."""
        column = self._columns.get(name)
        if column is None:
            return pl.repeat(None, len(profiles), dtype=pl.String, eager=True)
        return column.get(profiles)

    def frame(self, names: list[str], profiles: Profiles) -> pl.DataFrame:
        """Several attributes at once, one row per profile given."""
        return pl.DataFrame([self.get(name, profiles).alias(name) for name in names])

    def apply(self, changes: pl.DataFrame, prev: int, now: int) -> Iterator[AttributeChange]:
        """Apply profile changes in row order and yield what really changed.

        A change with a time of this tick takes effect then, any other at ``now``.
        """
        for name in changes.columns if changes.height else ():
            if name.startswith("_"):
                continue
            rows = changes.filter(pl.col("_set").list.contains(name)).select(
                "_profile", pl.col("_time").cast(INSTANT).to_physical(), pl.col(name)
            )
            if not rows.height:
                continue
            rows = rows.with_columns(_turn=pl.int_range(pl.len()).over("_profile"))
            for _, turn in sorted(rows.group_by("_turn"), key=lambda group: int(group[0][0])):
                change = self._changed(name, turn, prev, now)
                if change is not None:
                    yield change

    def _changed(self, name: str, rows: pl.DataFrame, prev: int, now: int) -> AttributeChange | None:
        column = self._columns[name]
        after = rows[name].cast(column.pool.dtype)
        profiles = rows["_profile"].to_numpy()
        before = column.get(profiles)
        different = before.ne_missing(after)
        if not different.any():
            return None
        times = rows["_time"].to_numpy()
        instants = np.where((times > prev) & (times <= now), times, now)
        which = different.to_numpy()
        change = AttributeChange(
            name, profiles[which], instants[which], before.filter(different), after.filter(different)
        )
        column.set(change.profiles, change.after)
        return change

    def erase(self, profiles: Profiles) -> None:
        """Forget the values of these profiles, also in the pools."""
        for column in self._columns.values():
            column.places[profiles] = -1
            column._compact()

    def dump(self) -> dict[str, pl.DataFrame]:
        """Each attribute as a frame (profile, value); :meth:`load` reads it back."""
        parts = {}
        for name, column in self._columns.items():
            used = np.flatnonzero(column.places >= 0).astype(np.int32)
            parts[name] = pl.DataFrame({"profile": used, "value": column.get(used)})
        return parts

    def load(self, parts: dict[str, pl.DataFrame]) -> None:
        for name, part in parts.items():
            self._columns[name].set(part["profile"].to_numpy(), part["value"])
