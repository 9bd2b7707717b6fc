"""A rule about a single event, as the text languages write it, becomes a rule about a row.

In the journey language the event is a payload (``@{purchase.total}``), in PQL its properties stand where attributes of
the profile stand elsewhere (``total``). Both become :class:`~parcours.language.tree.Field` of the row.
"""

from __future__ import annotations

from dataclasses import replace

from parcours.language.tree import (
    Attribute,
    Call,
    Each,
    Field,
    Given,
    Node,
    Quantifier,
    Sequence,
    SequenceStep,
    children,
    with_children,
)

#: How the text languages name the time of an event, and how rows do.
TIMESTAMP, TIME = "timestamp", "_time"


def of_event(node: Node, root: tuple[str, ...] = (), depth: int = 0) -> Node:
    """``node`` with what it reads of the event as fields of the row.

    Args:
        node: as a text language reads it.
        root: what the path of the event's payload begins with; without it the event is read as attributes.
        depth: how many rows stand between the node and the event.
    """
    match node:
        case Given(path=path) if root and path[: len(root)] == root:
            return _field(path[len(root) :], node, depth)
        case Attribute(path=path) if not root:
            return _field(path, node, depth)
        case Call(function="instant_of", args=(Call(function="with_offset", args=(instant,)),)):
            return of_event(instant, root, depth)
        case Each(over=over, body=body):
            return replace(node, over=of_event(over, root, depth), body=of_event(body, root, depth + 1))
        case Quantifier(over=over, where=where):
            return replace(node, over=of_event(over, root, depth), where=of_event(where, root, depth + 1))
        case Sequence(over=over, steps=steps):
            inner = tuple(_step(step, root, depth + place) for place, step in enumerate(steps, start=1))
            return replace(node, over=of_event(over, root, depth), steps=inner)
        case _:
            return with_children(node, tuple(of_event(child, root, depth) for child in children(node)))


def _step(step: SequenceStep, root: tuple[str, ...], depth: int) -> SequenceStep:
    when = None if step.when is None else of_event(step.when, root, depth)
    where = None if step.where is None else of_event(step.where, root, depth)
    return replace(step, what=of_event(step.what, root, depth), when=when, where=where)


def _field(path: tuple[str, ...], node: Given | Attribute, depth: int) -> Field:
    name = (TIME,) if path == (TIMESTAMP,) else path
    return Field(name, node.type, depth)
