"""Values of the typed tree as plain data: what stands before and behind comparators, and in arguments."""

from __future__ import annotations

from typing import TypeAlias

from parcours.core.schema import ANY, Kind
from parcours.language.check.calls import listed
from parcours.language.rules import errors
from parcours.language.rules.form import Rows, event_row
from parcours.language.rules.literals import is_natural, print_constant, print_typed
from parcours.language.rules.print_windows import print_window
from parcours.language.rules.vocabulary import CALENDAR_UNITS, EACH
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    ListOf,
    Literal,
    Membership,
    Node,
    Now,
    ObjectOf,
    Step,
    has_value,
)
from parcours.language.window_kinds import Calendar

Plain: TypeAlias = dict[str, object]

_EACH = {kind: key for key, kind in EACH.items()}
_MADE = Each | Step | ObjectOf | Events | Now | Chance | Given | Fetched


class ValuePrinter:
    """Prints values within ``rows``, innermost first."""

    def rule(self, node: Node, rows: Rows) -> Plain:
        """A rule."""
        raise NotImplementedError

    def value(self, node: Node, rows: Rows) -> object:
        """What the reference calls VALUE."""
        match node:
            case Literal():
                return print_constant(node) if is_natural(node) else print_typed(node)
            case ListOf():
                return self._list(node, rows)
            case Call("ge", (Aggregate(kind="count", value=None) as count, Literal(value=1))):
                return {**self.subject(count, rows), "at_least": 1}
            case Attribute() | Field() | Aggregate() | Membership():
                return self.subject(node, rows)
            case _:
                return self.rule(node, rows)

    def is_subject(self, node: Node) -> bool:
        """Whether comparators can stand beside the keys of the node."""
        return isinstance(node, Attribute | Field | Aggregate | Membership | Call | _MADE) or has_value(node)

    def subject(self, node: Node, rows: Rows) -> Plain:
        """The keys of what a condition is about."""
        match node:
            case Literal():
                return {"value": print_constant(node)} if is_natural(node) else print_typed(node)
            case ListOf():
                printed = self._list(node, rows)
                return printed if isinstance(printed, dict) else {"value": printed}
            case Attribute(path=path):
                return {"attribute": _dotted(path)}
            case Field():
                return self._field(node, rows)
            case Call(function=function, args=args):
                return {"call": function, "args": [self.value(arg, rows) for arg in args]}
            case Aggregate():
                return self._aggregate(node)
            case Membership(segment=segment):
                return {"segment_status": segment}
            case _:
                return self._made(node, rows)

    def list_(self, node: Node, rows: Rows) -> object:
        """A list that is gone through: its path from the innermost row (or the profile), or its value."""
        if isinstance(node, Attribute) and not rows:
            return _dotted(node.path)
        if isinstance(node, Field) and node.path and node.up == 0 and rows:
            return _dotted(node.path)
        printed = self.value(node, rows)
        return printed if isinstance(printed, dict) else {"value": printed}

    def _made(self, node: Node, rows: Rows) -> Plain:
        match node:
            case Each(kind=kind, over=over, body=body):
                inner = ("element", *rows)
                made = self.rule(body, inner) if kind == "filter" else self.value(body, inner)
                return {"each": self.list_(over, rows), _EACH[kind]: made}
            case Step() if (path := _path_in_untyped(node)) is not None:
                return {"given": _dotted(path), "type": node.type.to_json()}
            case Step(value=value, name=name):
                return {"part": name, "of": self.value(value, rows)}
            case ObjectOf(names=names, items=items):
                return {"object": {name: self.value(item, rows) for name, item in zip(names, items, strict=True)}}
            case Events(types=types):
                return {"all_events": list(types) or True}
            case Now():
                return {"now": True}
            case Chance(kind=kind, site=site):
                return {kind: site}
            case Given(path=path):
                return {"given": _dotted(path), "type": node.type.to_json()}
            case Fetched(path=path, names=names, args=args):
                given = {name: self.value(arg, rows) for name, arg in zip(names, args, strict=True)}
                return {"fetched": _dotted(path), "with": given, "type": node.type.to_json()}
            case _:
                raise errors.not_expressible(f"a value of kind {node.tag}")

    def _list(self, node: ListOf, rows: Rows) -> object:
        """The values, with the type beside them where they alone do not tell it."""
        items = [self.value(item, rows) for item in node.items]
        natural = listed(node.items)
        told = natural is not None and natural.type == node.type
        return items if told else {"value": items, "type": node.type.to_json()}

    def _field(self, node: Field, rows: Rows) -> Plain:
        if not node.path:
            return {"item": True, "up": node.up} if node.up else {"item": True}
        path = _dotted(node.path)
        if node.up == 0:
            return {"field": path}
        return {"event_field": path} if event_row(rows) == node.up else {"field": path, "up": node.up}

    def _aggregate(self, node: Aggregate) -> Plain:
        rows: Rows = ("event",) if node.over is None else ("element", "event")
        shape: Plain = {"event": node.event}
        if node.over is not None:
            shape["over"] = _dotted(node.over)
        if node.where is not None:
            shape["where"] = self.rule(node.where, rows)
        if node.value is not None:
            key, shape_of_value = self._computed(node.kind, node.value, rows)
            shape[key] = shape_of_value
        window = print_window(node.window, future=False)
        if "last" in shape and "last" in window and isinstance(node.window, Calendar):  # last: total, last: month
            window["previous"] = window.pop("last")
        return {**shape, **window}

    def _computed(self, kind: str, value: Node, rows: Rows) -> tuple[str, object]:
        if isinstance(value, Field) and value.path and value.up == 0:
            name = _dotted(value.path)
            unit = kind == "last" and name in CALENDAR_UNITS
            return "latest" if unit else kind, name if isinstance(name, str) else {"field": name}
        printed = self.value(value, rows)
        return kind, printed if isinstance(printed, dict) else {"value": printed}


def _path_in_untyped(node: Step) -> tuple[str, ...] | None:
    """The path of a value that a run knows, of which nobody but the rule says what it is."""
    names = [node.name]
    value = node.value
    while isinstance(value, Step) and value.type == ANY:
        names.append(value.name)
        value = value.value
    owned = value.type == ANY or (value.type.kind is Kind.OBJECT and len(value.type.fields) == len(names) == 1)
    return (*value.path, *reversed(names)) if isinstance(value, Given) and owned else None


def _dotted(path: tuple[str, ...]) -> object:
    """The path as one text, or as a list of names when one of them holds a dot."""
    plain = all("." not in part and part.strip() for part in path)
    return ".".join(path) if plain else list(path)
