"""Call: runs another journey for the same person, and goes on when that has ended (journeys.md, section 21, line 35).

How it ended can be read later as ``action.<activity>.status_code``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import polars as pl

from parcours.core.errors import ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import FAIL, STAY, Moves, Names, everyone
from parcours.flow.journeys.activities.starting import Starting

#: Ends of a run that are no failure: it came to its end, or an exit criterion took the person out.
FINE = ("ok", "finished", "exited", "skipped")


class Call(Starting, frozen=True, kw_only=True):
    """Starts the newest live version of ``journey`` and waits until that run has ended, however long it takes.

    Who is inside it already passes at once. Where it cannot be started, or its run ends by an error, a time-out or
    because it was stopped, the step fails: the run goes on behind ``on_error``, or ends in error when that is not
    given (R7).
    """

    kind: ClassVar[str] = "call"

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from super().check(names)
        if names.journeys is not None and self.journey not in names.journeys:
            hint = nearest(self.journey, names.journeys)
            yield UnknownNameError(f"there is no journey {self.journey!r}", where="journey", hint=hint)

    def remembers(self, stop: str) -> tuple[str, str] | None:
        return ("action", stop)

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, STAY), target=self.journey, payload=self.payload(arrivals), returns=True)

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        fine = answers["result"].is_in(FINE).fill_null(False).to_numpy()
        return Moves(np.where(fine, np.int16(0), np.int16(FAIL)), error="error", detail=answers["result"])
