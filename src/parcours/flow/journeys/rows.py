"""Events of one type as rows, and the rules about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import type_of_polars
from parcours.flow.journeys.columns import microseconds
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.plan import Plan
from parcours.flow.journeys.work import HEARD
from parcours.kernel.compile import row_condition
from parcours.language.tree import Node


@dataclass(slots=True)
class TypeRows:
    """This tick's events of one type, with their profiles and times also as arrays."""

    type: str
    rows: pl.DataFrame
    profile: NDArray[np.int32]
    time: NDArray[np.int64]
    _met: dict[Node, NDArray[np.bool_]] = field(default_factory=dict)

    @staticmethod
    def of(type_: str, rows: pl.DataFrame) -> TypeRows:
        """The rows of a frame of events."""
        return TypeRows(type_, rows, rows["_profile"].to_numpy(), microseconds(rows["_time"]))

    def meet(self, rule: Node | None, which: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of these rows meet a rule about them; a property that the frame lacks is null."""
        if rule is None:
            return np.ones(len(which), np.bool_)
        if rule not in self._met:
            self._met[rule] = matching(rule, self.rows)
        return self._met[rule][which]

    def payloads(self, which: NDArray[np.intp], plan: Plan) -> tuple[tuple[Root, pl.DataFrame], ...]:
        """What runs of a version remember of these rows."""
        found = []
        for root in (("event", self.type), HEARD):
            wanted = plan.wanted.get(root)
            if wanted is None:
                continue
            every = None in wanted
            names = [name for name in self.rows.columns if not name.startswith("_") and (every or name in wanted)]
            frame = self.rows.select(names)[which] if names else pl.DataFrame({"_none": np.zeros(len(which), np.int8)})
            found.append((root, frame))
        return tuple(found)


def matching(rule: Node, rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Which rows of events of one type meet a rule about them; a property that the frame lacks is null."""
    properties = {name: type_of_polars(kind) for name, kind in rows.schema.items() if not name.startswith("_")}
    # with_columns, as a rule that reads no column the rows have is one value for all of them
    return rows.with_columns(_met=row_condition(rule, properties))["_met"].to_numpy()


def texts(rows: pl.DataFrame, name: str, which: NDArray[np.intp]) -> pl.Series:
    """A property as text, null where the rows lack it."""
    if name not in rows.columns:
        return pl.repeat(None, len(which), dtype=pl.String, eager=True)
    return rows[name].gather(pl.Series(which)).cast(pl.String)
