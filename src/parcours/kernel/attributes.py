"""The current attributes of all profiles, as columns that can be read and changed for many profiles at once.

Numbers, booleans and times stand in an array with a place for every profile. Any other attribute is a growing
pool of values and, per profile, the place of its value in the pool: changing values appends to the pool, reading
gathers from it. So texts, lists and objects cost little more than numbers, and nothing loops over profiles.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import INSTANT
from parcours.core.schema import Schema, Type, polars_type
from parcours.kernel.operands import Operand, holds, operand
from parcours.kernel.rows import Int64s, Profiles, typed
from parcours.language.check.names import PROFILE_ID

#: A pool in more than this many pieces is joined into one.
PIECES = 32
#: From so many values on it is worth to see whether they stand together.
MANY = 4_096


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """Values of one attribute that really changed, in order of application; each profile at most once."""

    attribute: str
    profiles: Profiles
    instants: Int64s
    before: pl.Series
    after: pl.Series


class _Column(ABC):
    """The values of one attribute, for so many profiles."""

    def __init__(self, type_: Type) -> None:
        self.type = type_

    @abstractmethod
    def resize(self, profiles: int) -> None:
        """Make room for this many profiles."""

    @abstractmethod
    def get(self, profiles: Profiles) -> pl.Series:
        """The value of each profile."""

    @abstractmethod
    def set(self, profiles: Profiles, values: pl.Series) -> None:
        """Change the values of these profiles (each named once)."""

    @abstractmethod
    def forget(self, profiles: Profiles) -> None:
        """Null from now on, and nothing is left of what there was."""

    @property
    @abstractmethod
    def known(self) -> Profiles:
        """The profiles that have a value, ascending."""


class _Numbers(_Column):
    """An array with a place for every profile, in the physical form of :data:`~parcours.kernel.arrays.Operand`."""

    def __init__(self, type_: Type, profiles: int) -> None:
        super().__init__(type_)
        self._values = operand(pl.Series([], dtype=polars_type(type_)))[0]
        self._known = np.zeros(0, np.bool_)
        self.resize(profiles)

    def resize(self, profiles: int) -> None:
        more = profiles - len(self._known)
        if more > 0:
            self._values = np.append(self._values, np.zeros(more, self._values.dtype))
            self._known = np.append(self._known, np.zeros(more, np.bool_))

    def operand(self, profiles: Profiles) -> Operand:
        known = self._known[profiles]
        return self._values[profiles], None if known.all() else ~known

    def get(self, profiles: Profiles) -> pl.Series:
        values, unknown = self.operand(profiles)
        column = typed(values, self.type)
        return column if unknown is None else column.set(pl.Series(unknown), None)

    def set(self, profiles: Profiles, values: pl.Series) -> None:
        self._values[profiles], unknown = operand(values)
        self._known[profiles] = True if unknown is None else ~unknown

    def forget(self, profiles: Profiles) -> None:
        self._values[profiles], self._known[profiles] = 0, False

    @property
    def known(self) -> Profiles:
        return np.flatnonzero(self._known).astype(np.int32)


class _Pool(_Column):
    """A pool of values that begins with null, and the place of each profile's value in it."""

    def __init__(self, type_: Type, profiles: int) -> None:
        super().__init__(type_)
        self._pool = pl.Series([None], dtype=polars_type(type_))
        self._places = np.zeros(profiles, np.uint32)

    def resize(self, profiles: int) -> None:
        more = profiles - len(self._places)
        if more > 0:
            self._places = np.append(self._places, np.zeros(more, np.uint32))

    def get(self, profiles: Profiles) -> pl.Series:
        places = self._places[profiles]
        together = self._stretch(places) if len(places) >= MANY else None
        return self._pool[pl.Series(places)] if together is None else together

    def _stretch(self, places: NDArray[np.uint32]) -> pl.Series | None:
        """The values at these places without copying them, where they stand together: as they came, nulls included."""
        known = np.flatnonzero(places)
        if not len(known):
            return None
        start = int(places[known[0]]) - int(known[0])
        if start < 0 or start + len(places) > len(self._pool) or (places[known] != known + start).any():
            return None
        found = self._pool.slice(start, len(places))
        return found if found.null_count() == len(places) - len(known) else None

    def set(self, profiles: Profiles, values: pl.Series) -> None:
        start = len(self._pool)
        self._pool = self._pool.append(values)
        known = values.is_not_null().to_numpy()
        self._places[profiles] = np.where(known, np.arange(start, start + len(values)), 0)
        if self._pool.n_chunks() > PIECES:
            self._pool = self._pool.rechunk()
        if len(self._pool) > 2 * len(self._places) + 4_096:
            self._compact()

    def _compact(self) -> None:
        used = self.known
        self._pool = self._pool[pl.Series(np.append(np.zeros(1, np.uint32), self._places[used]))]
        self._places[used] = np.arange(1, len(used) + 1)

    def forget(self, profiles: Profiles) -> None:
        self._places[profiles] = 0
        self._compact()

    @property
    def known(self) -> Profiles:
        return np.flatnonzero(self._places).astype(np.int32)


def _column(type_: Type, profiles: int) -> _Column:
    return _Numbers(type_, profiles) if holds(type_) else _Pool(type_, profiles)


class AttributeStore:
    """The attributes of ``profiles`` profiles under a schema that may widen."""

    def __init__(self, schema: Schema, profiles: int = 0) -> None:
        self._columns: dict[str, _Column] = {}
        self._profiles = profiles
        #: The external ids, which rules read as an attribute that every profile has (for samples).
        self.ids: Callable[[Profiles], pl.Series] | None = None
        self.widen(schema)

    def widen(self, schema: Schema) -> None:
        """Take over new attributes and wider types."""
        for name, type_ in schema.attributes.items():
            column = self._columns.get(name)
            if column is None:
                self._columns[name] = _column(type_, self._profiles)
            elif column.type != type_:
                self._columns[name] = wider = _column(type_, self._profiles)
                wider.set(column.known, column.get(column.known).cast(polars_type(type_)))

    def resize(self, profiles: int) -> None:
        """Make room for this many profiles."""
        self._profiles = max(self._profiles, profiles)
        for column in self._columns.values():
            column.resize(self._profiles)

    def get(self, name: str, profiles: Profiles) -> pl.Series:
        """The value of an attribute for each profile; null where there is none, or no such attribute."""
        if name == PROFILE_ID and self.ids is not None:
            return self.ids(profiles)
        column = self._columns.get(name)
        if column is None:
            return pl.repeat(None, len(profiles), dtype=pl.String, eager=True)
        return column.get(profiles)

    def known(self, name: str) -> Profiles:
        """The profiles that have a value of an attribute, ascending."""
        column = self._columns.get(name)
        return np.empty(0, np.int32) if column is None else column.known

    def operand(self, name: str, profiles: Profiles, type_: Type) -> Operand | None:
        """:meth:`get` as an array; ``None`` where the values are of another type than this, or of none of arrays."""
        column = self._columns.get(name)
        return column.operand(profiles) if isinstance(column, _Numbers) and column.type == type_ else None

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
        after = rows[name].cast(polars_type(column.type))
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
            column.forget(profiles)

    def dump(self) -> dict[str, pl.DataFrame]:
        """Each attribute as a frame (profile, value); :meth:`load` reads it back."""
        parts = {}
        for name, column in self._columns.items():
            used = column.known
            parts[name] = pl.DataFrame({"profile": used, "value": column.get(used)})
        return parts

    def load(self, parts: dict[str, pl.DataFrame]) -> None:
        for name, part in parts.items():
            self._columns[name].set(part["profile"].to_numpy(), part["value"])
