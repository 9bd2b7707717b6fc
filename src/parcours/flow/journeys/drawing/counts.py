"""The counters that a drawing shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class Counts:
    """How many runs came to each activity, wait there, and took each way out.

    Attributes:
        arrived, waiting: visits by id of the activity.
        edges: by activity and label of the way out.
    """

    arrived: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @staticmethod
    def of(activities: pl.DataFrame, edges: pl.DataFrame) -> Counts:
        """From frames with the columns ``activity``, ``arrived``, ``waiting`` and ``activity``, ``label``, ``runs``."""
        arrived = dict(activities.select("activity", "arrived").iter_rows())
        waiting = dict(activities.select("activity", "waiting").iter_rows())
        taken = {(activity, label): runs for activity, label, runs in edges.select("activity", "label", "runs").rows()}
        return Counts(arrived, waiting, taken)
