"""The field that a filter expression is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parcours.core.schema import Type
from parcours.language.tree import Node


@dataclass(frozen=True, slots=True)
class Target:
    """A typed node and how its values are written.

    ``code`` says that values are upper case: the expression is upper-cased, too. ``options`` are the values that a
    choice field can have; they are found whatever their case.
    """

    node: Node
    code: bool = False
    options: Sequence[str] = ()

    @property
    def type(self) -> Type:
        return self.node.type
