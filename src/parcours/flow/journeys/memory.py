"""What runs remember of what they heard: payloads of events, answers of calls, what went wrong.

For each source of such values, its root (``("event", "purchase")``), the rows that came are appended to a typed
frame, and every run holds the number of its row. So nothing is converted, a run costs four bytes per root, and values
of many runs are gathered at once. Rows that no run points at any more are dropped when they are in the majority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.slots import NONE, Slots

#: ``("event", name)``, ``("action", activity)``, ``("source", name)``, ``("journey", "errors")``, ``("entry", "")`` …
Root = tuple[str, str]
#: Rows from which on tidying up is worth it.
_FEW = 1024


class _Rows:
    """The rows of one root."""

    def __init__(self) -> None:
        self.pieces: list[pl.DataFrame] = []
        self.height = 0
        self.row: NDArray[np.int32] = np.empty(0, np.int32)

    def frame(self) -> pl.DataFrame:
        if len(self.pieces) != 1:
            self.pieces = [pl.concat(self.pieces, how="diagonal_relaxed", rechunk=True)]
        return self.pieces[0]

    def rows_of(self, slots: Slots) -> NDArray[np.int32]:
        row = np.full(len(slots), NONE, np.int32)
        known = slots < len(self.row)
        row[known] = self.row[slots[known]]
        return row

    def keep(self, slots: Slots, rows: pl.DataFrame) -> None:
        if int(slots.max()) >= len(self.row):
            longer = np.full(max(int(slots.max()) + 1, 2 * len(self.row)), NONE, np.int32)
            longer[: len(self.row)] = self.row
            self.row = longer
        self.row[slots] = np.arange(self.height, self.height + len(slots), dtype=np.int32)
        self.pieces.append(rows)
        self.height += rows.height
        if len(self.pieces) > 64:
            self.frame()
        if self.height > _FEW and self.height > 2 * int((self.row != NONE).sum()):
            self._tidy()

    def _tidy(self) -> None:
        holders = np.flatnonzero(self.row != NONE)
        self.pieces = [self.frame()[self.row[holders]]]
        self.row[holders] = np.arange(len(holders), dtype=np.int32)
        self.height = len(holders)


class Memory:
    """What the runs of one journey remember, by root. Slots are those of :class:`RunTable`, of the run itself."""

    def __init__(self) -> None:
        self._roots: dict[Root, _Rows] = {}

    def __contains__(self, root: Root) -> bool:
        return root in self._roots

    def keep(self, root: Root, slots: Slots, rows: pl.DataFrame) -> None:
        """From now on these runs, each once, remember these rows of ``root``."""
        if len(slots):
            self._roots.setdefault(root, _Rows()).keep(slots, rows)

    def forget(self, slots: Slots) -> None:
        """These runs remember nothing."""
        for rows in self._roots.values():
            rows.row[slots[slots < len(rows.row)]] = NONE

    def column(self, root: Root, name: str, slots: Slots) -> pl.Series | None:
        """A value of each run, null where it remembers none; ``None`` where nobody does."""
        rows = self._roots.get(root)
        if rows is None or not rows.pieces:
            return None
        frame = rows.frame()
        if name not in frame.columns:
            return None
        row = pl.Series(rows.rows_of(slots), dtype=pl.Int32)
        return frame[name].gather(pl.select(pl.when(row >= 0).then(row)).to_series())

    def frame(self, root: Root, slots: Slots, names: Sequence[str] | None = None) -> pl.DataFrame | None:
        """All values of each run, or those of these names that there are, see :meth:`column`."""
        rows = self._roots.get(root)
        if rows is None or not rows.pieces:
            return None
        row = pl.Series(rows.rows_of(slots), dtype=pl.Int32)
        frame = rows.frame()
        frame = frame if names is None else frame.select(name for name in names if name in frame.columns)
        if not frame.width:
            return None
        return frame.select(pl.all().gather(pl.select(pl.when(row >= 0).then(row)).to_series()))

    def known(self, root: Root, slots: Slots) -> NDArray[np.bool_]:
        """Which runs remember something of ``root``."""
        rows = self._roots.get(root)
        if rows is None:
            return np.zeros(len(slots), np.bool_)
        found: NDArray[np.bool_] = rows.rows_of(slots) != NONE
        return found

    def dump(self, slots: Slots) -> dict[Root, pl.DataFrame]:
        """For each root the rows that the runs in ``slots`` remember, with ``_slot``, the position among these."""
        found = {}
        for root, rows in self._roots.items():
            row = rows.rows_of(slots)
            holders = np.flatnonzero(row != NONE)
            if len(holders):
                found[root] = rows.frame()[row[holders]].with_columns(_slot=pl.Series(holders, dtype=pl.Int32))
        return found

    @staticmethod
    def load(parts: Mapping[Root, pl.DataFrame]) -> Memory:
        """The inverse of :meth:`dump`."""
        memory = Memory()
        for root, frame in parts.items():
            memory.keep(root, frame["_slot"].to_numpy(), frame.drop("_slot"))
        return memory
