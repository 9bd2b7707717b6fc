"""Update profile: sets attributes of the person (journeys.md, section 10).

The next step of the run reads what was written (J2), and so does everything else from the next tick on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from parcours.core.errors import DefinitionError, ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, RuleText, Targets, edge, everyone
from parcours.flow.journeys.activities.calls import error_edge
from parcours.flow.journeys.activities.values import expressions, table, value_problems


class UpdateProfile(Activity, frozen=True, kw_only=True):
    """Sets each attribute among ``values`` to a constant, or to the value of an expression (``{journey: "…"}``).

    Null, also from an expression that has no value, clears the attribute. A dry run sets nothing; a test does.
    ``on_error`` may be drawn as behind every action; nobody takes it, as setting attributes does not fail.
    """

    kind: ClassVar[str] = "update_profile"
    acts: ClassVar[bool] = True

    values: dict[str, Any]
    then: Targets = None
    on_error: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if not self.values:
            yield DefinitionError(
                "there is nothing to set", code="missing-setting", where="values", hint="values: {tier: gold}"
            )
        for name in self.values:
            if name not in names.schema.attributes:
                yield UnknownNameError(
                    f"there is no attribute {name!r}",
                    where=f"values.{name}",
                    hint=nearest(name, names.schema.attributes) or "declare it, or import data that has it first",
                )
        yield from value_problems("values", self.values, names.schema.attributes)

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"), *error_edge(self.on_error))

    def rules(self) -> tuple[RuleText, ...]:
        return expressions("values", self.values, ("attribute",))

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, 0), writes=table(arrivals, "values", self.values))
