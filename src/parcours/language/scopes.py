"""Which rows a node can see: the scopes that lists open, and the fields that reach out of them.

Each, Quantifier and Sequence evaluate parts of themselves for elements. Inside such a part ``Field.up`` counts rows
outwards, so whether a field belongs to the part or to the rows around it depends on how deep it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from parcours.language.tree import Aggregate, Each, Field, Node, Quantifier, Sequence, SequenceStep, children


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


def reach(node: Node) -> frozenset[int]:
    """How far out the fields of ``node`` reach, as ``Field.up`` would say it at ``node`` itself."""
    return frozenset(_reach(node, 0))


def _reach(node: Node, depth: int) -> Iterator[int]:
    if isinstance(node, Field) and node.up >= depth:
        yield node.up - depth
    for part, more in inner(node):
        yield from _reach(part, depth + more)


def earlier_steps(condition: Node, position: int) -> frozenset[int]:
    """The earlier steps (from 0) whose elements a condition of the step at ``position`` reads."""
    return frozenset(position - up for up in reach(condition) if 0 < up <= position)


def kept_after(node: Sequence, position: int) -> tuple[int, ...]:
    """The steps up to ``position`` whose elements a later step reads."""
    later = range(position + 1, len(node.steps))
    read = {step for place in later for part in conditions(node.steps[place]) for step in earlier_steps(part, place)}
    return tuple(step for step in sorted(read) if step <= position)
