"""Looking values up in sorted arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def places(held: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The place of each wanted value in ``held``, which is sorted and not empty, and whether it is there at all."""
    place = np.minimum(held.searchsorted(wanted), len(held) - 1)
    return place, held[place] == wanted
