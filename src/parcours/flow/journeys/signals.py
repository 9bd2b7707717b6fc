"""When people opened and clicked what was sent to them: what the best hour is found from."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.slots import Instants, Profiles

#: The signals that are kept, and for how long (journeys.md, section 6: 16 weeks).
KEPT = ("opened", "clicked")
MEMORY = 16 * 7 * 86_400_000_000
_SCHEMA = {"profile": pl.Int32, "signal": pl.Int8, "time": pl.Int64}


class Signals:
    """Rows of profile, signal, instant, in the order in which they came."""

    def __init__(self) -> None:
        self._pieces: list[pl.DataFrame] = []
        self._height = 0

    def add(self, signals: pl.Series, profiles: Profiles, at: Instants) -> None:
        """Keep those of :data:`KEPT`."""
        code = signals.replace_strict(list(KEPT), range(len(KEPT)), default=-1, return_dtype=pl.Int8)
        rows = pl.DataFrame({"profile": profiles, "signal": code, "time": at}, schema=_SCHEMA)
        rows = rows.filter(pl.col("signal") >= 0)
        if rows.height:
            self._pieces.append(rows)
            if sum(piece.height for piece in self._pieces) > 2 * self._height + 10_000:
                self._tidy(int(at.max()))

    def _tidy(self, now: int) -> None:
        rows = pl.concat(self._pieces).filter(pl.col("time") >= now - MEMORY)
        self._pieces, self._height = [rows], rows.height

    def of(self, signal: str, profiles: Profiles, since: int) -> tuple[NDArray[np.intp], Instants]:
        """The instants of a signal from ``since`` on of each of these profiles: position among them, and instant."""
        if not self._pieces:
            return np.empty(0, np.intp), np.empty(0, np.int64)
        asked = pl.DataFrame({"profile": profiles, "position": np.arange(len(profiles))})
        rows = pl.concat(self._pieces).filter((pl.col("signal") == KEPT.index(signal)) & (pl.col("time") >= since))
        found = asked.join(rows, on="profile", maintain_order="left_right")
        return found["position"].to_numpy(), found["time"].to_numpy()

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles."""
        others = ~pl.col("profile").is_in(pl.Series(profiles, dtype=pl.Int32).implode())
        self._pieces = [rows for rows in (piece.filter(others) for piece in self._pieces) if rows.height]

    def join(self, gone: Profiles, into: Profiles) -> None:
        """What profiles that are gone have done, these have."""
        named = pl.col("profile").replace(pl.Series(gone), pl.Series(into)).cast(pl.Int32)
        self._pieces = [piece.with_columns(named) for piece in self._pieces]

    def dump(self) -> pl.DataFrame:
        """Everything as a frame."""
        return pl.concat([pl.DataFrame(schema=_SCHEMA), *self._pieces])

    @staticmethod
    def load(rows: pl.DataFrame) -> Signals:
        """The inverse of :meth:`dump`."""
        signals = Signals()
        signals._pieces, signals._height = ([rows], rows.height) if rows.height else ([], 0)
        return signals
