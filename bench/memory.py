"""(d) Memory of the state: bytes per profile and per event.

Counted are the arrays and frames that the state holds, each piece of memory once however many refer to it.
What belongs to events are the rows of the streams, their order by profile, and the event ids seen; everything
else belongs to profiles.
"""

from __future__ import annotations

import ctypes
import gc
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl

from bench.data import SHARES, Size
from bench.report import table
from bench.workspace import Workspace, workspace


def run(size: Size) -> None:
    """Count, print."""
    built = workspace(size)
    counted: set[int] = set()
    state, book = built.runner.state, built.runner.state.book
    events = built.log.query("SELECT " + " + ".join(f"(SELECT count(*) FROM {name})" for name in SHARES)).item()
    rows = [
        _row("rows of streams, by time and by profile", _bytes(book.streams, counted), events, "event"),
        _row("event ids seen", _bytes(built.runner._seen, counted), events, "event"),
        _row("features", _bytes(_features(built), counted), state.profiles, "profile"),
        _row("attributes", _bytes(book.attributes, counted), state.profiles, "profile"),
        _row("memberships", _bytes(state.segments.bits, counted), state.profiles, "profile"),
        _row("ids of profiles", _bytes(state.register, counted), state.profiles, "profile"),
    ]
    table(
        f"(d) {events:,} events, {state.profiles:,} profiles, {len(book)} features of {len(book.streams)} streams",
        ["part", "in all", "each"],
        [*rows, ["the whole process, with DuckDB's cache", _megabytes(resident()), ""]],
        f"the log on disk: {_megabytes((built.folder / 'log.duckdb').stat().st_size)}",
    )


def _features(built: Workspace) -> list[object]:
    book = built.runner.state.book
    return [feature.aggregate for feature in book._features.values()]


def _row(name: str, size: int, count: int, each: str) -> list[str]:
    return [name, _megabytes(size), f"{size / count:,.1f} bytes per {each}"]


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settled() -> int:
    """The same, when the allocators have given back what they can."""
    gc.collect()
    time.sleep(1)
    with suppress(AttributeError, OSError):  # not with this C library
        ctypes.CDLL(None).malloc_trim(0)
    return resident()


def sized(root: object) -> int:
    """Bytes of all arrays and frames below ``root``, each piece of memory once."""
    return _bytes(root, set())


def _bytes(root: object, counted: set[int]) -> int:
    """Bytes of all arrays and frames below ``root`` that were not counted before."""
    total = 0
    for address, size in _pieces(root, set()):
        if address not in counted:
            counted.add(address)
            total += size
    return total


def _pieces(root: object, met: set[int]) -> Iterator[tuple[int, int]]:
    """Address and size of every piece of memory below an object."""
    if id(root) in met:
        return
    met.add(id(root))
    if isinstance(root, np.ndarray):
        while isinstance(root.base, np.ndarray):
            root = root.base
        yield int(root.__array_interface__["data"][0]), root.nbytes
    elif isinstance(root, pl.Series | pl.DataFrame):
        yield id(root), int(root.estimated_size())
    elif not isinstance(root, str | bytes | int | float | pl.Expr | type) and root is not None:
        for part in _parts(root):
            yield from _pieces(part, met)


def _parts(root: object) -> Iterable[object]:
    if isinstance(root, dict):
        return root.values()
    if isinstance(root, list | tuple | set):
        return root
    slots = [getattr(root, name, None) for kind in type(root).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*slots, *vars(root).values()] if hasattr(root, "__dict__") else slots
