"""A value as the place wants it where it stands: a text, a time, or something of the type that it is kept in."""

from __future__ import annotations

from parcours.core.errors import DefinitionError, RuleError
from parcours.core.schema import (
    DATE_TIME,
    DATE_TIME_ONLY,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    object_of,
    widest,
)
from parcours.language.functions.untyped import partly_untyped
from parcours.language.tree import Call, Literal, Node, ObjectOf, Step

_INSTANTS = (Kind.DATE_TIME, Kind.OFFSET_TIME)
_LOCAL = (Kind.DATE_TIME_ONLY, Kind.DATE_ONLY)
_WANTED = {"text": "a text, number, date or truth value", "time": "a date or time"}


def as_wanted(node: Node, usage: str, zone: str | None, where: str, wanted: Type | None = None) -> Node:
    """The value as a usage wants it: as it is or of a type (``value``), as a ``text``, or as a ``time``.

    See :func:`~parcours.language.frontends.read_value`.

    Raises:
        DefinitionError: it cannot be (code ``type.bad-usage``).
    """
    kind = node.type.kind
    if usage == "value" and wanted is None:
        return node
    if usage == "value" and wanted is not None and (found := _of_type(node, wanted)) is not None:
        return found
    if usage == "text" and kind not in (Kind.LIST, Kind.OBJECT, Kind.MAP):
        return node if kind is Kind.STRING else Call("text_of", (node,), STRING)
    if usage == "time" and kind in _LOCAL:
        return _local(node, zone)
    if usage == "time" and kind in _INSTANTS:
        return _instant(node)
    expected = _WANTED.get(usage, f"a value of type {wanted}")
    problem = RuleError(f"expected {expected}, found {node.type}", code="type.bad-usage", where=where)
    raise DefinitionError("the value has 1 problem", code="bad-rule", where=where, problems=[problem])


def _of_type(node: Node, wanted: Type) -> Node | None:
    """The value as one of a type; ``None`` when it is of another."""
    if isinstance(node, Literal) and node.value is None:
        return Literal(None, wanted)
    if wanted.kind is Kind.DATE_TIME and node.type.kind is Kind.OFFSET_TIME:
        return _instant(node)
    if wanted.kind is Kind.ANY:  # where it is kept it says what it is
        return node
    if partly_untyped(node.type):  # fails where it is of another type
        held = ObjectOf(("value",), (node,), object_of({"value": node.type}))
        return Step(held, "value", wanted)
    return node if widest(node.type, wanted) == wanted else None


def _instant(node: Node) -> Node:
    return node if node.type.kind is Kind.DATE_TIME else Call("instant_of", (node,), DATE_TIME)


def _local(node: Node, zone: str | None) -> Node:
    """A local time, or the instant that it is in a zone."""
    if zone is not None:
        return _instant(Call("to_date_time", (Literal(zone, STRING), node), OFFSET_TIME))
    if node.type.kind is Kind.DATE_TIME_ONLY:
        return node
    midnight = Call("to_date_time", (Literal("UTC", STRING), node), OFFSET_TIME)
    return Call("to_date_time_only", (midnight,), DATE_TIME_ONLY)
