"""What activities share that put people on lists and take them off.

The names of the lists that a person is on stand in the attribute ``lists``, a list of texts, so that rules, segments
and templates read them as everything else: ``{attribute: lists, contains: newsletter}``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import polars as pl

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.core.schema import STRING, list_of
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, Targets, edge, everyone
from parcours.flow.journeys.typed import Values

#: The attribute that holds the names of the lists that a person is on.
LISTS = "lists"


class Listing(Activity, frozen=True, kw_only=True):
    """Changes whether the person is on ``list``. A dry run changes nothing."""

    acts: ClassVar[bool] = True

    list: str
    then: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if not self.list.strip():
            yield DefinitionError("'list' is empty", code="missing-setting", where="list")
        kind = names.schema.attributes.get(LISTS)
        if kind != list_of(STRING):
            found = "there is none" if kind is None else f"it is {kind}"
            yield DefinitionError(
                f"lists are kept in the attribute {LISTS!r}, a list of texts; {found}",
                code="no-lists",
                where="list",
                hint=f"declare the attribute {LISTS}: list of string",
            )

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"),)

    def step(self, arrivals: Arrivals) -> Moves:
        current = arrivals.attributes([LISTS]).with_columns(pl.col(LISTS).fill_null([]))
        changed = current.select(self.changed(pl.col(LISTS)).alias(LISTS))
        return Moves(everyone(arrivals, 0), writes=Values.of(changed))

    @abstractmethod
    def changed(self, lists: pl.Expr) -> pl.Expr:
        """The lists that each person is on afterwards."""
