"""Which journey comes first when several want one place at the same instant (journeys.md, section 21, item 38)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def in_order(scores: ArrayLike, entered: ArrayLike, ids: ArrayLike) -> NDArray[np.intp]:
    """Positions from first to last: the higher priority score, then the earlier entry, then the smaller id.

    The order is total where ids differ.

    Args:
        scores: priority of the journey of each row, 0 to 100.
        entered: instants at which the runs entered, microseconds.
        ids: texts, for example the id of the journey or of the run.
    """
    return np.lexsort((np.asarray(ids), np.asarray(entered), -np.asarray(scores, np.float64)))
