"""Time, and small tables."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")

console = Console(highlight=False, width=110)


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took: seconds by the clock, and seconds of all processors together.

    With other programs running the clock says little; the processors' time still says most.
    """

    wall: float
    cpu: float


def timed(work: Callable[[], T]) -> tuple[Took, T]:
    """What ``work`` took and gave. Garbage is collected before, not meanwhile."""
    gc.collect()
    gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        return Took(time.perf_counter() - wall, time.process_time() - cpu), result
    finally:
        gc.enable()


def best(work: Callable[[], T], times: int = 3) -> tuple[Took, T]:
    """The shortest of several runs. Every engine gets the same number of them, and may reuse its memory."""
    took, result = timed(work)
    for _ in range(times - 1):
        del result
        again, result = timed(work)
        took = min(took, again, key=lambda one: one.wall)
    return took, result


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print a table; all columns but the first are flush right."""
    shown = Table(title=title, title_justify="left", title_style="bold", caption=note or None, caption_justify="left")
    for place, column in enumerate(columns):
        shown.add_column(column, justify="left" if place == 0 else "right")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)


def seconds(value: float) -> str:
    return f"{value * 1e3:,.1f} ms" if value < 1 else f"{value:,.2f} s"


def cell(took: Took) -> list[str]:
    """Two cells: time by the clock, time of the processors."""
    return [seconds(took.wall), seconds(took.cpu)]


def ratio(peer: Took, ours: Took) -> str:
    """How many times longer the peer took, by the clock."""
    return f"{peer.wall / ours.wall:,.1f}×"


def rate(count: int, took: Took) -> str:
    """How many per second."""
    return f"{count / took.wall:,.0f}"


class Mismatch(AssertionError):
    """Two engines gave different answers: no time of theirs means anything."""


def agree(holds: bool, what: str) -> None:
    """Stop the benchmark when results differ.

    Raises:
        Mismatch: they do.
    """
    if not holds:
        raise Mismatch(f"results differ: {what}")
