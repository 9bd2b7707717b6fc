"""A stream: the rows of an event type that pass a filter, reduced to profile, instant and value.

Kept in order of time in growing arrays, so that a window is a slice. A row that comes late, but not by
much, is sorted into the end of the arrays; one that comes very late goes to a small sorted side list,
which is merged when it has grown. Rows of one instant keep their order of arrival.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.kernel.index import ProfileIndex
from parcours.kernel.rows import Int64s, Profiles, Rows, concat, no_rows
from parcours.language.tree import Node

Integer = TypeVar("Integer", np.int32, np.int64)

#: A row at most this many rows from the end is sorted in; any other late row goes to the side list.
TAIL = 65_536
#: The side list is merged when it holds more than this share of the stream.
SIDE_SHARE = 1 / 16


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """What makes a stream; equal specs are one stream, however many rules use it.

    ``event`` is an event type, or ``@name`` for the values of the date attribute ``name``. ``over`` is the
    path of a list whose elements are the rows. ``encoding`` is ``None`` for streams that are only counted;
    with a value, rows whose value is null are left out.
    """

    event: str
    over: tuple[str, ...] | None = None
    where: Node | None = None
    value: Node | None = None
    encoding: str | None = None
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.event, self.over, self.where, self.value, self.encoding)))

    def __hash__(self) -> int:
        """Worked out once: trees are deep, and specs are keys of dictionaries."""
        return self._hash

    @property
    def valued(self) -> bool:
        return self.encoding is not None


class Stream:
    """The rows of one :class:`StreamSpec`."""

    def __init__(self, spec: StreamSpec, rows: Rows | None = None) -> None:
        """``rows`` is the history, in any order."""
        self.spec = spec
        self._set_main((rows if rows is not None else no_rows(spec.valued)).sorted_by_time())
        self._nothing = no_rows(spec.valued)
        self._side = self._nothing
        self._index: ProfileIndex | None = None
        self._building = threading.Lock()
        self.arrived = self._nothing
        #: Profiles and instants at which their rows came and went in this tick, where that is not the rows' own time.
        self.changed: list[tuple[Profiles, Int64s]] = []

    def __len__(self) -> int:
        return self._length + len(self._side)

    @property
    def rows(self) -> Rows:
        """All rows in order of time."""
        self._merge_side()
        return self._main

    @property
    def _main(self) -> Rows:
        values = None if self._values is None else self._values[: self._length]
        return Rows(self._profiles[: self._length], self._times[: self._length], values)

    def _set_main(self, rows: Rows) -> None:
        self._profiles: Profiles = rows.profiles
        self._times: Int64s = rows.times
        self._values: Int64s | None = rows.values
        self._length = len(rows)

    def values(self) -> list[Int64s]:
        """The encoded values of all rows, those that came with this tick among them, in no order."""
        return [rows.values for rows in (self._main, self._side, self.arrived) if rows.values is not None]

    # --- reading -----------------------------------------------------------------------------------

    def between(self, lo: int, hi: int) -> Rows:
        """The rows with ``lo < time <= hi``, in order of time within the arrays and within the side list."""
        if hi <= lo:
            return self._nothing
        times = self._times[: self._length]
        start, end = int(times.searchsorted(lo, "right")), int(times.searchsorted(hi, "right"))
        values = None if self._values is None else self._values[start:end]
        main = Rows(self._profiles[start:end], times[start:end], values)
        return concat([main, _slice(self._side, lo, hi)], self.spec.valued) if len(self._side) else main

    def next_after(self, instant: int) -> int | None:
        """The time of the first row later than ``instant``."""
        at = int(self._times[: self._length].searchsorted(instant, "right"))
        found = int(self._times[at]) if at < self._length else None
        if len(self._side):
            late = int(self._side.times.searchsorted(instant, "right"))
            if late < len(self._side):
                found = min(int(self._side.times[late]), int(self._side.times[late]) if found is None else found)
        return found

    @property
    def index(self) -> ProfileIndex:
        """The same rows by profile; built when first asked for, then kept. Several threads may ask."""
        if self._index is None:
            with self._building:
                if self._index is None:
                    self._index = self._by_profile()
        return self._index

    def _by_profile(self) -> ProfileIndex:
        index = ProfileIndex(concat([self._main, self._side], self.spec.valued))
        if len(self.arrived):
            index.append(self.arrived)
        return index

    # --- changing ----------------------------------------------------------------------------------

    def arrive(self, rows: Rows) -> None:
        """Hold the rows that came with this tick, in order of arrival; :meth:`settle` files them.

        Until then slices handed out by :meth:`between` stay as they are, and do not show these rows.
        """
        if len(rows):
            together = concat([self.arrived, rows], self.spec.valued) if len(self.arrived) else rows
            self.arrived = together.sorted_by_time()
            if self._index is not None:
                self._index.append(rows)

    def changed_at(self, profiles: Profiles, otherwise: int) -> Int64s:
        """When the row of each of these profiles came or went in this tick."""
        instants = np.full(len(profiles), otherwise, np.int64)
        for who, when in self.changed:
            order = np.argsort(who)
            place = order[np.minimum(np.searchsorted(who, profiles, sorter=order), len(who) - 1)]
            instants = np.where(who[place] == profiles, when[place], instants)
        return instants

    def settle(self) -> None:
        """File the rows that came with this tick among the others."""
        self.changed = []
        if len(self.arrived):
            rows, self.arrived = self.arrived, self._nothing
            self._append(rows)

    def _append(self, rows: Rows) -> None:
        rows = rows.sorted_by_time()
        if self._length and rows.times[0] < self._times[self._length - 1]:
            cut = int(self._times[max(0, self._length - TAIL)])
            if self._length > TAIL:
                late = int(np.searchsorted(rows.times, cut, side="left"))
                self._add_to_side(rows[:late])
                rows = rows[late:]
            rows = self._cut_tail(rows)
        self._extend(rows)

    def _cut_tail(self, rows: Rows) -> Rows:
        """Take the rows of the arrays that are later than the first new one off, and merge them with the new."""
        if not len(rows):
            return rows
        keep = int(np.searchsorted(self._times[: self._length], rows.times[0], side="right"))
        tail = self._main[slice(keep, self._length)]
        tail = Rows(tail.profiles.copy(), tail.times.copy(), None if tail.values is None else tail.values.copy())
        self._length = keep
        return concat([tail, rows], self.spec.valued).sorted_by_time()

    def _extend(self, rows: Rows) -> None:
        needed = self._length + len(rows)
        if needed > len(self._profiles) or not self._profiles.flags.writeable:
            room = max(needed, len(self._profiles) + len(self._profiles) // 4 + 64)
            self._profiles = _grown(self._profiles, self._length, room)
            self._times = _grown(self._times, self._length, room)
            if self._values is not None:
                self._values = _grown(self._values, self._length, room)
        place = slice(self._length, needed)
        self._profiles[place] = rows.profiles
        self._times[place] = rows.times
        if self._values is not None and rows.values is not None:
            self._values[place] = rows.values
        self._length = needed

    def _add_to_side(self, rows: Rows) -> None:
        self._side = concat([self._side, rows], self.spec.valued).sorted_by_time()
        if len(self._side) > max(TAIL, self._length * SIDE_SHARE):
            self._merge_side()

    def _merge_side(self) -> None:
        if len(self._side):
            self._set_main(concat([self._main, self._side], self.spec.valued).sorted_by_time())
            self._side = self._nothing

    def retract(self, rows: Rows) -> Rows:
        """Take rows out again: for each given row one equal row (profile, time and value), the latest arrived.

        Returns the rows that had been filed before this tick; rows that came with this tick simply vanish.
        """
        fresh = matches(self.arrived, rows)
        if (fresh >= 0).any():
            self.arrived = self.arrived[np.setdiff1d(np.arange(len(self.arrived)), fresh)]
            self._index = None
        rows = rows[fresh < 0]
        filed = matches(self.rows, rows)
        self._keep(np.delete(np.arange(self._length), filed[filed >= 0]))
        return rows[filed >= 0]

    def erase(self, profiles: Profiles) -> None:
        """Take out every row of these profiles."""
        if len(profiles):
            self._keep(np.flatnonzero(~np.isin(self.rows.profiles, profiles)))

    def _keep(self, which: NDArray[np.intp]) -> None:
        if len(which) < self._length:
            self._set_main(self.rows[which])
            self._index = None


def _slice(rows: Rows, lo: int, hi: int) -> Rows:
    return rows[int(rows.times.searchsorted(lo, "right")) : int(rows.times.searchsorted(hi, "right"))]


def _grown(array: NDArray[Integer], length: int, room: int) -> NDArray[Integer]:
    larger = np.empty(room, array.dtype)
    larger[:length] = array[:length]
    return larger


def matches(rows: Rows, wanted: Rows) -> NDArray[np.intp]:
    """For each wanted row the position of an equal one in ``rows`` (sorted by time), or -1.

    Of several equal rows the last comes first; a row wanted twice gets two different ones.
    """
    if not len(wanted) or not len(rows):
        return np.full(len(wanted), -1, np.intp)
    times = np.unique(wanted.times)
    starts, ends = (np.searchsorted(rows.times, times, side=side) for side in ("left", "right"))
    near = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
    have = _keyed(rows[near]).with_columns(
        place=pl.Series(near), turn=pl.int_range(pl.len(), 0, -1).over("p", "t", "v")
    )
    want = _keyed(wanted).with_columns(turn=pl.int_range(1, pl.len() + 1).over("p", "t", "v"))
    found = want.join(have, on=["p", "t", "v", "turn"], how="left", maintain_order="left")
    return found["place"].fill_null(-1).to_numpy().astype(np.intp)


def _keyed(rows: Rows) -> pl.DataFrame:
    values = np.zeros(len(rows), np.int64) if rows.values is None else rows.values
    return pl.DataFrame({"p": rows.profiles, "t": rows.times, "v": values})
