"""Custom action: calls another system over HTTP, and holds the run until it has answered (journeys.md, section 16).

Each run that comes here causes one call (R19), after the limits and with the retries of the configured action. Later
steps read the answer as ``action.<activity>.<field>``, and how the call went as its ``status_code``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np
import polars as pl

from parcours.core.errors import ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, RuleText, Targets, edge, everyone
from parcours.flow.journeys.activities.calls import call, error_edge, failing
from parcours.flow.journeys.activities.values import expressions

TIMEOUT = "timeout"
_NEXT = 0


class CustomAction(Activity, frozen=True, kw_only=True):
    """Calls the configured ``action`` with ``values``: constants, or expressions (``{journey: "…"}``).

    When the call fails, is over its limits or takes longer than the journey allows a step, the run goes on behind
    ``on_error``, or ends there when that is not given (R7); ``on_timeout`` is another way for those that took too long.
    ``consent`` names a channel: who declined it passes without a call, along the normal path (section 19).
    """

    kind: ClassVar[str] = "custom_action"
    acts: ClassVar[bool] = True

    action: str
    values: dict[str, Any] = msgspec.field(default_factory=dict)
    consent: str | None = None
    then: Targets = None
    on_error: Targets = None
    on_timeout: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if names.actions is not None and self.action not in names.actions:
            yield UnknownNameError(
                f"there is no custom action {self.action!r}", where="action", hint=nearest(self.action, names.actions)
            )

    def edges(self) -> tuple[Edge, ...]:
        late = () if self.on_timeout is None else (edge(TIMEOUT, self.on_timeout, "on_timeout"),)
        return (edge("next", self.then, "then"), *error_edge(self.on_error), *late)

    def rules(self) -> tuple[RuleText, ...]:
        return expressions("values", self.values)

    def pressed(self) -> tuple[str, tuple[str, ...], bool] | None:
        return None if self.consent is None else (self.consent, (), True)

    def remembers(self, stop: str) -> tuple[str, str] | None:
        return ("action", stop)

    def step(self, arrivals: Arrivals) -> Moves:
        return call(arrivals, "http", {"action": self.action}, "values", self.values)

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        moves = failing(everyone(arrivals, _NEXT), answers)
        if self.on_timeout is None:
            return moves
        late = (answers["result"] == "timedout").fill_null(False).to_numpy()
        return Moves(np.where(late, np.int16(len(self.edges()) - 1), moves.edge), error=moves.error)
