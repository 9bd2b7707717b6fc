"""Pieces of one computation, done at the same time by the caller and by helpers in threads of their own.

NumPy, Polars and DuckDB let other threads run while they work on long arrays; on short ones two threads only take
the interpreter from each other. So callers cut what is large (see :data:`WORTHWHILE`) and do what is small alone. The
pieces change nothing that another piece reads, and their results come in the order of the pieces: how many threads
there are can never be seen in what is computed.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Values of one array from which on a second thread saves more time than it costs.
WORTHWHILE = 4_096
#: More helpers than this would wait for memory.
_MOST = 3
#: So many parts, that threads end at nearly the same time; as many on every machine.
_PORTIONS = 8


def together(pieces: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of all pieces, in order. May be called from within a piece.

    Raises:
        BaseException: what the first piece that failed raised; the others have ended by then.
    """
    if len(pieces) < 2:
        return [piece() for piece in pieces]
    work = _Work(pieces)
    helping = _call_helpers(work.go, len(pieces) - 1)
    try:
        work.go()
    finally:
        for help_ in helping:
            if not help_.cancel():  # a helper that has not come is not waited for
                help_.result()
    return work.results()


def worthwhile(size: int) -> bool:
    """Whether arrays of this size are worth a second thread."""
    return size >= WORTHWHILE


def portions(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """The items in several parts, or in one where arrays of this size are not worth a second thread."""
    parts = _PORTIONS if worthwhile(size) else 1
    return [items[start::parts] for start in range(parts) if items[start::parts]]


class _Work(Generic[Result]):
    """Pieces that any number of threads take, one at a time."""

    def __init__(self, pieces: Sequence[Callable[[], Result]]) -> None:
        self._pieces = pieces
        self._places = count()  # next() of it is never given out twice
        self._done: dict[int, Result] = {}
        self._problems: dict[int, BaseException] = {}

    def go(self) -> None:
        """Take pieces until there is none."""
        while (place := next(self._places)) < len(self._pieces):
            try:
                self._done[place] = self._pieces[place]()
            except BaseException as problem:
                self._problems[place] = problem

    def results(self) -> list[Result]:
        if self._problems:
            raise self._problems[min(self._problems)]
        return [self._done[place] for place in range(len(self._pieces))]


def _call_helpers(work: Callable[[], None], wanted: int) -> list[Future[None]]:
    helpers = _helpers()
    if helpers is None:
        return []
    try:
        return [helpers.submit(work) for _ in range(min(wanted, _count()))]
    except RuntimeError:  # the program is ending: the caller does it alone
        return []


@functools.cache
def _helpers() -> ThreadPoolExecutor | None:
    return ThreadPoolExecutor(_count(), "helper") if _count() else None


@functools.cache
def _count() -> int:
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST, processors - 1)


if hasattr(os, "register_at_fork"):  # threads do not come along
    os.register_at_fork(after_in_child=_helpers.cache_clear)
