"""Which rows a node can see: the scopes that lists open, and the fields that reach out of them.

Each, Quantifier and Sequence evaluate parts of themselves for elements. Inside such a part ``Field.up`` counts rows
outwards, so whether a field belongs to the part or to the rows around it depends on how deep it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parcours.language.tree import (
    Aggregate,
    Each,
    Field,
    Node,
    Quantifier,
    Sequence,
    SequenceStep,
    children,
    with_children,
)


def inner(node: Node) -> Iterator[tuple[Node, int]]:
    """The nodes directly below ``node``, each with the number of rows that it sees more than ``node`` does.

    An aggregate is a world of its own: what stands in it sees its rows only, and is not given here.
    """
    match node:
        case Each(over=over, body=part) | Quantifier(over=over, where=part):
            yield over, 0
            yield part, 1
        case Sequence(over=over, steps=steps):
            yield over, 0
            for position, step in enumerate(steps, start=1):
                for condition in conditions(step):
                    yield condition, position
        case Aggregate():
            return
        case _:
            for child in children(node):
                yield child, 0


def conditions(step: SequenceStep) -> tuple[Node, ...]:
    """The conditions of a step of a sequence, in the order in which they are looked at."""
    return tuple(part for part in (step.what, step.when, step.where) if part is not None)


def with_inner(node: Node, change: Callable[[Node, int], Node]) -> Node:
    """``node`` with ``change(part, more)`` in place of each of its :func:`inner` parts."""
    parts = tuple(change(part, more) for part, more in inner(node))
    return with_children(node, parts) if parts else node


def outside_aggregates(node: Node) -> Iterator[Node]:
    """``node`` and everything below it but what stands in aggregates, parents first."""
    yield node
    for part, _ in inner(node):
        yield from outside_aggregates(part)


def fields(node: Node, depth: int = 0) -> Iterator[tuple[Field, int]]:
    """The fields in ``node``, each with the number of rows that stand between it and ``node``.

    A field whose ``up`` is at least that number reads a row around ``node``, others a row that ``node`` opens.
    """
    if isinstance(node, Field):
        yield node, depth
    for part, more in inner(node):
        yield from fields(part, depth + more)


def with_fields(node: Node, change: Callable[[Field, int], Node], depth: int = 0) -> Node:
    """``node`` with ``change(field, depth)`` in place of each of its :func:`fields`."""
    if isinstance(node, Field):
        return change(node, depth)
    return with_inner(node, lambda part, more: with_fields(part, change, depth + more))


def reach(node: Node) -> frozenset[int]:
    """How far out the fields of ``node`` reach, as ``Field.up`` would say it at ``node`` itself."""
    return frozenset(field.up - depth for field, depth in fields(node) if field.up >= depth)


def earlier_steps(condition: Node, position: int) -> frozenset[int]:
    """The earlier steps (from 0) whose elements a condition of the step at ``position`` reads."""
    return frozenset(position - up for up in reach(condition) if 0 < up <= position)


def kept_after(node: Sequence, position: int) -> tuple[int, ...]:
    """The steps up to ``position`` whose elements a later step reads."""
    later = range(position + 1, len(node.steps))
    read = {step for place in later for part in conditions(node.steps[place]) for step in earlier_steps(part, place)}
    return tuple(step for step in sorted(read) if step <= position)
