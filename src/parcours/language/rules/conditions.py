"""Conditions: a subject and what it is compared with (``{attribute: age, at_least: 18}``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from parcours.core.errors import InputError
from parcours.core.schema import ANY, DATE_TIME, INTEGER
from parcours.language.rules import errors
from parcours.language.rules.anniversaries import WINDOWS, comes_again, read_period
from parcours.language.rules.form import Rows, Shape
from parcours.language.rules.values import SUBJECT_KEYS, ValueReader, comparators_of
from parcours.language.rules.vocabulary import (
    ANY_CASE,
    CALENDAR_WINDOWS,
    COMPARATORS,
    COMPARISONS,
    DATE_COMPARISONS,
    MODIFIERS,
    MOVING_WINDOWS,
    TEXT_COMPARATORS,
)
from parcours.language.rules.windows import WindowReader, localised
from parcours.language.tree import Aggregate, InWindow, ListOf, Literal, Node


class ConditionReader(ValueReader):
    """Reads conditions. Several comparators in one condition must all hold."""

    def condition(self, head: str, shape: Shape, where: str, rows: Rows) -> Node:
        """The untyped node of a condition about the subject that ``head`` names."""
        extra = (*COMPARATORS, *MODIFIERS) if head == "event" else (*COMPARATORS, *MODIFIERS, *MOVING_WINDOWS)
        self.only(shape, (*SUBJECT_KEYS[head], *extra), where)
        subject = self.subject(head, shape, where, rows)
        keys = comparators_of(head, shape)
        self._check_modifiers(head, keys, shape, where)
        if not keys:
            return self._bare(subject, where)
        parts = tuple(self._compared(key, subject, shape, where, rows) for key in keys)
        return parts[0] if len(parts) == 1 else self.call("and", parts, where)

    def _bare(self, subject: Node, where: str) -> Node:
        """A condition without comparator: an event happened at least once; anything else must be boolean itself."""
        if isinstance(subject, Aggregate) and subject.kind == "count":
            return self.call("ge", (subject, Literal(1, INTEGER)), where)
        return subject

    def _check_modifiers(self, head: str, keys: list[str], shape: Shape, where: str) -> None:
        if "ignore_case" in shape:
            if not isinstance(shape["ignore_case"], bool):
                self.report.add(errors.not_true_or_false(f"{where}.ignore_case", shape["ignore_case"]))
            elif not set(keys) & set(TEXT_COMPARATORS):
                self.report.add(errors.nothing_to_ignore(where))
        if "zone" in shape and head != "event" and not set(keys) & {*CALENDAR_WINDOWS, *DATE_COMPARISONS}:
            self.report.add(errors.zone_without_calendar(where))

    def _compared(self, key: str, subject: Node, shape: Shape, where: str, rows: Rows) -> Node:
        found, place = shape[key], f"{where}.{key}"
        if key in MOVING_WINDOWS:
            window = WindowReader(shape, where, self.report, future=True).moving(key)
            return (
                self.report.broken(None, subject)
                if window is None
                else self.report.mark(InWindow(subject, window), place)
            )
        if key == "is_set" or (found is None and key in ("is", "is_not")):
            return self._is_set(key, subject, found, place)
        fold = shape.get("ignore_case") is True and key in TEXT_COMPARATORS
        if key == "between":
            return self._between(subject, found, place, rows)
        if key == "anniversary":
            return self._anniversary(subject, found, place)
        if key in ("in", "not_in"):
            return self._in(key, subject, found, place, rows, fold)
        operand = self._operand(key, found, shape, where, rows)
        if fold:
            return self._any_case(key, subject, operand, place)
        return self.call(COMPARISONS[key], (subject, operand), place)

    def _is_set(self, key: str, subject: Node, found: object, place: str) -> Node:
        if not (found is None or isinstance(found, bool)) or (key == "is_set" and found is None):
            return self.report.broken(errors.not_true_or_false(place, found), subject)
        present = found if key == "is_set" else key == "is_not"
        return self.call("is_not_null" if present else "is_null", (subject,), place)

    def _between(self, subject: Node, found: object, place: str, rows: Rows) -> Node:
        if not isinstance(found, list | tuple) or len(found) != 2:
            return self.report.broken(errors.bad_pair(place, found, "between: [18, 25]"), subject)
        low, high = (self._scalar(part, f"{place}[{number}]", rows) for number, part in enumerate(found))
        both = (self.call("ge", (subject, low), f"{place}[0]"), self.call("le", (subject, high), f"{place}[1]"))
        return self.call("and", both, place)

    def _anniversary(self, subject: Node, found: object, place: str) -> Node:
        """Whether the day comes again in a period."""
        if not isinstance(found, Mapping):
            return self.report.broken(errors.not_a_mapping(place, found, "a window"), subject)
        self.only(found, WINDOWS, place)
        keys = [key for key in WINDOWS if key in found]
        if len(keys) != 1:
            return self.report.broken(errors.not_one_of(place, keys, WINDOWS), subject)
        try:
            period = read_period(keys[0], found[keys[0]])
        except InputError as error:
            return self.report.broken(errors.bad_time(f"{place}.{keys[0]}", error), subject)
        return self.report.mark(comes_again(subject, period), place)

    def _in(self, key: str, subject: Node, found: object, place: str, rows: Rows, fold: bool) -> Node:
        if isinstance(found, list | tuple):
            if not found:
                return self.report.broken(errors.empty_list(place, "value"), subject)
            items = tuple(self._scalar(item, f"{place}[{number}]", rows) for number, item in enumerate(found))
            folded = tuple(self._lower(item, place) for item in items) if fold else items
            options: Node = self.report.mark(ListOf(folded, ANY), place)
        elif isinstance(found, Mapping):
            options = self.value(found, place, rows)
        else:
            return self.report.broken(errors.not_a_list(place, found, f"{key}: [FR, BE]"), subject)
        member = self.call("in", (self._lower(subject, place) if fold else subject, options), place)
        return self.call("not", (member,), place) if key == "not_in" else member

    def _operand(self, key: str, found: object, shape: Shape, where: str, rows: Rows) -> Node:
        zone = shape.get("zone")
        if key not in DATE_COMPARISONS or zone is None or not isinstance(found, str | datetime):
            return self._scalar(found, f"{where}.{key}", rows)
        checked = WindowReader(shape, where, self.report, future=True).zone()
        try:
            moment = localised(found, checked or "UTC")
        except InputError as error:
            return self.report.broken(errors.bad_time(f"{where}.{key}", error))
        return self.report.mark(Literal(moment.astimezone(UTC), DATE_TIME), f"{where}.{key}")

    def _scalar(self, found: object, place: str, rows: Rows) -> Node:
        if found is None or isinstance(found, list | tuple):
            return self.report.broken(errors.not_a_constant(place, found))
        return self.value(found, place, rows)

    def _lower(self, node: Node, place: str) -> Node:
        if isinstance(node, Literal) and isinstance(node.value, str):
            return self.report.mark(Literal(node.value.lower(), node.type), self.report.where(node, place))
        return self.call("lower", (node,), place)

    def _any_case(self, key: str, subject: Node, operand: Node, place: str) -> Node:
        if key == "is_not":
            return self.call("not", (self.call(ANY_CASE["is"], (subject, operand), place),), place)
        if key != "matches":
            return self.call(ANY_CASE[key], (subject, operand), place)
        if not isinstance(operand, Literal) or not isinstance(operand.value, str):
            return self.report.broken(errors.not_constant_pattern(place), subject, operand)
        pattern = self.report.mark(Literal(f"(?i){operand.value}", operand.type), place)
        return self.call("matches", (subject, pattern), place)
