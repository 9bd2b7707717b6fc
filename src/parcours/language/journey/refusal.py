"""What is said about a part of a tree that the journey language has no form for."""

from __future__ import annotations

from parcours.core.errors import DefinitionError
from parcours.language.tree import Aggregate, Attribute, Call, Each, Field, InWindow, Node, Sequence


def refused(node: Node, what: str | None = None) -> DefinitionError:
    """The error that names the part."""
    return DefinitionError(
        f"the journey expression language has no form for {what or part(node)}",
        code="not-expressible",
        hint="edit the rule in the language it was written in",
    )


def part(node: Node) -> str:
    """A part as an error names it."""
    match node:
        case Call(function=function):
            return f"{function} of {', '.join(str(arg.type) for arg in node.args) or 'nothing'}"
        case Aggregate(kind=kind, event=event):
            return f"the {kind} of events {event!r} in this window"
        case InWindow(value=Attribute(path=path)):
            return f"the window of attribute {'.'.join(path)!r}"
        case Field(path=path):
            return f"the property {'.'.join(path)!r}"
        case Each(kind=kind):
            return f"a list made by {kind} outside of a reference"
        case Sequence():
            return "a sequence of events"
        case _:
            return f"a part of kind {node.tag!r}"
