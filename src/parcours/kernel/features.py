"""Features: every value over events that any rule needs, computed once and kept true tick by tick.

A feature is (stream, window, aggregate). Each tick the rows that the window's upper edge passed are added,
those that its lower edge passed are subtracted, and nothing else is looked at. A feature in whose window
nothing moves costs one comparison.

What a tick did to a feature stands in its journal until the next tick: which rows, at which exact instants.
That is what the effective time of an entry or exit is computed from.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import polars as pl

from parcours.core.clock import DAY
from parcours.core.schema import Type
from parcours.kernel.aggregates import aggregate
from parcours.kernel.aggregates.base import NOBODY, ascending
from parcours.kernel.journal import Change, Story
from parcours.kernel.operands import Operand
from parcours.kernel.rows import Bools, Int64s, Profiles, Rows, TextPool, concat, decode, physical
from parcours.kernel.streams import Stream
from parcours.kernel.swinging import came_at, flips, next_turn, passed_rows
from parcours.kernel.threads import portions, together
from parcours.kernel.windows import ALWAYS, NEVER, bounds, bounds_at, entering, enters_at, leaves_at, leaving
from parcours.language.window_kinds import Window
from parcours.language.windows import swinging


class Feature:
    """One aggregate over one window of one stream, for every profile."""

    def __init__(self, stream: Stream, window: Window, kind: str, profiles: int, pool: TextPool) -> None:
        self.stream, self.window, self.kind = stream, window, kind
        self.aggregate = aggregate(kind, stream.spec.encoding, profiles, pool)
        self._pool = pool
        self._encoding = "whole" if kind in ("count", "distinct") else stream.spec.encoding or "whole"
        self.journal: list[Change] = []
        #: The journal in order of profile and instant, once it was asked for.
        self._story: Story | None = None
        self.lo = self.hi = ALWAYS
        self._swings = swinging(window)
        #: The next instants at which a filed row comes in and goes out by time alone, or earlier.
        self._next_in = self._next_out = ALWAYS
        self._thresholds: Int64s | None = np.empty(0, np.int64)
        self._rows_matter = False

    def watch(self, thresholds: Int64s | None) -> None:
        """Say which changes matter: those that cross one of these encoded values, or (``None``) all."""
        if thresholds is None or self._thresholds is None:
            self._thresholds = None
        else:
            self._thresholds = np.union1d(self._thresholds, thresholds)

    def watch_rows(self) -> None:
        """Say that every row that comes or goes matters, also where the value stays the same."""
        self._rows_matter = True

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
        self._look_ahead()

    def resume(self, arrays: dict[str, Int64s], lo: int, hi: int) -> None:
        """Go on from a snapshot: the arrays the aggregate gave, and the window's edges."""
        self.aggregate.load(arrays)
        self.lo, self.hi = lo, hi
        self._look_ahead()

    def advance(self, prev: int, now: int, retracted: Rows | None = None) -> Profiles:
        """Move the window from the last tick to ``now``.

        Args:
            prev: the instant of the last tick.
            now: the instant of this tick, not before ``prev``.
            retracted: rows that were just taken out of the stream.

        Returns:
            The profiles whose value changed in a way that matters (see :meth:`watch`), possibly repeated.
        """
        if self.journal:
            self.journal, self._story = [], None
        arrived = self.stream.arrived
        new = len(arrived.profiles) > 0
        if now < self._next_in and now < self._next_out and not new and retracted is None:
            return NOBODY
        lo, hi = bounds(self.window, now)
        if retracted is not None:
            changed_at = self.stream.changed_at
            gone = retracted[(retracted.times > self.lo) & (retracted.times <= self.hi)]
            self._note(gone, -1, lambda rows: changed_at(rows.profiles, now))
        if self._swings:
            self._swing(prev, now, lo, hi)
        if now >= self._next_out:
            self._note(self.stream.between(self.lo, min(lo, self.hi)), -1, self._leaving)
            self._next_out = self._first(leaves_at, lo)
        if now >= self._next_in:
            self._note(self.stream.between(max(self.hi, lo), hi), 1, self._entering)
            self._next_in = self._first(enters_at, hi)
        self.lo, self.hi = lo, hi
        if new:
            self._take_in(arrived, prev, now)
        return self._apply() if self.journal else NOBODY

    def crossings(self, prev: int, now: int) -> Iterator[tuple[Profiles, Int64s]]:
        """Profiles and instants at which their rows came in or went out between two ticks, also rows that did both.

        The latter are not in the journal, for they change nothing that is kept. A rule that looks at lists of events
        sees them while they are inside.
        """
        before, after = bounds(self.window, prev), bounds(self.window, now)
        if self._swings:
            everything = self.stream.between(min(before[0], after[0]) - DAY, max(before[1], after[1]) + DAY)
            rows = concat([everything, self.stream.arrived], self.stream.spec.valued)
            whose, when, _ = flips(self.window, rows.times, prev, now)
            yield rows.profiles[whose], when
            return
        for edge, moves in ((1, entering), (0, leaving)):
            lo, hi = before[edge], after[edge]
            arrived = self.stream.arrived
            for rows in (self.stream.between(lo, hi), arrived[(arrived.times > lo) & (arrived.times <= hi)]):
                if len(rows):
                    yield rows.profiles, moves(self.window, rows.times)

    def _swing(self, prev: int, now: int, lo: int, hi: int) -> None:
        """Note the filed rows that came and went, some of them repeatedly, and see when the next will."""
        if now < self._next_in and now < self._next_out:
            return
        rows = passed_rows(self.stream, (self.lo, self.hi), (lo, hi), prev // DAY == now // DAY)
        whose, when, sign = flips(self.window, rows.times, prev, now)
        for way in (1, -1):  # so that a greatest value that came and went is looked for anew
            self._note_at(rows[whose[sign == way]], way, when[sign == way])
        self._next_in, self._next_out = next_turn(self.window, self.stream, lo, hi, now), NEVER

    def _note_at(self, rows: Rows, sign: int, instants: Int64s) -> None:
        self._note(rows, sign, lambda _: instants)

    def _leaving(self, rows: Rows) -> Int64s:
        return leaving(self.window, rows.times)

    def _entering(self, rows: Rows) -> Int64s:
        return entering(self.window, rows.times)

    def _take_in(self, arrived: Rows, prev: int, now: int) -> None:
        """Note the rows that came with this tick and lie in the window, and see when the others and these move."""
        first, last = int(arrived.times[0]), int(arrived.times[-1])
        start = 0 if first > self.lo else int(arrived.times.searchsorted(self.lo, "right"))
        end = len(arrived) if last <= self.hi else int(arrived.times.searchsorted(self.hi, "right"))
        if start < len(arrived):
            self._next_out = min(self._next_out, leaves_at(self.window, int(arrived.times[start])))
        if end < len(arrived):
            self._next_in = min(self._next_in, enters_at(self.window, int(arrived.times[end])))
        changed_at = self.stream.changed_at

        def seen(rows: Rows) -> Int64s:
            instants = (
                came_at(self.window, rows.times, prev, now) if self._swings else entering(self.window, rows.times)
            )
            known = changed_at(rows.profiles, ALWAYS)  # an attribute set in this tick counts from then on
            late = np.where(known > ALWAYS, known, now)
            return np.where(instants > prev, np.maximum(instants, known), late)

        self._note(arrived if end - start == len(arrived) else arrived[start:end], 1, seen)

    def _note(self, rows: Rows, sign: int, when: Callable[[Rows], Int64s]) -> None:
        if len(rows.profiles):
            self.journal.append(Change(rows, sign, when))

    def _look_ahead(self) -> None:
        if self._swings:  # soon enough: the next tick will see
            return
        self._next_out, self._next_in = self._first(leaves_at, self.lo), self._first(enters_at, self.hi)

    def _first(self, moves: Callable[[Window, int], int], edge: int) -> int:
        """When the first filed row behind an edge reaches it by time alone."""
        following = self.stream.next_after(edge)
        return NEVER if following is None else moves(self.window, following)

    def _apply(self) -> Profiles:
        touched = self.journal[0].rows.profiles
        if len(self.journal) > 1:
            touched = np.concatenate([change.rows.profiles for change in self.journal])
        places = touched.astype(np.intp)  # takes a sixth of the time that taking with 32-bit numbers takes
        before = self.aggregate.values[places]
        redo = [
            self.aggregate.add(change.rows) if change.sign > 0 else self.aggregate.subtract(change.rows)
            for change in self.journal
        ]
        redo = [some for some in redo if len(some)]
        if redo:
            self._recompute(redo[0] if len(redo) == 1 else ascending(np.concatenate(redo)))
        return touched if self._rows_matter else touched[self._matters(before, self.aggregate.values[places])]

    def _recompute(self, profiles: Profiles) -> None:
        if len(profiles):
            asked, rows = self.stream.index.select(profiles, self.lo, self.hi, ordered=self.aggregate.ordered)
            self.aggregate.recompute(profiles, asked, rows)

    def _matters(self, before: Int64s, after: Int64s) -> Bools:
        if self._thresholds is None:
            return np.not_equal(before, after)
        left = self._thresholds.searchsorted(before, "right")
        return np.not_equal(left, self._thresholds.searchsorted(after, "right"))

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles; their rows must already be gone from the stream."""
        self.aggregate.clear(profiles)

    # --- reading -----------------------------------------------------------------------------------

    def values(self, profiles: Profiles, instants: Int64s | None = None) -> Int64s:
        """The encoded value of each profile: now, or as it was at an instant of the tick just done.

        With instants there is one per profile given, and they are sorted by profile and instant.
        """
        values = self.aggregate.values.take(profiles)
        if instants is not None and self.journal:
            story = self.look_back()
            moved = story.moved(profiles)
            if len(moved):
                values[moved] = self._values_at(story, profiles[moved], instants[moved])
        return values

    def look_back(self) -> Story:
        """What happened to the feature in the tick just done; there must be something. Put in order when first asked
        for."""
        if self._story is None:
            self._story = Story(self.journal, len(self.aggregate.values), self.kind == "count")
        return self._story

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

    def _unknown(self, values: Int64s) -> Bools | None:
        """Which encoded values are null; ``None``: none is."""
        if not self.aggregate.null:
            return None
        unknown = values == self.aggregate.nothing
        return unknown if unknown.any() else None

    def _values_at(self, story: Story, profiles: Profiles, instants: Int64s) -> Int64s:
        """The encoded values; changes after an instant are taken back, or the value before them is computed."""
        upto, end = story.places(profiles, instants)
        current = self.aggregate.values.take(profiles)
        if self.aggregate.linear:
            running = story.running
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


def build(features: Iterable[Feature], now: int) -> None:
    """Compute new features as of ``now``. Windows of one stream that end together share one pass over its rows."""
    chains: dict[int, dict[tuple[str, int], list[Feature]]] = {}
    for feature in features:
        feature.lo, feature.hi = bounds(feature.window, now)
        own = chains.setdefault(id(feature.stream), {})
        own.setdefault((feature.kind, feature.hi), []).append(feature)
    sizes = [len(next(iter(own.values()))[0].stream) for own in chains.values()]
    parts = portions(list(chains.values()), max(sizes, default=0))
    together([functools.partial(_build, [chain for own in part for chain in own.values()]) for part in parts])


def _build(chains: Iterable[list[Feature]]) -> None:
    for chain in chains:
        before: Feature | None = None
        for feature in sorted(chain, key=lambda feature: -feature.lo):
            feature.build(before)
            before = feature
