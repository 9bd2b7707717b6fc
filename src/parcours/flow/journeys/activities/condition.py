"""Condition: sends each run along the first path whose rule is true (journeys.md, R6 and section 5).

Rules are evaluated with the values at the end of the tick in which the run passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.base import Activity, Arrivals, Edge, Moves, Names, RuleText, World, everyone

OTHERWISE = "otherwise"


class Path(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One path: taken when ``when`` is true and no path above it is."""

    when: Any
    label: str = ""
    to: str | None = None


class Condition(Activity, frozen=True):
    """Paths from top to bottom; who fits none goes to ``otherwise``, or ends normally when that is not given."""

    kind: ClassVar[str] = "condition"

    paths: tuple[Path, ...]
    otherwise: str | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if not self.paths:
            yield DefinitionError(
                "a condition needs at least one path",
                code="missing-setting",
                where="paths",
                hint="paths: [{label: big, when: {attribute: size, at_least: 3}, to: offer}]",
            )
        for label, count in Counter([*self._labels(), OTHERWISE]).items():
            if count > 1:
                yield DefinitionError(
                    f"the label {label!r} is used {count} times",
                    code="repeated-label",
                    where="paths",
                    hint="give every path a label of its own",
                )

    def _labels(self) -> list[str]:
        return [path.label or f"path {index + 1}" for index, path in enumerate(self.paths)]

    def edges(self) -> tuple[Edge, ...]:
        labelled = zip(self._labels(), self.paths, strict=True)
        paths = tuple(Edge(label, path.to, f"paths[{index}].to") for index, (label, path) in enumerate(labelled))
        return (*paths, Edge(OTHERWISE, self.otherwise, "otherwise"))

    def rules(self) -> tuple[RuleText, ...]:
        return tuple(RuleText(f"paths[{index}].when", path.when) for index, path in enumerate(self.paths))

    def step(self, arrivals: Arrivals, world: World) -> Moves:
        edge = everyone(arrivals, len(self.paths))
        undecided = np.arange(len(arrivals))
        for index, rule in enumerate(self.rules()):
            true = world.evaluate(arrivals.rules[rule.setting], arrivals.profile[undecided])
            edge[undecided[true]] = index
            undecided = undecided[~true]
            if not len(undecided):
                break
        return Moves(edge)
