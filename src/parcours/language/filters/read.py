"""The form of a filter expression -> a typed condition on its field.

A field without value counts as the empty text in texts; numbers, dates and choices without value are met only by
``''`` and by ``<>`` of some value.
"""

from __future__ import annotations

from parcours.core.errors import RuleError, Span
from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, STRING, list_of
from parcours.language.conditions import all_of, any_of
from parcours.language.filters import errors
from parcours.language.filters.ast import Both, Compare, Either, Filter, Interval
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.moments import MomentFilter
from parcours.language.filters.numbers import ChoiceFilter, NumberFilter
from parcours.language.filters.parse import parse, refused
from parcours.language.filters.texts import TextFilter
from parcours.language.filters.values import ValueFilter, call
from parcours.language.tree import Call, ListOf, Literal, Node


def read(text: str, target: Target, context: Context | None = None) -> Node:
    """The condition that a filter expression puts on a field.

    Raises:
        DefinitionError: the expression cannot be accepted; ``problems`` holds every problem with its span, of the
            form (codes ``parse.…``) or of values that do not fit the field (``type.…``).
    """
    values = _values_of(target, context or Context())
    token = _token(values, text)
    if token is not None:
        return token
    lowering = _Lowering(values)
    node = lowering.node(parse(text))
    if lowering.problems or node is None:
        raise refused(lowering.problems)
    return node


def _token(values: ValueFilter, text: str) -> Node | None:
    try:
        return values.token(text) if isinstance(values, TextFilter) else None
    except RuleError as problem:
        raise refused([problem]) from None


def _values_of(target: Target, context: Context) -> ValueFilter:
    type_ = target.type
    if type_ == BOOLEAN or (type_ == STRING and target.options):
        return ChoiceFilter(target, context)
    if type_ == STRING:
        return TextFilter(target, context)
    if type_.numeric:
        return NumberFilter(target, context)
    if type_ in (DATE_ONLY, DATE_TIME, DATE_TIME_ONLY):
        return MomentFilter(target, context)
    raise refused([errors.not_filterable(Span(0, 0), type_)])


class _Lowering:
    def __init__(self, values: ValueFilter) -> None:
        self.values = values
        self.problems: list[RuleError] = []

    def node(self, filter_: Filter) -> Node | None:
        match filter_:
            case Either(parts):
                return self._joined(parts, either=True)
            case Both(parts):
                return self._joined(parts, either=False)
            case _:
                return self._leaf(filter_)

    def _joined(self, parts: tuple[Filter, ...], *, either: bool) -> Node | None:
        nodes = [self.node(part) for part in parts]
        known = [node for node in nodes if node is not None]
        if len(known) < len(nodes):
            return None
        return (self._one_of(known) or any_of(*known)) if either else all_of(*known)

    def _leaf(self, test: Compare | Interval) -> Node | None:
        try:
            return self.values.compare(test) if isinstance(test, Compare) else self.values.interval(test)
        except RuleError as problem:
            self.problems.append(problem)
            return None

    def _one_of(self, nodes: list[Node]) -> Node | None:
        """Several values the field may be, as one question."""
        values = []
        for node in nodes:
            match node:
                case Call("eq", (field, Literal() as value)) if field == self.values.field:
                    values.append(value)
                case _:
                    return None
        return call("in", self.values.field, ListOf(tuple(values), list_of(self.values.target.type)))
