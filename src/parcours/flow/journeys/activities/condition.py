"""Condition: sends each run along the first path whose rule is true (journeys.md, R6 and section 5).

With a data source it asks this first, once for each run that arrives, and decides when the answer is there; rules and
later activities read it as ``source.<name>``. An error or a time-out of the source is one of the step (R7): the path
for other cases does not catch it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, RuleText, Targets, edge, everyone
from parcours.flow.journeys.activities.calls import call, error_edge, failing
from parcours.flow.journeys.activities.paths import OTHERWISE, LabelledPath, labels, path_edges, path_problems
from parcours.flow.journeys.activities.timing import chosen_path
from parcours.flow.journeys.activities.values import expressions


class Path(LabelledPath, frozen=True, kw_only=True):
    """One path: taken when ``when`` is true and no path above it is."""

    when: Any


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A data source that is asked first; ``parameters`` are constants or expressions (``{journey: "…"}``)."""

    name: str
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)


class Condition(Activity, frozen=True, kw_only=True):
    """Paths from top to bottom; who fits none goes to ``otherwise``, or ends normally when that is not given.

    A test takes the path that its settings name, if they name one.
    """

    kind: ClassVar[str] = "condition"

    paths: tuple[Path, ...]
    otherwise: Targets = None
    source: Source | None = None
    on_error: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from path_problems(self.paths, "paths: [{label: big, when: {attribute: size, at_least: 3}, to: offer}]")
        if self.source is not None and names.sources is not None and self.source.name not in names.sources:
            yield UnknownNameError(
                f"there is no data source {self.source.name!r}",
                where="source.name",
                hint=nearest(self.source.name, names.sources),
            )

    def edges(self) -> tuple[Edge, ...]:
        others = edge(OTHERWISE, self.otherwise, "otherwise")
        return (*path_edges(self.paths), others, *error_edge(self.on_error))

    def rules(self) -> tuple[RuleText, ...]:
        return (*self._rules(), *expressions("source.parameters", self._parameters()))

    def _rules(self) -> tuple[RuleText, ...]:
        return tuple(RuleText(f"paths[{index}].when", path.when) for index, path in enumerate(self.paths))

    def _parameters(self) -> Mapping[str, object]:
        return {} if self.source is None else self.source.parameters

    def remembers(self, stop: str) -> tuple[str, str] | None:
        return None if self.source is None else ("source", self.source.name)

    def step(self, arrivals: Arrivals) -> Moves:
        if self.source is None:
            return Moves(self._decided(arrivals))
        return call(arrivals, "source", {"source": self.source.name}, "source.parameters", self.source.parameters)

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        return failing(self._decided(arrivals), answers)

    def _decided(self, arrivals: Arrivals) -> NDArray[np.int16]:
        chosen = chosen_path(arrivals, (*labels(self.paths), OTHERWISE))
        if chosen is not None:
            return everyone(arrivals, chosen)
        found = everyone(arrivals, len(self.paths))
        undecided = np.arange(len(arrivals))
        for index, rule in enumerate(self._rules()):
            true = arrivals.holds(rule.setting, undecided)
            found[undecided[true]] = index
            undecided = undecided[~true]
            if not len(undecided):
                break
        return found
