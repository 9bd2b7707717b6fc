"""The aggregates by name. To add one, write its module and name it here.

``average`` is no aggregate of its own: it is the sum divided by the count of the same rows.
"""

from __future__ import annotations

from parcours.kernel.aggregates.base import Aggregate
from parcours.kernel.aggregates.count import Count
from parcours.kernel.aggregates.distinct import Distinct
from parcours.kernel.aggregates.edge import First, Last
from parcours.kernel.aggregates.extreme import Max, Min
from parcours.kernel.aggregates.sum import Sum
from parcours.kernel.aggregates.text import TextMax, TextMin
from parcours.kernel.rows import TextPool

AGGREGATES: dict[str, type[Aggregate]] = {kind.name: kind for kind in (Count, Sum, Min, Max, First, Last, Distinct)}

_OF_TEXT = {kind.name: kind for kind in (TextMin, TextMax)}


def aggregate(name: str, encoding: str | None, profiles: int, pool: TextPool) -> Aggregate:
    """A new aggregate of this name over values of this encoding, for this many profiles."""
    if encoding == "code" and name in _OF_TEXT:
        return _OF_TEXT[name](profiles, pool)
    return AGGREGATES[name](profiles)


__all__ = ["AGGREGATES", "Aggregate", "aggregate"]
