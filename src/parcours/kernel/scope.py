"""What the translation of a node needs to know of the place where the node stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from parcours.core.schema import Type
from parcours.kernel.leaves import Read
from parcours.kernel.stages import Stages
from parcours.language.functions.declaration import Column
from parcours.language.tree import Field, Node

#: The field of an element: how many rows outwards (0 is the element), its path and the type the rule has for it.
FieldOf: TypeAlias = Callable[[int, Sequence[str], Type], Column]


@dataclass(frozen=True)
class Scope:
    """``leaf`` gives the columns around; ``rows`` is the number of element rows, whose fields ``field`` gives.

    With ``stages`` columns can be kept; without, everything is one expression.
    """

    leaf: Callable[[Read], Column]
    rows: int = 0
    field: FieldOf | None = None
    stages: Stages | None = None

    def read(self, part: Read) -> Column:
        """The column of a leaf, or of a field of one of the rows around, as ``up`` counts them here."""
        if not isinstance(part, Field):
            return self.leaf(part)
        if part.up >= self.rows:
            return self.leaf(replace(part, up=part.up - self.rows))
        assert self.field is not None
        return self.field(part.up, part.path, part.type)

    def keep(self, column: Column) -> Column:
        """The column, computed once if this is possible here."""
        return column if self.stages is None else self.stages.keep(column)


#: The translation: a node and its place to its column.
Compile: TypeAlias = Callable[[Node, Scope], Column]
