"""Which segments thousands of people are in, at once, from the memberships in memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from parcours.engines.state import State
    from parcours.service.wiring import Parts

#: Seconds that a lookup waits for a tick under way before it reads beside it.
PATIENCE = 0.002
#: What reading beside a tick may run into: memory that is being given back or made wider.
_MOVED = (IndexError, KeyError, RuntimeError, ValueError)

Memberships = dict[str, list[str] | None]


def memberships(parts: Parts, profiles: Sequence[str], segments: Sequence[str] | None) -> Memberships:
    """The segments of each of these profiles, ``None`` for ids that nobody has.

    It does not wait for a tick: while one is under way, memberships that it has changed already may be seen. Who is
    not known is looked for again when the tick is through.
    """
    runner = parts.runner
    if not parts.moving.acquire(timeout=PATIENCE):
        try:
            found = _read(runner.state, profiles, segments)
            if None not in found.values():
                return found
        except _MOVED:
            pass
        parts.moving.acquire()
    try:
        return _read(runner.state, profiles, segments)
    finally:
        parts.moving.release()


def _read(state: State, profiles: Sequence[str], segments: Sequence[str] | None) -> Memberships:
    ids = list(dict.fromkeys(profiles))
    numbers = state.register.known(pl.Series(ids, dtype=pl.String))
    known = np.flatnonzero(numbers >= 0)
    names = list(state.segments.published) if segments is None else list(segments)
    lists = _lists(state, numbers[known], names)
    found: Memberships = dict.fromkeys(ids)
    found.update(zip((ids[place] for place in known.tolist()), lists, strict=True))
    return found


def _lists(state: State, numbers: NDArray[np.int32], names: Sequence[str]) -> list[list[str]]:
    """The names of the segments that each of these profiles is in."""
    if not len(numbers) or not names:
        return [[] for _ in range(len(numbers))]
    bits = state.segments.bits.of(numbers)
    inside = np.stack([bits.get(name) for name in names], axis=1)
    rows, columns = np.nonzero(inside)
    held = np.array(names, dtype=object)[columns].tolist()
    ends = np.searchsorted(rows, np.arange(len(numbers) + 1)).tolist()
    return [held[start:end] for start, end in pairwise(ends)]
