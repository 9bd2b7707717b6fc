"""Numbers handed out one by one, so that caps and quotas are exact however people are spread over workers.

The call goes out on channel ``seat``. Its content names the row of seats (``cap``, one for each activity of each
version, J-rules of section 5: a new version begins at 0) and how many there are (``most``, or null). The answer to the
k-th call is ``{"number": k}``, counted from 0, with the result ``ok``; when all seats are taken the result is
``capped``.
"""

from __future__ import annotations

from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Moves
from parcours.flow.journeys.activities.calls import call

CHANNEL = "seat"


def ask_for_seat(arrivals: Arrivals, most: int | None) -> Moves:
    """Everybody stays until there is a number, or none is left."""
    settings = arrivals.settings
    row = f"{settings.journey}/{settings.version}/{arrivals.stop}"
    return call(arrivals, CHANNEL, {"cap": row, "most": most})
