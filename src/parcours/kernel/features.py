"""Features: every value over events that any rule needs, computed once and kept true tick by tick.

A feature is (stream, window, aggregate). Each tick the rows that the window's upper edge passed are added,
those that its lower edge passed are subtracted, and nothing else is looked at. A feature in whose window
nothing moves costs one comparison.

What a tick did to a feature stands in its journal until the next tick: which rows, at which exact instants.
That is what the effective time of an entry or exit is computed from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import Type
from parcours.kernel.aggregates import aggregate
from parcours.kernel.aggregates.base import NOBODY
from parcours.kernel.arrays import Operand
from parcours.kernel.rows import Bools, Int64s, Profiles, Rows, TextPool, decode, physical
from parcours.kernel.streams import Stream
from parcours.kernel.windows import ALWAYS, NEVER, bounds, bounds_at, entering, leaving
from parcours.language.tree import Window


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that came into (``sign`` 1) or went out of (-1) a window in one tick, and at which instants."""

    rows: Rows
    sign: int
    instants: Int64s


class Feature:
    """One aggregate over one window of one stream, for every profile."""

    def __init__(self, stream: Stream, window: Window, kind: str, profiles: int, pool: TextPool) -> None:
        self.stream, self.window, self.kind = stream, window, kind
        self.aggregate = aggregate(kind, stream.spec.encoding, profiles, pool)
        self._pool = pool
        self.journal: list[Change] = []
        self.lo = self.hi = ALWAYS
        self._due = ALWAYS
        self._thresholds: Int64s | None = np.empty(0, np.int64)

    def watch(self, thresholds: Int64s | None) -> None:
        """Say which changes matter: those that cross one of these encoded values, or (``None``) all."""
        if thresholds is None or self._thresholds is None:
            self._thresholds = None
        else:
            self._thresholds = np.union1d(self._thresholds, thresholds)

    def build(self, within: Feature | None = None) -> None:
        """Compute the feature from the stream as it stands, its edges being set.

        ``within`` is a feature just built whose window ends where this one does and begins no earlier: only
        the rows before it are added.
        """
        if within is None or not self.aggregate.adds:
            redo = self.aggregate.build(self.stream.between(self.lo, self.hi))
        else:
            self.aggregate.load({name: part.copy() for name, part in within.aggregate.dump().items()})
            redo = self.aggregate.add(self.stream.between(self.lo, min(within.lo, self.hi)))
        self._recompute(redo)
        self._due = self._next_move()

    def resume(self, arrays: dict[str, Int64s], lo: int, hi: int) -> None:
        """Go on from a snapshot: the arrays the aggregate gave, and the window's edges."""
        self.aggregate.load(arrays)
        self.lo, self.hi = lo, hi
        self._due = self._next_move()

    def advance(self, prev: int, now: int, retracted: Rows) -> Profiles:
        """Move the window from the last tick to ``now``.

        Args:
            prev: the instant of the last tick.
            now: the instant of this tick, not before ``prev``.
            retracted: rows that were just taken out of the stream.

        Returns:
            The profiles whose value changed in a way that matters (see :meth:`watch`), possibly repeated.
        """
        self.journal = []
        arrived = self.stream.arrived
        if now < self._due and not len(arrived) and not len(retracted):
            return NOBODY
        lo, hi = bounds(self.window, now)
        if len(retracted):
            gone = retracted[(retracted.times > self.lo) & (retracted.times <= self.hi)]
            self._note(gone, -1, self.stream.changed_at(gone.profiles, now))
        if now >= self._due:
            self._pass_edges(lo, hi)
        if len(arrived):
            self._take_in(_inside(arrived, lo, hi), prev, now)
        self.lo, self.hi = lo, hi
        self._due = self._next_move() if now >= self._due else min(self._due, self._move_of(arrived))
        return self._apply() if self.journal else NOBODY

    def _pass_edges(self, lo: int, hi: int) -> None:
        """Note the filed rows that come in or go out as the window's edges move here."""
        out = self.stream.between(self.lo, min(lo, self.hi))
        if len(out):
            self._note(out, -1, leaving(self.window, out.times))
        into = self.stream.between(max(self.hi, lo), hi)
        if len(into):
            self._note(into, 1, entering(self.window, into.times))

    def _take_in(self, new: Rows, prev: int, now: int) -> None:
        """Note rows that came with this tick and lie in the window."""
        if len(new):
            instants = entering(self.window, new.times)
            known = self.stream.changed_at(new.profiles, ALWAYS)  # an attribute set in this tick counts from then on
            late = np.where(known > ALWAYS, known, now)
            self._note(new, 1, np.where(instants > prev, np.maximum(instants, known), late))

    def _note(self, rows: Rows, sign: int, instants: Int64s) -> None:
        if len(rows):
            self.journal.append(Change(rows, sign, instants))

    def _apply(self) -> Profiles:
        touched = self.journal[0].rows.profiles
        if len(self.journal) > 1:
            touched = np.concatenate([change.rows.profiles for change in self.journal])
        before = self.aggregate.values[touched]
        redo = [
            self.aggregate.add(change.rows) if change.sign > 0 else self.aggregate.subtract(change.rows)
            for change in self.journal
        ]
        self._recompute(np.unique(np.concatenate(redo)) if any(len(some) for some in redo) else NOBODY)
        return touched[self._matters(before, self.aggregate.values[touched])]

    def _recompute(self, profiles: Profiles) -> None:
        if len(profiles):
            asked, rows = self.stream.index.select(profiles, self.lo, self.hi, ordered=self.aggregate.ordered)
            self.aggregate.recompute(profiles, asked, rows)

    def _matters(self, before: Int64s, after: Int64s) -> Bools:
        if self._thresholds is None:
            return np.not_equal(before, after)
        left = np.searchsorted(self._thresholds, before, side="right")
        return np.not_equal(left, np.searchsorted(self._thresholds, after, side="right"))

    def _next_move(self) -> int:
        """The next instant at which a row comes in or goes out by time alone."""
        due = self._move_of(self.stream.arrived)
        for edge, moves in ((self.hi, entering), (self.lo, leaving)):
            following = self.stream.next_after(edge)
            if following is not None:
                due = min(due, int(moves(self.window, np.array([following]))[0]))
        return due

    def _move_of(self, arrived: Rows) -> int:
        """The next instant at which one of the rows that came with this tick comes in or goes out."""
        due = NEVER
        for edge, moves in ((self.hi, entering), (self.lo, leaving)):
            at = int(np.searchsorted(arrived.times, edge, side="right"))
            if at < len(arrived):
                due = min(due, int(moves(self.window, arrived.times[at : at + 1])[0]))
        return due

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles; their rows must already be gone from the stream."""
        self.aggregate.clear(profiles)

    # --- reading -----------------------------------------------------------------------------------

    def values(self, profiles: Profiles, instants: Int64s | None = None) -> Int64s:
        """The encoded value of each profile: now, or as it was at an instant of the tick just done.

        With instants there is one per profile given, and they are sorted by profile and instant.
        """
        values = self.aggregate.values[profiles]
        if instants is not None and self.journal:
            moved = self._moved(profiles)
            if len(moved):
                values[moved] = self._values_at(profiles[moved], instants[moved])
        return values

    def column(self, values: Int64s, type_: Type) -> pl.Series:
        """Encoded values as a typed column; null where the aggregate of nothing is null."""
        unknown = self._unknown(values)
        if self._encoding == "code" and unknown is not None and unknown.all():
            return pl.repeat(None, len(values), dtype=pl.String, eager=True)
        if unknown is None:
            return decode(values, self._encoding, type_, self._pool)
        known = values[~unknown][:1] if not unknown.all() else 0
        column = decode(np.where(unknown, known, values), self._encoding, type_, self._pool)
        return column.set(pl.Series(unknown), None)

    def operand(self, values: Int64s, type_: Type) -> Operand:
        """Encoded values as an array; not for texts."""
        unknown = self._unknown(values)
        if unknown is not None:
            values = np.where(unknown, 0, values)
        return physical(values, self._encoding, type_), unknown

    @property
    def _encoding(self) -> str:
        return "whole" if self.kind in ("count", "distinct") else self.stream.spec.encoding or "whole"

    def _unknown(self, values: Int64s) -> Bools | None:
        """Which encoded values are null; ``None``: none is."""
        if not self.aggregate.null:
            return None
        unknown = values == self.aggregate.nothing
        return unknown if unknown.any() else None

    def _moved(self, profiles: Profiles) -> NDArray[np.intp]:
        """Positions of the profiles for which something changed in this tick."""
        moved = np.zeros(len(self.aggregate.values), np.bool_)
        for change in self.journal:
            moved[change.rows.profiles] = True
        return np.flatnonzero(moved[profiles])

    def _values_at(self, profiles: Profiles, instants: Int64s) -> Int64s:
        """The encoded values; changes after an instant are taken back, or the value before them is computed."""
        who = np.concatenate([change.rows.profiles for change in self.journal])
        when = np.concatenate([change.instants for change in self.journal])
        when, instants_, span = _offsets(when, instants, len(self.aggregate.values))
        keys = who * span + when
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        upto = np.searchsorted(keys, profiles * span + instants_, side="right")
        end = np.searchsorted(keys, profiles * span + (span - 1), side="right")
        current = self.aggregate.values[profiles]
        if self.aggregate.linear:
            amount = np.concatenate([change.sign * self._amounts(change.rows) for change in self.journal])
            running = np.append(0, np.cumsum(amount[order]))
            current -= running[end] - running[upto]
            return current
        earlier = np.flatnonzero(upto < end)
        if len(earlier):  # between two changes the value is the same: computed once
            first = np.append(True, upto[earlier][1:] != upto[earlier][:-1])
            current[earlier] = self._recomputed_at(profiles[earlier[first]], instants[earlier[first]])[
                np.cumsum(first) - 1
            ]
        return current

    def _recomputed_at(self, profiles: Profiles, instants: Int64s) -> Int64s:
        lo, hi = bounds_at(self.window, instants)
        asked, rows = self.stream.index.select(profiles, lo, hi, ordered=self.aggregate.ordered)
        return self.aggregate.reduce(asked, rows, len(profiles))

    def _amounts(self, rows: Rows) -> Int64s:
        if self.kind == "count" or rows.values is None:
            return np.ones(len(rows), np.int64)
        return rows.values


def build(features: Iterable[Feature], now: int) -> None:
    """Compute new features as of ``now``. Windows of one stream that end together share one pass over its rows."""
    chains: dict[tuple[int, str, int], list[Feature]] = {}
    for feature in features:
        feature.lo, feature.hi = bounds(feature.window, now)
        chains.setdefault((id(feature.stream), feature.kind, feature.hi), []).append(feature)
    for chain in chains.values():
        before: Feature | None = None
        for feature in sorted(chain, key=lambda feature: -feature.lo):
            feature.build(before)
            before = feature


def _inside(rows: Rows, lo: int, hi: int) -> Rows:
    """The rows (sorted by time) with ``lo < time <= hi``."""
    times = rows.times
    if len(times) and times[0] > lo and times[-1] <= hi:
        return rows
    start, end = times.searchsorted((lo, hi), side="right")
    return rows[int(start) : int(end)]


def _offsets(when: Int64s, instants: Int64s, profiles: int) -> tuple[Int64s, Int64s, np.int64]:
    """Both from their first instant on, and a number larger than each: to be joined with a profile's number."""
    base = min(int(when.min()), int(instants.min()))
    span = max(int(when.max()), int(instants.max())) - base + 1
    if span * profiles < 2**62:
        return when - base, instants - base, np.int64(span)
    ranks = np.unique(np.concatenate([when, instants]), return_inverse=True)[1].astype(np.int64)
    return ranks[: len(when)], ranks[len(when) :], np.int64(len(ranks) + 1)
