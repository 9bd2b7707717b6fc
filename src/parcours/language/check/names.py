"""Names found in the schema: attributes, event types, properties, and the parts of objects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from parcours.core.schema import DATE_TIME, Kind, Schema, Type, object_of
from parcours.language.check import errors
from parcours.language.check.report import Report

#: The property that every event has: its time.
TIME = "_time"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that a rule is about: an event or an element of a list. ``name`` is how errors call it."""

    name: str
    type: Type
    is_event: bool = False


class Names:
    """Looks names up; an unknown one is reported with the nearest known name, and the answer is ``None``."""

    def __init__(self, schema: Schema, segments: Collection[str] | None, report: Report) -> None:
        self.schema = schema
        self.segments = segments
        self.report = report

    def attribute(self, path: Sequence[str], where: str) -> Type | None:
        """The type of an attribute of the profile, or of a part of it."""
        known = self.schema.attributes
        if path[0] not in known:
            self.report.add(errors.unknown_attribute(where, path[0], known, path[0] in self.schema.events))
            return None
        return self._step(path, known[path[0]], where)

    def event(self, name: str, where: str) -> Row | None:
        """The row that an event of this type is."""
        if name not in self.schema.events:
            self.report.add(errors.unknown_event(where, name, self.schema.events))
            return None
        properties: Mapping[str, Type] = {**self.schema.events[name], TIME: DATE_TIME}
        return Row(f"event {name!r}", object_of(properties), is_event=True)

    def property(self, path: Sequence[str], row: Row, where: str) -> Type | None:
        """The type of a property of a row, or of a part of it; the row's own type for the empty path."""
        if not path:
            return row.type
        fields = dict(row.type.fields) if row.type.kind is Kind.OBJECT else {}
        if path[0] not in fields:
            self.report.add(
                errors.unknown_property(where, path[0], row.name, [name for name in fields if name != TIME])
            )
            return None
        return self._step(path, fields[path[0]], where)

    def segment(self, name: str, where: str) -> bool:
        """Whether a segment of this name exists."""
        if self.segments is None or name in self.segments:
            return True
        self.report.add(errors.unknown_segment(where, name, self.segments))
        return False

    def _step(self, path: Sequence[str], type_: Type, where: str) -> Type | None:
        for position, part in enumerate(path[1:], start=1):
            name = ".".join(path[:position])
            if type_.kind is not Kind.OBJECT:
                self.report.add(errors.no_parts(where, name, type_, part))
                return None
            inner = type_.field_type(part)
            if inner is None:
                known = [field for field, _ in type_.fields]
                self.report.add(errors.unknown_property(where, part, repr(name), known))
                return None
            type_ = inner
        return type_
