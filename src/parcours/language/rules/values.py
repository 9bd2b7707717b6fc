"""The values that rules compare: constants, attributes, fields, calls, and values computed from events."""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.errors import InputError
from parcours.core.schema import ANY, Type
from parcours.language.rules import errors
from parcours.language.rules.form import Rows, Shape, event_row
from parcours.language.rules.made import MADE_KEYS, MadeReader, in_row
from parcours.language.rules.vocabulary import (
    AGGREGATE_ALIASES,
    AGGREGATE_KEYS,
    CALENDAR_UNITS,
    CALENDAR_WINDOWS,
    COMPARATORS,
    FIXED_WINDOWS,
    MOVING_WINDOWS,
    SUBJECTS,
)
from parcours.language.rules.windows import WindowReader
from parcours.language.tree import Aggregate, Attribute, Field, ListOf, Literal, Membership, Node
from parcours.language.window_kinds import Ever, Window

#: The keys that belong to a subject itself; comparators come on top.
SUBJECT_KEYS: Mapping[str, tuple[str, ...]] = {
    "attribute": ("attribute",),
    "field": ("field", "up"),
    "event_field": ("event_field",),
    "item": ("item", "up"),
    "event": ("event", "where", "over", "zone", *AGGREGATE_KEYS, *MOVING_WINDOWS, *FIXED_WINDOWS),
    "segment_status": ("segment_status",),
    "call": ("call", "args"),
    "value": ("value", "type"),
    **MADE_KEYS,
}


def comparators_of(head: str, shape: Shape) -> list[str]:
    """The keys of ``shape`` that compare its subject with something, as written."""
    if head == "event":
        return [key for key in shape if key in COMPARATORS and key not in FIXED_WINDOWS]
    return [key for key in shape if key in COMPARATORS or key in MOVING_WINDOWS]


class ValueReader(MadeReader):
    """Reads what the reference calls VALUE."""

    def value(self, shape: object, where: str, rows: Rows) -> Node:
        """The untyped node of a value; a rule is a value, too: true or false."""
        if isinstance(shape, list | tuple):
            items = tuple(self.value(item, f"{where}[{number}]", rows) for number, item in enumerate(shape))
            return self.report.mark(ListOf(items, ANY), where)
        if not isinstance(shape, Mapping):
            return self.constant(shape, where)
        heads = [key for key in shape if key in SUBJECTS]
        if len(heads) != 1 or comparators_of(heads[0], shape):
            return self.rule(shape, where, rows)
        self.only(shape, SUBJECT_KEYS[heads[0]], where)
        return self.subject(heads[0], shape, where, rows)

    def subject(self, head: str, shape: Shape, where: str, rows: Rows) -> Node:
        """The untyped node of what a condition is about; ``head`` is the key of ``SUBJECTS`` it has."""
        match head:
            case "attribute":
                path = self.path(shape[head], f"{where}.{head}", "an attribute")
                return self._leaf(None if path is None else Attribute(path, ANY), f"{where}.{head}")
            case "event":
                return self._aggregate(shape, where)
            case "segment_status":
                name = self.name(shape[head], f"{where}.{head}", "a segment")
                return self._leaf(None if name is None else Membership(name), f"{where}.{head}")
            case "call":
                return self._function(shape, where, rows)
            case "value":
                return self._typed_constant(shape, where, rows)
            case "field" | "event_field" | "item":
                return self._field(head, shape, where, rows)
            case _:
                return self.made(head, shape, where, rows)

    def _field(self, head: str, shape: Shape, where: str, rows: Rows) -> Node:
        place, event = f"{where}.{head}", event_row(rows)
        outside = not rows or (head == "event_field" and event is None) or (head == "item" and rows[0] == "event")
        if outside:
            return self.report.broken(errors.field_outside_row(where, head))
        up = event if head == "event_field" else self._up(shape, where, rows)
        if head == "item":
            if shape[head] is not True:
                return self.report.broken(errors.not_true_or_false(place, shape[head]))
            return self._leaf(None if up is None else Field((), ANY, up), place)
        path = self.path(shape[head], place, "a property")
        return self._leaf(None if path is None or up is None else Field(in_row(path, rows[up]), ANY, up), place)

    def _up(self, shape: Shape, where: str, rows: Rows) -> int | None:
        up = shape.get("up", 0)
        if isinstance(up, int) and not isinstance(up, bool) and 0 <= up < len(rows):
            return up
        self.report.add(errors.bad_number_of_units(f"{where}.up", up, 0))
        return None

    def _function(self, shape: Shape, where: str, rows: Rows) -> Node:
        name = self.name(shape["call"], f"{where}.call", "a function")
        found = shape.get("args", [])
        if not isinstance(found, list | tuple):
            return self.report.broken(errors.not_a_list(f"{where}.args", found, "args: [{attribute: email}]"))
        args = tuple(self.value(arg, f"{where}.args[{number}]", rows) for number, arg in enumerate(found))
        return self.report.broken(None, *args) if name is None else self.call(name, args, f"{where}.call")

    def _typed_constant(self, shape: Shape, where: str, rows: Rows) -> Node:
        node = self.value(shape["value"], f"{where}.value", rows)
        if "type" not in shape:
            return node
        try:
            wanted = Type.from_json(shape["type"])
        except InputError as error:
            return self.report.broken(errors.bad_time(f"{where}.type", error))
        if isinstance(node, Literal):
            return self.report.mark(Literal(node.value, wanted), f"{where}.value")
        if isinstance(node, ListOf):
            return self.report.mark(ListOf(node.items, wanted), f"{where}.value")
        return node

    # --- values computed from events ---

    def _aggregate(self, shape: Shape, where: str) -> Node:
        event = self.name(shape["event"], f"{where}.event", "an event type")
        over = self.path(shape["over"], f"{where}.over", "a list in the event") if "over" in shape else None
        rows: Rows = ("element", "event") if "over" in shape else ("event",)
        where_ = self.rule(shape["where"], f"{where}.where", rows) if "where" in shape else None
        kind, value = self._computed(shape, where, rows)
        window = self._window(shape, where, kind)
        if event is None or ("over" in shape and over is None):
            return self.report.broken(None)
        return self.report.mark(Aggregate(kind, event, window or Ever(), ANY, over, where_, value), where)

    def _computed(self, shape: Shape, where: str, rows: Rows) -> tuple[str, Node | None]:
        keys = [key for key in AGGREGATE_KEYS if key in shape and not is_last_unit(key, shape)]
        if len(keys) > 1:
            self.report.add(errors.two_aggregates(where, keys))
        key = keys[0] if keys else "count"
        kind, found, place = AGGREGATE_ALIASES.get(key, key), shape.get(key, True), f"{where}.{key}"
        if kind == "count" and found is True:
            return kind, None
        if isinstance(found, str):
            path = self.path(found, place, "a property")
            return kind, self._leaf(None if path is None else Field(path, ANY), place)
        if isinstance(found, Mapping):
            return kind, self.value(found, place, rows)
        return kind, self.report.broken(errors.not_a_name(place, found, "a property"))

    def _window(self, shape: Shape, where: str, kind: str) -> Window | None:
        moving = [key for key in MOVING_WINDOWS if key in shape and (key != "last" or is_last_unit(key, shape))]
        fixed = [key for key in FIXED_WINDOWS if key in shape]
        reader = WindowReader(shape, where, self.report, future=False)
        if len(moving) > 1 or (moving and fixed):
            self.report.add(errors.two_windows(where, [*moving, *fixed]))
            return None
        window = reader.moving(moving[0]) if moving else reader.fixed(fixed) if fixed else Ever()
        if "zone" in shape and not (fixed or {*CALENDAR_WINDOWS} & set(moving)):
            self.report.add(errors.zone_without_calendar(where))
        return window


def is_last_unit(key: str, shape: Shape) -> bool:
    """Whether this is ``last: month``, a window, and not ``last: total``, the latest value of a property.

    The latest value of a property that has the name of a calendar unit is written ``latest: month``.
    """
    return key == "last" and shape[key] in CALENDAR_UNITS
