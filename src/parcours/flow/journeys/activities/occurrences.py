"""The next moment at which clocks show a time of day, on some days of the week."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from parcours.core.clock import DAY
from parcours.flow.journeys.activities.local import WEEKDAYS, Instants, Zones, pick, to_instants, to_local, weekday

#: From yesterday, whose late hours a skip of the clocks may move into today, to more than a week ahead, because a
#: zone that moves over the date line skips a whole day.
_DAYS = range(-1, 10)


def next_occurrence(at: Instants, zones: Zones, time_of_day: int, days: Collection[str]) -> Instants:
    """The first instant *after* each of ``at`` at which it is ``time_of_day`` on one of ``days``, in each run's zone.

    Strictly after: at 09:00 exactly, the next 09:00 is tomorrow's, so that a loop around such a wait goes once a day.
    A time that the clocks skip is as much later, of one that comes twice only the first counts (J8).

    Args:
        at, zones: instants, and the zone of each.
        time_of_day: microseconds since midnight.
        days: names of :data:`~parcours.flow.journeys.activities.local.WEEKDAYS`; none means every day.
    """
    allowed = np.array([not days or name in days for name in WEEKDAYS])
    today = to_local(at, zones) // DAY * DAY
    found = np.empty(len(at), np.int64)
    open_ = np.arange(len(at))
    for ahead in _DAYS:
        day = today[open_] + ahead * DAY
        fits = allowed[weekday(day)]
        here = open_[fits]
        if len(here):
            moment = to_instants(day[fits] + time_of_day, pick(zones, here))
            later = moment > at[here]
            found[here[later]] = moment[later]
            fits[fits] = later
        open_ = open_[~fits]
        if not len(open_):
            break
    return found
