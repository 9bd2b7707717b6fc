"""Conditions joined: several as one node, and the parts of one."""

from __future__ import annotations

from collections.abc import Iterator

from parcours.core.schema import BOOLEAN
from parcours.language.tree import Call, Node


def conjuncts(node: Node) -> Iterator[Node]:
    """The conditions that ``and`` joins, also ``and`` within ``and``; any other node is its only part."""
    if isinstance(node, Call) and node.function == "and":
        for arg in node.args:
            yield from conjuncts(arg)
    else:
        yield node


def all_of(*parts: Node) -> Node:
    """The condition that all ``parts`` hold; a single one stays as it is."""
    return parts[0] if len(parts) == 1 else Call("and", parts, BOOLEAN)


def any_of(*parts: Node) -> Node:
    """The condition that one of ``parts`` holds; a single one stays as it is."""
    return parts[0] if len(parts) == 1 else Call("or", parts, BOOLEAN)
