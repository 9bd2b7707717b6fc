"""Runs that were ended from without: their calls that were not made yet are not made any more."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from parcours.core.deferred import Table, frame_of
from parcours.flow.journeys.steplog import StepRows

#: Ends of runs that do not come from what the runs do.
TAKEN_OUT = ("stopped", "exited", "instance_timed_out", "merged")


def taken_out(steps: Sequence[Table]) -> dict[str, str]:
    """How runs ended, by their keys, as far as these step rows say that they were ended from without."""
    found = [rows for rows in steps if _tells_of_ends(rows)]
    if not found:
        return {}
    ended = frame_of(found).filter((pl.col("kind") == "end") & pl.col("outcome").is_in(TAKEN_OUT))
    return dict(ended.select("run", "outcome").iter_rows())


def _tells_of_ends(rows: Table) -> bool:
    if isinstance(rows, StepRows):
        return any(shared[3] == "end" and shared[4] in TAKEN_OUT for shared in rows.texts)
    return bool(rows.height)
