"""A rule about a single event, as the text languages write it, becomes a rule about a row.

In the journey language the event is a payload (``@{purchase.total}``), in PQL its properties stand where attributes of
the profile stand elsewhere (``total``). Both become :class:`~parcours.language.tree.Field` of the row.
"""

from __future__ import annotations

from parcours.language.scopes import with_inner
from parcours.language.tree import Attribute, Call, Field, Given, Node

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
        case _:
            return with_inner(node, lambda part, more: of_event(part, root, depth + more))


def _field(path: tuple[str, ...], node: Given | Attribute, depth: int) -> Field:
    name = (TIME,) if path == (TIMESTAMP,) else path
    return Field(name, node.type, depth)
