"""Values made of other values (lists, objects, parts), and those from beside the profile."""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.errors import InputError
from parcours.core.schema import ANY, Type, list_of
from parcours.language.check.names import TIME, TIMESTAMP
from parcours.language.rules import errors
from parcours.language.rules.form import Form, Rows, Shape
from parcours.language.rules.vocabulary import EACH
from parcours.language.tree import (
    Attribute,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    Node,
    Now,
    ObjectOf,
    Step,
)

#: The keys that go with each of these subjects.
MADE_KEYS: Mapping[str, tuple[str, ...]] = {
    "each": ("each", *EACH),
    "object": ("object",),
    "part": ("part", "of"),
    "all_events": ("all_events",),
    "now": ("now",),
    "given": ("given", "type"),
    "fetched": ("fetched", "with", "type"),
    "random": ("random",),
    "uuid": ("uuid",),
}


class MadeReader(Form):
    """Reads the subjects of :data:`MADE_KEYS`."""

    def made(self, head: str, shape: Shape, where: str, rows: Rows) -> Node:
        """The untyped node of the subject that ``head`` names."""
        match head:
            case "each":
                return self._each(shape, where, rows)
            case "object":
                return self._object(shape[head], f"{where}.{head}", rows)
            case "part":
                return self._part(shape, where, rows)
            case "given" | "fetched":
                return self._from_beside(head, shape, where, rows)
            case "random" | "uuid":
                return self._chance(head, shape[head], f"{where}.{head}")
            case _:
                return self._whole(head, shape[head], f"{where}.{head}")

    def list_(self, found: object, where: str, rows: Rows) -> Node | None:
        """A list that is gone through: by its path from the innermost row (or the profile), or any value."""
        if isinstance(found, Mapping):
            return self.value(found, where, rows)
        path = self.path(found, where, "a list")
        if path is None:
            return None
        node = Field(in_row(path, rows[0]), ANY) if rows else Attribute(path, ANY)
        return self.report.mark(node, where)

    def _leaf(self, node: Node | None, where: str) -> Node:
        return self.report.broken(None) if node is None else self.report.mark(node, where)

    def _each(self, shape: Shape, where: str, rows: Rows) -> Node:
        over = self.list_(shape["each"], f"{where}.each", rows)
        keys = [key for key in EACH if key in shape]
        if len(keys) != 1:
            return self.report.broken(errors.not_one_of(where, keys, EACH))
        place, inner = f"{where}.{keys[0]}", ("element", *rows)
        body = (self.rule if keys[0] == "where" else self.value)(shape[keys[0]], place, inner)
        return self._leaf(None if over is None else Each(EACH[keys[0]], over, body, list_of(ANY)), f"{where}.each")

    def _object(self, found: object, where: str, rows: Rows) -> Node:
        if not isinstance(found, Mapping):
            return self.report.broken(errors.not_a_mapping(where, found, "named values"))
        names = tuple(str(name) for name in found)
        items = tuple(self.value(item, f"{where}.{name}", rows) for name, item in found.items())
        return self.report.mark(ObjectOf(names, items, ANY), where)

    def _part(self, shape: Shape, where: str, rows: Rows) -> Node:
        name = self.name(shape["part"], f"{where}.part", "a part of an object")
        if "of" not in shape:
            return self.report.broken(errors.missing_key(where, "of", "{part: city, of: {attribute: address}}"))
        value = self.value(shape["of"], f"{where}.of", rows)
        return self._leaf(None if name is None else Step(value, name, ANY), f"{where}.part")

    def _whole(self, head: str, found: object, where: str) -> Node:
        if head == "all_events" and isinstance(found, list | tuple) and found:
            names = [self.name(name, f"{where}[{number}]", "an event type") for number, name in enumerate(found)]
            types = tuple(name for name in names if name is not None)
            return self.report.mark(Events(list_of(ANY), types), where)
        if found is not True:
            return self.report.broken(errors.not_true_or_false(where, found))
        return self.report.mark(Now() if head == "now" else Events(list_of(ANY)), where)

    def _chance(self, head: str, found: object, where: str) -> Node:
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            return self.report.broken(errors.bad_number_of_units(where, found, 0))
        return self.report.mark(Chance(head, found, ANY), where)

    def _from_beside(self, head: str, shape: Shape, where: str, rows: Rows) -> Node:
        path = self.path(shape[head], f"{where}.{head}", "a value from beside the profile")
        try:
            type_ = Type.from_json(shape.get("type", "any"))
        except InputError as error:
            return self.report.broken(errors.bad_time(f"{where}.type", error))
        if path is None:
            return self.report.broken(None)
        if head == "given":
            return self.report.mark(Given(path, type_), where)
        found = shape.get("with", {})
        if not isinstance(found, Mapping):
            return self.report.broken(errors.not_a_mapping(f"{where}.with", found, "parameters by name"))
        args = tuple(self.value(arg, f"{where}.with.{name}", rows) for name, arg in found.items())
        return self.report.mark(Fetched(path, tuple(str(name) for name in found), args, type_), where)


def in_row(path: tuple[str, ...], row: str) -> tuple[str, ...]:
    """The path as the row has it: in the list of all events the time of an event has another name."""
    return (TIMESTAMP,) if row == "occurrence" and path == (TIME,) else path
